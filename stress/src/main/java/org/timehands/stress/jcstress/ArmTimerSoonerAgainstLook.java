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
 * A timer that was put off is armed for sooner while its shard moves its place to where it was put:
 * one of the two sees the other, so it runs in time (3-50).
 *
 * <p>Weakened twin: {@code PlaceBeforeWord}.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it ran at the sooner time")
@Outcome(expect = FORBIDDEN, desc = "the arming for sooner was lost")
@State
public class ArmTimerSoonerAgainstLook {
  private final ArmedTimer armed = new ArmedTimer();

  /** Its place is due, but it is not. */
  public ArmTimerSoonerAgainstLook() {
    armed.putOff();
  }

  /** Arms for sooner. */
  @Actor
  public void user() {
    armed.arm(ArmedTimer.SOONER);
  }

  /** Looks, and moves the place behind that of another timer. */
  @Actor
  public void owner() {
    armed.timers.expire();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(I_Result r) {
    r.r1 = armed.ranUntil(ArmedTimer.SOONER);
  }
}
