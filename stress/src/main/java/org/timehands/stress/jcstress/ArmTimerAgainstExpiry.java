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
 * A timer that is due is armed for later and for sooner while its shard expires it: each arming
 * runs once, or the next has replaced it (3-50).
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "armed anew in time: one run")
@Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "armed after it ran: two runs")
@Outcome(expect = FORBIDDEN, desc = "an arming ran twice or never")
@State
public class ArmTimerAgainstExpiry {
  private static final long LATER = 4 * ArmedTimer.DUE;

  private final ArmedTimer armed = new ArmedTimer();

  /** Due from the start. */
  public ArmTimerAgainstExpiry() {
    armed.pass(ArmedTimer.DUE);
  }

  /** Puts off, and not so far. */
  @Actor
  public void user(III_Result r) {
    r.r1 = armed.arm(LATER) ? 1 : 0;
    r.r2 = armed.arm(LATER / 2) ? 1 : 0;
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timers.expire();
  }

  /** Counts: the last arming counts, which is for sooner. */
  @Arbiter
  public void afterwards(III_Result r) {
    r.r3 = armed.ranUntil(LATER / 2);
    if (armed.ranUntil(2 * LATER) != r.r3) {
      r.r3 = -1;
    }
  }
}
