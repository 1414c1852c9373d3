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

/** {@code ReduceAgainstCancel} by a reduce that looks at the word and stores another. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and has not run")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "cancelled, and has run")
@State
public class ReduceByStore {
  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimeout armed = ArmedTimeout.once(100 * ArmedTimeout.MILLI);

  /** Reduces without a compare-and-set. */
  @Actor
  public void user() {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    long from = own.tick();
    long before = own.word;
    if (SharedTimeout.isArmed(before)) {
      for (int i = 0; i < DAWDLE; i++) {
        Thread.onSpinWait();
      }
      own.word = SharedTimeout.word(from, 1);
      own.armed(before, from, 1);
    }
  }

  /** Cancels. */
  @Actor
  public void canceller(II_Result r) {
    r.r1 = armed.timeout.cancel() ? 1 : 0;
  }

  /** Counts what is pending as well: it would run. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.timeout.isPending() ? 1 : 0;
  }
}
