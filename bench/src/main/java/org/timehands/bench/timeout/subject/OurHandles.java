package org.timehands.bench.timeout.subject;

import org.timehands.timeout.HandleWheel;

/** {@link HandleWheel}: numbers, one thread. */
final class OurHandles extends Subject {
  private final HandleWheel wheel = new HandleWheel();
  private long[] handles;

  @Override
  public void prepare(int places) {
    handles = new long[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = wheel.add(DELAY_TICKS + more);
  }

  @Override
  public boolean cancel(int place) {
    return wheel.cancel(handles[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    wheel.cancel(handles[place]);
    handles[place] = wheel.add(DELAY_TICKS + more);
  }

  @Override
  public void armAnew(int place, int more) {
    handles[place] = wheel.rearm(handles[place], DELAY_TICKS + more);
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("numbers run nothing");
  }

  @Override
  public int advance(long tick, int limit) {
    return wheel.advance(tick, limit, handle -> {});
  }
}
