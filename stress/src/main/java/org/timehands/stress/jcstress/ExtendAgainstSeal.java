package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.timehands.timeline.Sample;

/**
 * A reader that extends the horizon of segment 0 against the writer that seals it: one of them
 * wins, and the cycle that was read has one answer for ever.
 *
 * <p>Reader and writer are production's. The counter stands 100 cycles past the start, and one
 * cycle is promised. The third number says that a later read of the same cycle gives the same
 * answer. Weakened twin: {@code SealByPlainStore}.
 */
@JCStressTest
@Outcome(id = "0, 116, 1", expect = ACCEPTABLE, desc = "the reader extended first")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "the writer sealed first")
@Outcome(expect = FORBIDDEN, desc = "both won, or the answer changed")
@State
public class ExtendAgainstSeal {
  private final SmallPage page =
      new SmallPage(FakeCounter.standing(SmallPage.START + 100), SmallPage.NO_GUARD);
  private final Sample sample = new Sample();

  /** Seals. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Extends. */
  @Actor
  public void reader() {
    page.timeline.sample(sample);
  }

  /** Reads the same cycle again. */
  @Arbiter
  public void afterwards(III_Result r) {
    r.r1 = (int) sample.sequence();
    r.r2 = (int) page.sealedCycles();
    r.r3 = page.timeline.monotonic() == sample.monoNanos() ? 1 : 0;
  }
}
