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
 * A timeout that is due is reduced while its owner runs it: left alone it runs once; found over it
 * is armed, and runs again (3-50).
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "due anyhow: left alone, one run")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "armed after it ran: two runs")
@Outcome(expect = FORBIDDEN, desc = "an arming ran twice or never")
@State
public class ReduceAgainstExpiry {
  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public ReduceAgainstExpiry() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Reduces. */
  @Actor
  public void user(II_Result r) {
    r.r1 = armed.timeouts.reduce(armed.timeout, ArmedTimeout.MILLI) ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(20 * ArmedTimeout.MILLI);
  }
}
