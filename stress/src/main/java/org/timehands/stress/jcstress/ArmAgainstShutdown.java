package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A timeout is armed beside the shutdown: it is among what was pending, or was refused. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "armed, and handed back")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
@Outcome(expect = FORBIDDEN, desc = "armed and lost, or refused and handed back")
@State
public class ArmAgainstShutdown {
  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Not armed from the start. */
  public ArmAgainstShutdown() {
    armed.timeout.cancel();
  }

  /** Arms. */
  @Actor
  public void user(II_Result r) {
    try {
      armed.timeouts.arm(armed.timeout, ArmedTimeout.MILLI);
      r.r1 = 1;
    } catch (IllegalStateException refused) {
      r.r1 = 0;
    }
  }

  /** Ends all. */
  @Actor
  public void owner(II_Result r) {
    r.r2 = armed.timeouts.shutdown().size();
  }
}
