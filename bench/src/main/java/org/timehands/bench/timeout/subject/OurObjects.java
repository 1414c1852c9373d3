package org.timehands.bench.timeout.subject;

import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/** {@link TimeoutWheel}: objects, one thread, kept or made anew for each arming. */
final class OurObjects extends Subject {
  private final TimeoutWheel wheel = new TimeoutWheel();
  private final boolean keeps;
  private Timeout[] handles;

  OurObjects(boolean keeps) {
    this.keeps = keeps;
  }

  @Override
  public void prepare(int places) {
    handles = new Timeout[places];
    for (int i = 0; keeps && i < places; i++) {
      handles[i] = wheel.timeout(timeout -> {});
    }
  }

  @Override
  public void arm(int place, int more) {
    if (keeps) {
      wheel.arm(handles[place], DELAY_TICKS + more);
    } else {
      handles[place] = wheel.add(DELAY_TICKS + more, timeout -> {});
    }
  }

  @Override
  public boolean cancel(int place) {
    return handles[place].cancel();
  }

  @Override
  public void cancelAndArm(int place, int more) {
    handles[place].cancel();
    arm(place, more);
  }

  @Override
  public void armAnew(int place, int more) {
    wheel.arm(handles[place], DELAY_TICKS + more);
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("stepped by hand");
  }

  @Override
  public int advance(long tick, int limit) {
    return wheel.advance(tick, limit);
  }
}
