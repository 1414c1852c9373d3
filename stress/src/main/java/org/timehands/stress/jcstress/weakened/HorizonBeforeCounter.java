package org.timehands.stress.jcstress.weakened;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.linux.Memory;
import org.timehands.stress.jcstress.CounterBeforeHorizon;
import org.timehands.stress.jcstress.FakeCounter;
import org.timehands.stress.jcstress.SmallPage;

/** {@code CounterBeforeHorizon} by a reader that loads the horizon, then samples the counter. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "the horizon was not absurd any more")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "answered before what was taken back")
@Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "answered beyond the sealed horizon")
@State
public class HorizonBeforeCounter {
  private final FakeCounter counter =
      FakeCounter.stepping(SmallPage.START, CounterBeforeHorizon.CYCLES_PER_READ);
  private final SmallPage page = new SmallPage(counter, CounterBeforeHorizon.GAP);
  private long answered;

  /** Poisons the horizon. */
  public HorizonBeforeCounter() {
    page.poison();
  }

  /** Takes the promise back and appends. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Loads, then samples. */
  @Actor
  public void reader() {
    long word = Memory.getAcquire(page.horizon(0));
    SmallPage.stall();
    long cycles = counter.read() - SmallPage.START;
    answered = word > 0 && (word & 1) == 0 && cycles < word >>> 1 ? cycles : -1;
  }

  /** Compares the answer with the sealed horizon. */
  @Arbiter
  public void afterwards(I_Result r) {
    r.r1 = answered < 0 ? 2 : answered < page.sealedCycles() ? 1 : 0;
  }
}
