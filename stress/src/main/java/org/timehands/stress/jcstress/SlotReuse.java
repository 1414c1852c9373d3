package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.linux.Memory;

/**
 * A copy of segment 0 beside the writer that puts segment 4 into the same slot: it is refused, or
 * it is whole.
 *
 * <p>The writer is production's; the reader copies as {@code Timeline} does: plain loads, a
 * loadLoad fence, then the sequence number. Weakened twins: {@code SequenceFirst}, {@code
 * SlotNotInvalidated}.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "accepted, and whole")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "refused")
@Outcome(id = "-1", expect = FORBIDDEN, desc = "accepted, and torn")
@State
public class SlotReuse {
  private final SmallPage page = fullRing();

  /** A page whose next segment takes the slot of segment 0. */
  public static SmallPage fullRing() {
    SmallPage page = new SmallPage(FakeCounter.standing(SmallPage.START), SmallPage.NO_GUARD);
    for (int k = 1; k < 4; k++) {
      page.append();
    }
    return page;
  }

  /** Puts segment 4 into the slot of segment 0. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Copies segment 0. */
  @Actor
  public void reader(I_Result r) {
    page.copy(0);
    Memory.loadLoadFence();
    r.r1 = page.judge(Memory.get(page.slot(0)), 0);
  }
}
