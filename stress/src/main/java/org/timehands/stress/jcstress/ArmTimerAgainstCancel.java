package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An armed timer is armed for sooner by one thread, and cancelled by another, without the lock: it
 * runs once if it was armed last, and not at all if it was cancelled last (3-50).
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "armed anew, then cancelled")
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "cancelled, then armed: one run")
@Outcome(expect = FORBIDDEN, desc = "one of the two was lost")
@State
public class ArmTimerAgainstCancel {
  private static final long SOONER = ArmedTimer.DUE / 2;

  private final ArmedTimer armed = new ArmedTimer();

  /** Arms. */
  @Actor
  public void user(III_Result r) {
    r.r1 = armed.arm(SOONER) ? 1 : 0;
  }

  /** Cancels. */
  @Actor
  public void canceller(III_Result r) {
    r.r2 = armed.cancel() ? 1 : 0;
  }

  /** Counts: what was armed for sooner runs then. */
  @Arbiter
  public void afterwards(III_Result r) {
    r.r3 = armed.ranUntil(SOONER);
    if (armed.ranUntil(2 * ArmedTimer.DUE) != r.r3) {
      r.r3 = -1;
    }
  }
}
