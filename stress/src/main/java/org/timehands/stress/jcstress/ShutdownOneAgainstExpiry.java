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
 * A timeout that is due is shut down for good while its owner runs it: it was pending and does not
 * run, or was not and runs (3-50).
 *
 * <p>Weakened twin: {@code CallbackAfterWord}.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "shut down, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = FORBIDDEN, desc = "both or neither")
@State
public class ShutdownOneAgainstExpiry {
  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public ShutdownOneAgainstExpiry() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Shuts it down. */
  @Actor
  public void user(II_Result r) {
    r.r1 = armed.timeouts.shutdown(armed.timeout) ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(ArmedTimeout.MILLI);
  }
}
