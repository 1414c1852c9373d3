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
 * A timeout that is due is put off while its owner looks at it: each arming runs once or was
 * replaced by the next (3-50).
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "put off in time: one run")
@Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "armed anew after it ran: two runs")
@Outcome(expect = FORBIDDEN, desc = "an arming ran twice or never")
@State
public class ArmAgainstExpiry {
  private static final long LATER = 1_000 * ArmedTimeout.MILLI;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public ArmAgainstExpiry() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Puts off. */
  @Actor
  public void user(II_Result r) {
    r.r1 = armed.timeouts.arm(armed.timeout, LATER) ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(2 * LATER);
  }
}
