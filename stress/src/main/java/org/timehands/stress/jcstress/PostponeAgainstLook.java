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
 * A timeout is put off while its owner files it: it does not run when it was armed for, and once
 * when it was put off to (3-49).
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it ran once, when it was put off to")
@Outcome(expect = FORBIDDEN, desc = "it ran before, twice, or never")
@State
public class PostponeAgainstLook {
  private static final long LATER = 1_000 * ArmedTimeout.MILLI;

  private final ArmedTimeout armed = new ArmedTimeout(100 * ArmedTimeout.MILLI);

  /** A message lies in the mailbox: the owner will file the timeout anew. */
  public PostponeAgainstLook() {
    armed.timeouts.arm(armed.timeout, 10 * ArmedTimeout.MILLI);
  }

  /** Puts off, long before it is due. */
  @Actor
  public void user() {
    armed.timeouts.postpone(armed.timeout, LATER);
  }

  /** Reads the mail. */
  @Actor
  public void owner() {
    armed.timeouts.poll();
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r1 = armed.ranAfter(LATER - ArmedTimeout.MILLI);
    r.r2 = armed.ranAfter(LATER);
  }
}
