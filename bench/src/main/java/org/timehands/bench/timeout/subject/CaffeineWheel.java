package org.timehands.bench.timeout.subject;

import com.github.benmanes.caffeine.cache.TimerWheelAccess;

/**
 * Caffeine's wheel, one thread, nodes that are kept: the wheel itself, without the cache around it,
 * which costs more. Its clock is set by hand; its ticks are 1.07 s and longer.
 */
final class CaffeineWheel extends Subject {
  private static final long NANOS_PER_TICK = 1_000_000;

  private final TimerWheelAccess wheel = new TimerWheelAccess();
  private TimerWheelAccess.Entry[] entries;

  @Override
  public void prepare(int places) {
    entries = new TimerWheelAccess.Entry[places];
    for (int i = 0; i < places; i++) {
      entries[i] = new TimerWheelAccess.Entry();
    }
  }

  private static long at(int more) {
    return (DELAY_TICKS + more) * NANOS_PER_TICK;
  }

  @Override
  public void arm(int place, int more) {
    wheel.schedule(entries[place], at(more));
  }

  @Override
  public boolean cancel(int place) {
    return wheel.deschedule(entries[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    TimerWheelAccess.Entry entry = entries[place];
    wheel.deschedule(entry);
    wheel.schedule(entry, at(more));
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("a cache's wheel runs nothing");
  }
}
