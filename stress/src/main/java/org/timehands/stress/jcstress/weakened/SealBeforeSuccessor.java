package org.timehands.stress.jcstress.weakened;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.linux.Memory;
import org.timehands.stress.jcstress.FakeCounter;
import org.timehands.stress.jcstress.SealPublishes;
import org.timehands.stress.jcstress.SmallPage;

/** {@code SealPublishes} by a writer that seals first and writes the successor afterwards. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "not sealed yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "sealed, the successor is whole")
@Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "sealed, no successor")
@Outcome(id = "-1", expect = ACCEPTABLE_INTERESTING, desc = "sealed, the successor is stale")
@State
public class SealBeforeSuccessor {
  private final SmallPage page =
      new SmallPage(FakeCounter.standing(SmallPage.START), SmallPage.NO_GUARD);

  /** Seals, then writes. */
  @Actor
  public void writer() {
    Memory.compareAndSet(page.horizon(0), 2, 3);
    SmallPage.stall();
    page.store(1);
    Memory.setRelease(page.slot(1), 1);
  }

  /** Follows the seal. */
  @Actor
  public void reader(I_Result r) {
    r.r1 = SealPublishes.follow(page);
  }
}
