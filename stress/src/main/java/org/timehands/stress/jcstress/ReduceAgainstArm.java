package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A timeout is reduced beside an arming: one run, at the time of whoever came last (3-49). */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "reduced last: one run, early")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "armed last: one run, later")
@Outcome(expect = FORBIDDEN, desc = "no run, or two")
@State
public class ReduceAgainstArm {
  private final ArmedTimeout armed = new ArmedTimeout(1_000 * ArmedTimeout.MILLI);

  /** Reduces. */
  @Actor
  public void reducer() {
    armed.timeouts.reduce(armed.timeout, 10 * ArmedTimeout.MILLI);
  }

  /** Arms. */
  @Actor
  public void armer() {
    armed.timeouts.arm(armed.timeout, 100 * ArmedTimeout.MILLI);
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r1 = armed.ranAfter(20 * ArmedTimeout.MILLI);
    r.r2 = armed.ranAfter(2_000 * ArmedTimeout.MILLI);
  }
}
