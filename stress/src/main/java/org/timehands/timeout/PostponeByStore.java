package org.timehands.timeout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.stress.jcstress.ArmedTimeout;

/** {@code PostponeAgainstExpiry} by who looks at the word and stores another. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it ran once")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "it ran twice or never")
@State
public class PostponeByStore {
  private static final long LATER_TICKS = 1_000;

  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public PostponeByStore() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Puts off without a word of its own. */
  @Actor
  public void user() {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    long from = own.tick();
    if (SharedTimeout.isArmed(own.word)) {
      for (int i = 0; i < DAWDLE; i++) {
        Thread.onSpinWait();
      }
      own.word = SharedTimeout.word(from, LATER_TICKS);
    }
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts what is pending as well: it would run. */
  @Arbiter
  public void afterwards(I_Result r) {
    r.r1 = armed.ranAfter(0) + (armed.timeout.isPending() ? 1 : 0);
  }
}
