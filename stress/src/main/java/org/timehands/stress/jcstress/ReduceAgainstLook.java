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
 * A timeout that was put off is reduced while its owner decides where to look at it: who is told
 * that it was changed finds it run by then (3-49).
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "reduced, and it ran at the earlier time")
@Outcome(expect = FORBIDDEN, desc = "the earlier time was refused or lost")
@State
public class ReduceAgainstLook {
  private static final long SOON = 10 * ArmedTimeout.MILLI;

  private final ArmedTimeout armed = new ArmedTimeout(50_000 * ArmedTimeout.MILLI);

  /** Put off, and a message lies in the mailbox. */
  public ReduceAgainstLook() {
    armed.timeouts.arm(armed.timeout, 20 * ArmedTimeout.MILLI);
    armed.timeouts.postpone(armed.timeout, 100_000 * ArmedTimeout.MILLI);
  }

  /** Reduces. */
  @Actor
  public void user(II_Result r) {
    r.r1 = armed.timeouts.reduce(armed.timeout, SOON) ? 1 : 0;
  }

  /** Reads the mail. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(2 * SOON);
  }
}
