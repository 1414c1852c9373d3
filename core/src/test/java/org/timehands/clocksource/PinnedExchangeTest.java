package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.linux.Counter;
import org.timehands.linux.Cpus;

/** The warp check on the machine itself, and on a machine that is made to lie. */
class PinnedExchangeTest {
  private static final long PAIR_NANOS = 2_000_000;

  /* Farther than any hand-off is long, even with a thread descheduled in it. */
  private static final long FAR_CYCLES = 1L << 50;

  /* A busy machine may need some more tries; one that never answers is broken. */
  private static final int TRIES = 50;

  private int[] cpus;

  @BeforeEach
  void needed() throws IOException {
    assumeTrue(Counter.available(), Counter.whyNot());
    cpus = Cpus.affinity();
    assumeTrue(cpus.length > 1, "one CPU has no pair");
  }

  @Test
  void countersOfThisMachineAgreeOrAreSaidNotTo() {
    WarpCheck.Verdict verdict = patiently(cpu -> Counter::readOrdered);
    assertTrue(verdict.passed(), verdict.words());
    assertTrue(verdict.skewBoundCycles() > 0, verdict.words());
  }

  @Test
  void cpuWhoseCounterIsFarOffIsFound() {
    for (long skew : new long[] {FAR_CYCLES, -FAR_CYCLES}) {
      int odd = cpus[cpus.length - 1];
      WarpCheck.Verdict verdict =
          patiently(cpu -> () -> Counter.readOrdered() + (cpu == odd ? skew : 0));
      assertFalse(verdict.passed());
      assertTrue(verdict.warpCycles() > FAR_CYCLES / 2, verdict.words());
      assertTrue(verdict.words().contains("time went back"), verdict.words());
    }
  }

  @Test
  void cpuThatCannotBeHadEndsTheCheckWithTheReason() {
    WarpCheck.Verdict verdict =
        WarpCheck.check(
            new int[] {cpus[0], 60_000},
            new PinnedExchange(cpu -> Counter::readOrdered, PAIR_NANOS));
    assertFalse(verdict.passed());
    assertTrue(verdict.words().contains("60000"), verdict.words());
  }

  @Test
  void counterThatCannotBeReadEndsTheCheckWithTheReason() {
    for (int broken : new int[] {cpus[0], cpus[1]}) {
      IntFunction<LongSupplier> readers =
          cpu ->
              () -> {
                if (cpu == broken) {
                  throw new IllegalStateException("no counter on " + cpu);
                }
                return Counter.readOrdered();
              };
      WarpCheck.Verdict verdict =
          WarpCheck.check(
              new int[] {cpus[0], cpus[1]}, new PinnedExchange(readers, PAIR_NANOS));
      assertFalse(verdict.passed());
      assertTrue(verdict.words().contains("no counter on " + broken), verdict.words());
    }
  }

  private WarpCheck.Verdict patiently(IntFunction<LongSupplier> readers) {
    WarpCheck.Verdict verdict = null;
    for (int i = 0; i < TRIES; i++) {
      verdict = WarpCheck.check(cpus, new PinnedExchange(readers, PAIR_NANOS));
      if (!verdict.words().contains("too busy")) {
        return verdict;
      }
    }
    return verdict;
  }
}
