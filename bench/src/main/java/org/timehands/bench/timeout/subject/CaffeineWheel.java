package org.timehands.bench.timeout.subject;

import com.github.benmanes.caffeine.cache.TimerWheelAccess;

/**
 * Caffeine's wheel, one thread, nodes that are kept: the wheel itself, without the cache around it,
 * which costs more. Its ticks are 1.07 s and longer.
 */
final class CaffeineWheel extends ByHand {
  private final TimerWheelAccess wheel = new TimerWheelAccess();
  private TimerWheelAccess.Entry[] entries;

  @Override
  void make(int places) {
    entries = new TimerWheelAccess.Entry[places];
    for (int i = 0; i < places; i++) {
      entries[i] = new TimerWheelAccess.Entry();
    }
  }

  private long at(int more) {
    return expiry(more) * NANOS_PER_TICK;
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
  public int advance(long toTick, int limit) {
    return wheel.advance(toTick * NANOS_PER_TICK, limit);
  }
}
