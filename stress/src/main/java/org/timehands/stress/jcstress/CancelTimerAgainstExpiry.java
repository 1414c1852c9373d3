package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A timer that is due is cancelled without the lock while its shard expires it: it runs, or cancel
 * says that it will not (3-50).
 *
 * <p>Weakened twin: {@code CancelTimerByStore}.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = FORBIDDEN, desc = "both, or neither")
@State
public class CancelTimerAgainstExpiry {
  private final ArmedTimer armed = new ArmedTimer();

  /** Due from the start. */
  public CancelTimerAgainstExpiry() {
    armed.pass(ArmedTimer.DUE);
  }

  /** Cancels. */
  @Actor
  public void canceller(II_Result r) {
    r.r1 = armed.cancel() ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timers.expire();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranUntil(2 * ArmedTimer.DUE);
  }
}
