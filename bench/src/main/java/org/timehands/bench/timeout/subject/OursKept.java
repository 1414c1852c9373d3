package org.timehands.bench.timeout.subject;

import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/** {@link Timeouts} with timeouts that their user keeps. */
final class OursKept extends Subject {
  private final Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT);
  private Timeout[] kept;

  @Override
  public void prepare(int places) {
    kept = new Timeout[places];
    for (int i = 0; i < places; i++) {
      kept[i] = timeouts.timeout(timeout -> {});
    }
  }

  @Override
  public void arm(int place, int more) {
    timeouts.arm(kept[place], delayNanos(more));
  }

  @Override
  public boolean cancel(int place) {
    return kept[place].cancel();
  }

  @Override
  public void cancelAndArm(int place, int more) {
    Timeout timeout = kept[place];
    timeout.cancel();
    timeouts.arm(timeout, delayNanos(more));
  }

  @Override
  public void armAnew(int place, int more) {
    timeouts.arm(kept[place], delayNanos(more));
  }

  @Override
  public void putOff(int place, int more) {
    timeouts.postpone(kept[place], delayNanos(more));
  }

  @Override
  public boolean putsOff() {
    return true;
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    timeouts.arm(timeouts.timeout(timeout -> task.run()), delayNanos);
  }

  @Override
  public void close() {
    timeouts.close();
  }
}
