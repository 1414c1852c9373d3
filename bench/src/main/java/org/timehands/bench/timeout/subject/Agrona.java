package org.timehands.bench.timeout.subject;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;

/**
 * Agrona's {@link DeadlineTimerWheel}: numbers, one thread; as many ticks of a millisecond as one
 * turn of it takes to reach whatever is armed.
 *
 * <p>Its numbers are places in its arrays: one that has expired is given out again, and cancelling
 * by it cancels another. Its users have to keep count; here nobody does, which costs it nothing.
 */
final class Agrona extends ByHand {
  private DeadlineTimerWheel wheel;
  private long[] handles;

  @Override
  void make(int places) {
    int ticks = Math.toIntExact(Long.highestOneBit(reach()) << 1);
    wheel = new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, ticks);
    handles = new long[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = wheel.scheduleTimer(expiry(more));
  }

  @Override
  public boolean cancel(int place) {
    return wheel.cancelTimer(handles[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    wheel.cancelTimer(handles[place]);
    handles[place] = wheel.scheduleTimer(expiry(more));
  }

  /** A poll goes through one tick. */
  @Override
  public int advance(long toTick, int limit) {
    int ran;
    int all = 0;
    do {
      ran = wheel.poll(toTick, (unit, now, id) -> true, limit - all);
      all += ran;
    } while (all < limit && wheel.currentTickTime() <= toTick);
    return all;
  }
}
