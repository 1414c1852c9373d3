package org.timehands.stress.jcstress.weakened;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.timehands.linux.Memory;
import org.timehands.stress.jcstress.FakeCounter;
import org.timehands.stress.jcstress.SmallPage;
import org.timehands.timeline.Sample;

/** {@code ExtendAgainstSeal} by a writer that seals by a store where a CAS belongs. */
@JCStressTest
@Outcome(id = "0, 116, 1", expect = ACCEPTABLE, desc = "the reader extended first")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "the writer sealed first")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both won")
@State
public class SealByPlainStore {
  private final SmallPage page =
      new SmallPage(FakeCounter.standing(SmallPage.START + 100), SmallPage.NO_GUARD);
  private final Sample sample = new Sample();

  /** Seals whatever stands there by now. */
  @Actor
  public void writer() {
    long word = Memory.getAcquire(page.horizon(0));
    page.store(1);
    Memory.set(page.slot(1) + 8, SmallPage.START + (word >>> 1));
    Memory.set(page.horizon(1), 2);
    Memory.setRelease(page.slot(1), 1);
    Memory.setRelease(page.horizon(0), word | 1);
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
