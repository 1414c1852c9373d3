package org.timehands.timer;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.stress.jcstress.ArmedTimer;

/** {@code ArmTimerSoonerAgainstLook} by a user who reads the place before the word is changed. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it ran at the sooner time")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the arming for sooner was lost")
@State
public class PlaceBeforeWord {
  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimer armed = new ArmedTimer();

  /** Its place is due, but it is not. */
  public PlaceBeforeWord() {
    armed.putOff();
  }

  /** Arms for sooner, and decides by a place that was read before. */
  @Actor
  public void user() {
    ClockTimer timer = armed.timer;
    long place = timer.placeNanos();
    for (int i = 0; i < DAWDLE; i++) {
      Thread.onSpinWait();
    }
    long seen = timer.word();
    if (!TimerHead.isFree(seen) || !timer.change(seen, ArmedTimer.SOONER)) {
      armed.arm(ArmedTimer.SOONER);
    } else if (ArmedTimer.SOONER < place) {
      timer.shard.tend(timer);
    }
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
