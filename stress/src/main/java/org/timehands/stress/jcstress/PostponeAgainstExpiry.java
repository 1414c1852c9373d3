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
 * A timeout that is due is put off while its owner looks at it: it runs once, now if the call came
 * too late, else when it was put off to (3-50).
 *
 * <p>Weakened twin: {@code PostponeByStore}.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "too late: it ran at once")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "put off")
@Outcome(expect = FORBIDDEN, desc = "it ran twice or never")
@State
public class PostponeAgainstExpiry {
  private static final long LATER = 1_000 * ArmedTimeout.MILLI;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Due from the start. */
  public PostponeAgainstExpiry() {
    armed.pass(100 * ArmedTimeout.MILLI);
  }

  /** Puts off. */
  @Actor
  public void user() {
    armed.timeouts.postpone(armed.timeout, LATER);
  }

  /** Runs what is due. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r1 = armed.ranAfter(LATER / 2);
    r.r2 = armed.ranAfter(LATER);
  }
}
