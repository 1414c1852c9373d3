package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A pending timeout is armed anew beside a cancel: whoever came last decides (3-50). */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "armed anew, then cancelled: no run")
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "cancelled, then armed: one run")
@Outcome(expect = FORBIDDEN, desc = "an arming ended twice or never")
@State
public class ArmAgainstCancel {
  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Arms. */
  @Actor
  public void armer(III_Result r) {
    r.r1 = armed.timeouts.arm(armed.timeout, ArmedTimeout.MILLI) ? 1 : 0;
  }

  /** Cancels. */
  @Actor
  public void canceller(III_Result r) {
    r.r2 = armed.timeout.cancel() ? 1 : 0;
  }

  /** Counts. */
  @Arbiter
  public void afterwards(III_Result r) {
    r.r3 = armed.ranAfter(30 * ArmedTimeout.MILLI);
  }
}
