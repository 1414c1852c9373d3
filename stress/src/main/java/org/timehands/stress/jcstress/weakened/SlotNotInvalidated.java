package org.timehands.stress.jcstress.weakened;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.linux.Memory;
import org.timehands.stress.jcstress.SlotReuse;
import org.timehands.stress.jcstress.SmallPage;

/** {@code SlotReuse} by a writer that leaves the old sequence number while it writes the words. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "accepted, and whole")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "refused")
@Outcome(id = "-1", expect = ACCEPTABLE_INTERESTING, desc = "accepted, and torn")
@State
public class SlotNotInvalidated {
  private final SmallPage page = SlotReuse.fullRing();

  /** Writes segment 4 under the number 0. */
  @Actor
  public void writer() {
    page.store(4);
    SmallPage.stall();
    Memory.setRelease(page.slot(4), 4);
  }

  /** Copies segment 0. */
  @Actor
  public void reader(I_Result r) {
    page.copy(0);
    Memory.loadLoadFence();
    r.r1 = page.judge(Memory.get(page.slot(0)), 0);
  }
}
