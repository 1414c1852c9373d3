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
 * A timeout of a single call is reduced beside a cancel that is told that it was pending: it does
 * not run, whichever came first (3-50).
 *
 * <p>Weakened twin: {@code ReduceByStore}.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and refused or cancelled after")
@Outcome(expect = FORBIDDEN, desc = "cancelled, and has run")
@State
public class ReduceAgainstCancel {
  private final ArmedTimeout armed = ArmedTimeout.once(100 * ArmedTimeout.MILLI);

  /** Reduces one of a single call: what was cancelled is over, and refused. */
  @Actor
  public void user() {
    try {
      armed.timeouts.reduce(armed.timeout, ArmedTimeout.MILLI);
    } catch (IllegalStateException over) {
      Thread.onSpinWait(); // the cancel came first
    }
  }

  /** Cancels. */
  @Actor
  public void canceller(II_Result r) {
    r.r1 = armed.timeout.cancel() ? 1 : 0;
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(200 * ArmedTimeout.MILLI);
  }
}
