package org.timehands.bench.timeout.subject;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;

/** Agrona's {@link DeadlineTimerWheel}: numbers, one thread; 1024 ticks of a millisecond. */
final class Agrona extends Subject {
  private static final int TICKS = 1024;

  private final DeadlineTimerWheel wheel =
      new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, TICKS);
  private long[] handles;

  @Override
  public void prepare(int places) {
    handles = new long[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = wheel.scheduleTimer(DELAY_TICKS + more);
  }

  @Override
  public boolean cancel(int place) {
    return wheel.cancelTimer(handles[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    wheel.cancelTimer(handles[place]);
    handles[place] = wheel.scheduleTimer(DELAY_TICKS + more);
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("numbers run nothing");
  }

  @Override
  public int advance(long tick, int limit) {
    return wheel.poll(tick, (unit, now, id) -> true, limit);
  }
}
