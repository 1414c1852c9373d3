package org.timehands.bench.timeout.subject;

import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/** {@link Timeouts} with a new timeout for each arming. */
final class OursOnce extends Subject {
  private final Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT);
  private Timeout[] handles;

  @Override
  public void prepare(int places) {
    handles = new Timeout[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = timeouts.after(delayNanos(more), timeout -> {});
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
  public void run(long delayNanos, Runnable task) {
    timeouts.after(delayNanos, timeout -> task.run());
  }

  @Override
  public void close() {
    timeouts.close();
  }
}
