package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.timeline.Sample;

/**
 * A whole production read that walks back to segment 0 while the writer puts segment 4 there: it
 * answers from segment 0, or from segment 1 if it comes too late, and never from a mixture.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "its own segment answers")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "overrun: the oldest that is kept answers")
@Outcome(expect = FORBIDDEN, desc = "a mixture, or another segment")
@State
public class ReadBesideReuse {
  private final SmallPage page = SlotReuse.fullRing();
  private final Sample sample = new Sample();

  /** Puts segment 4 into the slot of segment 0. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Reads at the one cycle of segment 0. */
  @Actor
  public void reader(II_Result r) {
    page.timeline.sample(sample);
    page.check();
    int k = (int) sample.sequence();
    boolean whole =
        sample.cycles() == SmallPage.START + k
            && sample.monoNanos() == SmallPage.monoNanos(k)
            && sample.rawNanos() == SmallPage.rawNanos(k)
            && sample.realNanos() == SmallPage.realNanos(k);
    r.r1 = k;
    r.r2 = whole ? SmallPage.INTACT : SmallPage.TORN;
  }
}
