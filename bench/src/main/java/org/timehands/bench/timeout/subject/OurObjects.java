package org.timehands.bench.timeout.subject;

import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/** {@link TimeoutWheel}: objects, one thread, kept or made anew for each arming. */
final class OurObjects extends ByHand {
  private final TimeoutWheel wheel = new TimeoutWheel();
  private final boolean keeps;
  private Timeout[] handles;

  OurObjects(boolean keeps) {
    this.keeps = keeps;
  }

  @Override
  void make(int places) {
    handles = new Timeout[places];
    for (int i = 0; keeps && i < places; i++) {
      handles[i] = wheel.timeout(timeout -> {});
    }
  }

  @Override
  public void arm(int place, int more) {
    if (keeps) {
      wheel.arm(handles[place], expiry(more));
    } else {
      handles[place] = wheel.add(expiry(more), timeout -> {});
    }
  }

  @Override
  public boolean cancel(int place) {
    return wheel.cancel(handles[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    Timeout timeout = handles[place];
    wheel.cancel(timeout);
    if (keeps) {
      wheel.arm(timeout, expiry(more));
    } else {
      handles[place] = wheel.add(expiry(more), again -> {});
    }
  }

  @Override
  public void armAnew(int place, int more) {
    if (keeps || handles[place].isPending()) {
      wheel.arm(handles[place], expiry(more));
    } else {
      arm(place, more);
    }
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public int advance(long toTick, int limit) {
    return wheel.advance(toTick, limit);
  }
}
