package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.timeline.Sample;

/**
 * The writer takes an absurd promise back, while a reader answers from it: no answer of segment 0
 * lies at or beyond the horizon that the writer seals, because readers sample the counter before
 * they load the horizon.
 *
 * <p>Reader and writer are production's; each read of the shared counter moves it on by more than
 * the writer promises anew. Weakened twin: {@code HorizonBeforeCounter}.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "answered before what was taken back")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the successor answered")
@Outcome(expect = FORBIDDEN, desc = "segment 0 answered beyond its sealed horizon")
@State
public class CounterBeforeHorizon {
  /** How far each read moves the counter. */
  public static final long CYCLES_PER_READ = 1000;
  /** The gap guard, without which nothing is absurd. */
  public static final long GAP = 1L << 20;

  private final SmallPage page = poisoned();
  private final Sample sample = new Sample();

  /** A page whose segment 0 promises an absurd time. */
  public static SmallPage poisoned() {
    SmallPage page =
        new SmallPage(FakeCounter.stepping(SmallPage.START, CYCLES_PER_READ), GAP);
    page.poison();
    return page;
  }

  /** Takes the promise back and appends. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Reads. */
  @Actor
  public void reader() {
    page.timeline.sample(sample);
  }

  /** Compares the answer with the sealed horizon. */
  @Arbiter
  public void afterwards(II_Result r) {
    long cycles = sample.cycles() - SmallPage.START;
    boolean inside = (cycles < page.sealedCycles()) == (sample.sequence() == 0);
    r.r1 = (int) sample.sequence();
    r.r2 = inside ? 1 : 0;
  }
}
