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

/** {@code ArmEarlierAgainstLook} by a user who reads where the owner looks before the word. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it ran at the earlier time")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the earlier arming was lost")
@State
public class LooksBeforeWord {
  private static final long SOON_TICKS = 10;

  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Filed for soon, but cancelled and put off: the owner will file it anew, far away. */
  public LooksBeforeWord() {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    own.arm(own.tick(), 50_000);
    armed.pass(20 * ArmedTimeout.MILLI);
  }

  /** Arms for an earlier time, and decides by a place that was read before. */
  @Actor
  public void user() {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    long from = own.tick();
    long looks = own.looksAt;
    for (int i = 0; i < DAWDLE; i++) {
      Thread.onSpinWait();
    }
    own.change(own.word, SharedTimeout.word(from, SOON_TICKS));
    long deadline = from + CoarseClock.SLACK_TICKS + SOON_TICKS;
    if (deadline < looks) {
      own.shard.mail(own, deadline);
    }
  }

  /** Looks at what has come, and puts it back. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(I_Result r) {
    r.r1 = armed.ranAfter(30 * ArmedTimeout.MILLI);
  }
}
