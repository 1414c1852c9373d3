package org.timehands.timeout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.stress.jcstress.ArmedTimeout;

/** {@code CancelAgainstExpiry} by a cancel that looks and stores, where a CAS belongs. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both")
@State
public class CancelByStore {
  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public CancelByStore() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Cancels without a compare-and-set. */
  @Actor
  public void canceller(II_Result r) {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    if (SharedTimeout.isArmed(own.word)) {
      for (int i = 0; i < DAWDLE; i++) {
        Thread.onSpinWait();
      }
      own.word = own.over();
      r.r1 = 1;
    }
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(1);
  }
}
