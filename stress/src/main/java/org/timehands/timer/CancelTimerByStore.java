package org.timehands.timer;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.stress.jcstress.ArmedTimer;

/** {@code CancelTimerAgainstExpiry} by a cancel that looks and stores, where a CAS belongs. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both")
@State
public class CancelTimerByStore {
  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimer armed = new ArmedTimer();

  /** Due from the start. */
  public CancelTimerByStore() {
    armed.pass(ArmedTimer.DUE);
  }

  /** Cancels without a compare-and-set. */
  @Actor
  public void canceller(II_Result r) {
    long seen = armed.timer.word();
    if (TimerHead.isFree(seen) && TimerHead.isArmed(seen)) {
      for (int i = 0; i < DAWDLE; i++) {
        Thread.onSpinWait();
      }
      armed.timer.free(TimerHead.IDLE_BIT | seen);
      r.r1 = 1;
    }
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timers.expire();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranUntil(2 * ArmedTimer.DUE);
  }
}
