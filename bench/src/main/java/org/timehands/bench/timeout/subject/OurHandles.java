package org.timehands.bench.timeout.subject;

import org.timehands.timeout.HandleWheel;

/** {@link HandleWheel}: numbers, one thread. */
final class OurHandles extends ByHand {
  private final HandleWheel wheel = new HandleWheel();
  private long[] handles;

  @Override
  void make(int places) {
    handles = new long[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = wheel.add(expiry(more));
  }

  @Override
  public boolean cancel(int place) {
    return wheel.cancel(handles[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    wheel.cancel(handles[place]);
    handles[place] = wheel.add(expiry(more));
  }

  @Override
  public void armAnew(int place, int more) {
    long handle = handles[place];
    handles[place] =
        wheel.isPending(handle) ? wheel.rearm(handle, expiry(more)) : wheel.add(expiry(more));
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public int advance(long toTick, int limit) {
    return wheel.advance(toTick, limit, handle -> {});
  }
}
