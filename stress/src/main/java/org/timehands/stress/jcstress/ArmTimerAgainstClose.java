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
 * A timer that needs no lock is armed while its timers are closed: it is refused, or told of the
 * close, once; it never runs (3-50).
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "armed, and told")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused, and told nothing")
@Outcome(expect = FORBIDDEN, desc = "armed and not told, or told twice, or has run")
@State
public class ArmTimerAgainstClose {
  private final ArmedTimer armed = new ArmedTimer();

  /** Not armed, but placed. */
  public ArmTimerAgainstClose() {
    armed.cancel();
  }

  /** Arms. */
  @Actor
  public void user(II_Result r) {
    try {
      armed.arm(2 * ArmedTimer.DUE);
      r.r1 = 1;
    } catch (IllegalStateException closed) {
      r.r1 = 0;
    }
  }

  /** Closes. */
  @Actor
  public void closer() {
    armed.timers.close();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.told() + 10 * armed.ranUntil(4 * ArmedTimer.DUE);
  }
}
