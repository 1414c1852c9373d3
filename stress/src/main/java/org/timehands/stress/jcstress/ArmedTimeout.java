package org.timehands.stress.jcstress;

import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/** One timeout at virtual time, mostly a kept one: who polls is its owner. */
public final class ArmedTimeout {
  /*
   * field | read     | write                  | guard
   * now   | volatile | before and after actors | none
   * ran   | plain    | the owner              | read by the arbiter, after all actors
   */
  /** Nanoseconds of a millisecond, one tick. */
  public static final long MILLI = 1_000_000;

  /** The timeouts. */
  public final Timeouts timeouts;

  /** The one that is armed. */
  public final Timeout timeout;

  private volatile long now = 1_000 * MILLI;
  private int ran;

  /** Armed for some time from now, and filed. */
  public ArmedTimeout(long delayNanos) {
    this(delayNanos, false);
  }

  private ArmedTimeout(long delayNanos, boolean once) {
    timeouts = Timeouts.byHand(() -> now, TimeoutsOptions.DEFAULT.withShards(1));
    timeout =
        once ? timeouts.after(delayNanos, due -> ran++) : timeouts.timeout(due -> ran++);
    if (!once) {
      timeouts.arm(timeout, delayNanos);
    }
    timeouts.poll();
  }

  /** The same with one of a single call. */
  public static ArmedTimeout once(long delayNanos) {
    return new ArmedTimeout(delayNanos, true);
  }

  /** Lets time pass. */
  public void pass(long nanos) {
    now += nanos;
  }

  /** Lets time pass, and runs all that is due then. */
  public int ranAfter(long nanos) {
    pass(nanos);
    for (int i = 0; i < 4; i++) {
      timeouts.poll();
    }
    return ran;
  }
}
