package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A timeout is armed for an earlier time while its owner decides where to look at it: either sees
 * the other, so it runs in time (3-49).
 *
 * <p>Weakened twin: {@code LooksBeforeWord}.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it ran at the earlier time")
@Outcome(expect = FORBIDDEN, desc = "the earlier arming was lost")
@State
public class ArmEarlierAgainstLook {
  private static final long SOON = 10 * ArmedTimeout.MILLI;

  private final ArmedTimeout armed = new ArmedTimeout(100_000 * ArmedTimeout.MILLI);

  /** A message lies in the mailbox: the owner will file the timeout anew. */
  public ArmEarlierAgainstLook() {
    armed.timeouts.arm(armed.timeout, 50_000 * ArmedTimeout.MILLI);
  }

  /** Arms for an earlier time. */
  @Actor
  public void user() {
    armed.timeouts.arm(armed.timeout, SOON);
  }

  /** Reads the mail. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(I_Result r) {
    r.r1 = armed.ranAfter(3 * SOON);
  }
}
