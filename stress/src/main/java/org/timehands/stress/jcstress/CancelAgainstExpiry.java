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
 * A timeout that is due is cancelled while its owner looks at it: it runs, or cancel says that it
 * will not (3-50).
 *
 * <p>Weakened twin: {@code CancelByStore}.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = FORBIDDEN, desc = "both, or neither")
@State
public class CancelAgainstExpiry {
  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public CancelAgainstExpiry() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Cancels. */
  @Actor
  public void canceller(II_Result r) {
    r.r1 = armed.timeout.cancel() ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(1);
  }
}
