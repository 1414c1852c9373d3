package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.clocksource.ClockSource;
import org.timehands.timeline.Sample;

/**
 * As {@link CounterBeforeHorizon}, on the processor's own counter and the fast path: here the
 * order of the counter's instruction and the loads is the processor's.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "answered before what was taken back")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the successor answered")
@Outcome(expect = FORBIDDEN, desc = "segment 0 answered beyond its sealed horizon")
@State
public class NativeCounterBeforeHorizon {
  private final ClockSource counter = RealCounter.here();
  private final long startCycles = counter.read();
  private final SmallPage page = new SmallPage(counter, 1L << 40, startCycles);
  private final Sample sample = new Sample();

  /** Poisons the horizon. */
  public NativeCounterBeforeHorizon() {
    page.poison();
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
    long cycles = sample.cycles() - startCycles;
    boolean inside = (cycles < page.sealedCycles()) == (sample.sequence() == 0);
    r.r1 = (int) sample.sequence();
    r.r2 = inside ? 1 : 0;
  }
}
