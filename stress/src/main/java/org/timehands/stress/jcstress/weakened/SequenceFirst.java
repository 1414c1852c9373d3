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

/** {@code SlotReuse} by a reader that looks at the sequence number before it copies. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "accepted, and whole")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "refused")
@Outcome(id = "-1", expect = ACCEPTABLE_INTERESTING, desc = "accepted, and torn")
@State
public class SequenceFirst {
  private final SmallPage page = SlotReuse.fullRing();

  /** Puts segment 4 into the slot of segment 0. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Looks, then copies. */
  @Actor
  public void reader(I_Result r) {
    long sequence = Memory.getAcquire(page.slot(0));
    page.copy(0);
    r.r1 = page.judge(sequence, 0);
  }
}
