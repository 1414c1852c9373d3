package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.testing.Seeds;

class WarpCheckTest {
  private static final long GIGAHERTZ = 1_000_000_000L;
  private static final int HANDOFFS = 2_000;

  /* A message takes at least this long from one CPU to another, in cycles of 1 GHz. */
  private static final long FASTEST = 40;

  @Test
  void countersThatAgreeAreAdmittedWithABound() {
    Seeds.forEach(
        WarpCheckTest.class,
        100,
        random -> {
          Machine machine = new Machine(random);
          long skew = random.nextLong(-FASTEST + 1, FASTEST);
          machine.counter.skew(1, skew);
          WarpCheck.Verdict verdict = WarpCheck.check(new int[] {0, 1}, machine);
          assertTrue(verdict.passed(), verdict.words());
          assertEquals(0, verdict.warpCycles());
          assertTrue(verdict.skewBoundCycles() >= Math.abs(skew), verdict + " for " + skew);
          assertTrue(verdict.skewBoundCycles() <= Math.abs(skew) + 2 * FASTEST, "" + verdict);
        });
  }

  /** A11: 100 cycles of skew. */
  @Test
  void skewOfAHundredCyclesIsRefused() {
    for (long skew : new long[] {100, -100}) {
      Seeds.forEach(
          WarpCheckTest.class,
          100,
          random -> {
            Machine machine = new Machine(random);
            int cpu = random.nextInt(4);
            machine.counter.skew(cpu, skew);
            WarpCheck.Verdict verdict = WarpCheck.check(new int[] {0, 1, 2, 3}, machine);
            assertFalse(verdict.passed(), "skew of " + skew + " on CPU " + cpu);
            assertTrue(verdict.warpCycles() > 0 && verdict.warpCycles() <= 100 - FASTEST);
            assertEquals(Long.MAX_VALUE, verdict.skewBoundCycles());
            assertTrue(verdict.words().contains("" + cpu), verdict.words());
          });
    }
  }

  @Test
  void oneCpuAmongManyThatIsOffIsFound() {
    int[] cpus = IntStream.range(0, 100).toArray();
    for (int odd = 0; odd < cpus.length; odd++) {
      Machine machine = new Machine(new SplittableRandom(odd));
      machine.counter.skew(odd, 100);
      assertFalse(WarpCheck.check(cpus, machine).passed(), "CPU " + odd);
    }
    Machine good = new Machine(new SplittableRandom(1));
    WarpCheck.Verdict verdict = WarpCheck.check(cpus, good);
    assertTrue(verdict.passed(), verdict.words());
    assertTrue(verdict.words().contains("100 CPUs"), verdict.words());
  }

  @Test
  void slowDriftOfOneCpuIsRefused() {
    // 100 ppm against the others: 400 hand-offs later it is off by more than a message's time.
    Machine machine = new Machine(new SplittableRandom(1));
    machine.drifting = 1;
    machine.drifter.driftPpb(100_000);
    machine.pausePerHandOff = 100_000;
    WarpCheck.Verdict verdict = WarpCheck.check(new int[] {0, 1}, machine);
    assertFalse(verdict.passed(), verdict.words());
  }

  @Test
  void limitsCloseOnTheSkew() {
    WarpCheck.Skew skew = new WarpCheck.Skew();
    skew.record(0, 90, 100);
    assertEquals(90, skew.boundCycles());
    skew.record(1_000, 1_005, 1_100);
    assertEquals(10, skew.boundCycles(), "from the first's way back");
    assertEquals(0, skew.warpCycles());
    skew.record(2_000, 1_993, 2_100);
    assertEquals(7, skew.warpCycles());
    skew.record(3_000, 3_109, 3_100);
    assertEquals(9, skew.warpCycles());
    assertEquals(4, skew.handOffs());
  }

  @Test
  void machineThatIsTooBusyToTellIsRefused() {
    WarpCheck.Verdict verdict =
        WarpCheck.check(new int[] {0, 1}, (a, b, skew) -> skew.record(0, 5, 10));
    assertFalse(verdict.passed());
    assertTrue(verdict.words().contains("too busy"), verdict.words());
    WarpCheck.Verdict failed =
        WarpCheck.check(
            new int[] {0, 1},
            (a, b, skew) -> {
              throw new IOException("EPERM: cpu 1");
            });
    assertFalse(failed.passed());
    assertTrue(failed.words().contains("EPERM"), failed.words());
  }

  @Test
  void oneCpuCannotDisagree() {
    WarpCheck.Verdict verdict =
        WarpCheck.check(
            new int[] {7},
            (a, b, skew) -> {
              throw new AssertionError("nothing to exchange");
            });
    assertTrue(verdict.passed());
    assertEquals(0, verdict.skewBoundCycles());
  }

  @Test
  void everyCpuStandsInSomePair() {
    assertEquals(28, WarpCheck.pairs(IntStream.range(0, 8).toArray()).size());
    int[] many = IntStream.range(0, 64).map(cpu -> 2 * cpu).toArray();
    var pairs = WarpCheck.pairs(many);
    assertEquals(63 + 62, pairs.size());
    assertTrue(
        Arrays.stream(many)
            .allMatch(cpu -> pairs.stream().anyMatch(p -> p.a() == cpu || p.b() == cpu)));
  }

  /** CPUs with counters of 1 GHz, and messages between them that take 40 to 440 cycles. */
  private static final class Machine implements WarpCheck.Exchange {
    final AtomicLong nanos = new AtomicLong();
    final SimulatedClockSource counter =
        new SimulatedClockSource(Settings.of(GIGAHERTZ), nanos::get);
    final SimulatedClockSource drifter =
        new SimulatedClockSource(Settings.of(GIGAHERTZ), nanos::get);
    final SplittableRandom random;
    int drifting = -1;
    long pausePerHandOff;

    Machine(SplittableRandom random) {
      this.random = random;
    }

    @Override
    public void run(int a, int b, WarpCheck.Skew skew) {
      for (int i = 0; i < HANDOFFS; i++) {
        long sent = read(a);
        message();
        long seen = read(b);
        message();
        skew.record(sent, seen, read(a));
        nanos.addAndGet(pausePerHandOff);
      }
    }

    private long read(int cpu) {
      return cpu == drifting ? drifter.read() : counter.readOn(cpu);
    }

    private void message() {
      nanos.addAndGet(FASTEST + (random.nextInt(10) == 0 ? random.nextLong(400) : 0));
    }
  }
}
