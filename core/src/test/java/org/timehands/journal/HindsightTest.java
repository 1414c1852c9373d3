package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;

/**
 * Hindsight against truth, in the jitter scenarios that chrony was measured in: half the error of
 * what was read live at most, and never out of its bound.
 *
 * <p>The live side is real: the estimate is published as segments of a timeline, journalled, and
 * converted. More seeds: {@code -Dtimehands.hindsight.seeds=10}; the table is printed then.
 */
class HindsightTest {
  private static final int SEEDS = Integer.getInteger("timehands.hindsight.seeds", 2);
  private static final double LEAST_GAIN = 0.5;

  /** Of few samples a single run says little: more runs, of which all errors count together. */
  private static final int SEEDS_OF_FEW = 8;

  @TempDir private Path scratch;

  private static Stream<JitterScenario> jitter() {
    return Stream.of(
        JitterScenario.of("lan poll 6", 64, 100e3, 100e3, 1e-9),
        JitterScenario.of("lan poll 4", 16, 100e3, 100e3, 1e-9),
        JitterScenario.of("lan poll 6, wander 1e-8", 64, 100e3, 100e3, 1e-8),
        JitterScenario.of("wander 1e-7, poll 6", 64, 100e3, 100e3, 1e-7),
        JitterScenario.of("good lan poll 4", 16, 50e3, 10e3, 1e-9),
        JitterScenario.of("wan poll 6", 64, 10e6, 1e6, 1e-9),
        JitterScenario.of("wan 30 ms, 10 ms, poll 6", 64, 30e6, 10e6, 1e-9),
        JitterScenario.of("data centre, poll 0", 1, 20e3, 2e3, 1e-9),
        JitterScenario.of("temperature, poll 6", 64, 100e3, 100e3, 1e-9).withSine(1e-6),
        JitterScenario.of("large jitter, poll 6", 64, 100e3, 100e6, 1e-9),
        JitterScenario.of("asymmetric jitter", 64, 100e3, 500e3, 1e-9).withShares(0.5, 0.03),
        JitterScenario.of("lan poll 0", 1, 100e3, 100e3, 1e-9),
        JitterScenario.of("lan poll 10", 1024, 100e3, 100e3, 1e-9),
        JitterScenario.of("lan default, 6-10", 64, 100e3, 100e3, 1e-9).withPollUpTo(1024),
        JitterScenario.of("lan default, wander 1e-8", 64, 100e3, 100e3, 1e-8).withPollUpTo(1024),
        JitterScenario.of("lan default, wander 1e-7", 64, 100e3, 100e3, 1e-7).withPollUpTo(1024),
        JitterScenario.of("wan, 6-10", 64, 10e6, 1e6, 1e-9).withPollUpTo(1024),
        JitterScenario.of("wan 30 ms, 10 ms, 6-10", 64, 30e6, 10e6, 1e-9).withPollUpTo(1024),
        JitterScenario.of("large jitter, 1 s start, 6-10", 64, 100e3, 100e6, 1e-9)
            .withStart(1e9)
            .withPollUpTo(1024),
        JitterScenario.of("asymmetric jitter, 6-10", 64, 100e3, 500e3, 1e-9)
            .withShares(0.5, 0.03)
            .withPollUpTo(1024),
        JitterScenario.of("half of it lost, 6-10", 64, 100e3, 100e3, 1e-9)
            .withLoss(0.5)
            .withPollUpTo(1024),
        JitterScenario.of("route gets 1 ms longer, poll 6", 64, 100e3, 100e3, 1e-9)
            .withDetour(1e6),
        JitterScenario.of("temperature, 6-10", 64, 100e3, 100e3, 1e-9)
            .withSine(1e-6)
            .withPollUpTo(1024));
  }

  /** What one run came to. */
  private static final class Outcome {
    double liveSquares;
    double hindSquares;
    long seconds;
    long violations;
    double worst;

    void add(double live, double hind, long bound) {
      liveSquares += live * live;
      hindSquares += hind * hind;
      violations += Math.abs(hind) > bound ? 1 : 0;
      worst = Math.max(worst, Math.abs(hind));
      seconds++;
    }

    double ratio() {
      return Math.sqrt(hindSquares / liveSquares);
    }

    /** The checker. */
    void check(String name, double gain) {
      assertEquals(0, violations, name + ": seconds out of the bound, of " + seconds);
      assertTrue(ratio() <= gain, name + ": RMS error is " + ratio() + " of the live one");
    }

    String row(String name) {
      return String.format(
          Locale.ROOT, "%s | %.3g us | %.3g us | %.2f | %.3g us | %d/%d", name,
          Math.sqrt(liveSquares / seconds) / 1e3, Math.sqrt(hindSquares / seconds) / 1e3, ratio(),
          worst / 1e3, violations, seconds);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jitter")
  void halfTheErrorAndNeverOutOfTheBound(JitterScenario scenario) {
    Outcome all = new Outcome();
    int[] run = new int[1];
    Seeds.forEach(
        HindsightTest.class,
        scenario.isSeldom() ? Math.max(SEEDS, SEEDS_OF_FEW) : SEEDS,
        random -> {
          JitterScenario.Run truth = scenario.run(random);
          Path place = scratch.resolve("run" + run[0]++);
          journal(scenario, truth, place);
          compare(truth, place, all);
          assertEquals(0, all.violations, "out of the bound");
        });
    all.check(scenario.name(), LEAST_GAIN);
    if (SEEDS > 2) {
      System.out.println(all.row(scenario.name()));
    }
  }

  /** Publishes the live estimate as a timeline, and keeps its journal. */
  private static void journal(JitterScenario scenario, JitterScenario.Run truth, Path place)
      throws IOException {
    LiveEstimate live = new LiveEstimate(scenario.jitterNanos());
    ReferenceSample sample = new ReferenceSample();
    JournalOptions options = JournalOptions.defaults().withSync(JournalOptions.Sync.NEVER);
    try (JournalBench bench = JournalBench.of(64);
        JournalWriter writer = JournalWriter.open(place, bench.page, options)) {
      sample.clocksourceId = bench.id;
      for (int t = 0; t < JitterScenario.SECONDS; t++) {
        bench.nowNanos = truth.counter()[t];
        bench.reader.monotonic();
        if (truth.half()[t] == 0) {
          continue;
        }
        long raw = truth.counter()[t];
        live.add(raw / 1e9, truth.measured()[t] - raw, truth.half()[t]);
        bench.steer(live);
        sample.cycles = raw;
        sample.realNanos = JournalBench.EPOCH_NANOS + truth.measured()[t];
        sample.halfNanos = truth.half()[t];
        sample.declaredNanos = 0;
        writer.append(sample);
        writer.poll();
      }
    }
  }

  private static void compare(JitterScenario.Run truth, Path place, Outcome outcome)
      throws IOException {
    Journal journal = Journal.open(place);
    JournalConverter converter = journal.converter();
    Hindsight hindsight = Hindsight.of(journal.timelines().getFirst());
    assertEquals(1, hindsight.arcCount());
    HindsightEstimate estimate = new HindsightEstimate();
    Sample sample = new Sample();
    int asked = 0;
    for (int t = JitterScenario.SETTLED; t < JitterScenario.SECONDS; t++) {
      Found found = converter.convert(journal.clocksources()[0], truth.counter()[t], sample);
      assertTrue(found == Found.EXACT || found == Found.PREDICTED, converter.words());
      if (hindsight.at(sample, estimate)) {
        long is = JournalBench.EPOCH_NANOS + t * 1_000_000_000L;
        outcome.add(
            sample.realNanos() - is, estimate.realNanos - is, estimate.boundNanos);
        asked++;
      }
    }
    // Nothing is known after the last sample.
    assertTrue(asked > JitterScenario.SECONDS - JitterScenario.SETTLED - 5000);
  }

  /** A series of samples without a timeline: raw, real, half. */
  private record Series(List<Long> raw, List<Long> real, List<Long> half) {
    static Series of(JitterScenario.Run truth) {
      Series series = new Series(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int t = 0; t < JitterScenario.SECONDS; t++) {
        if (truth.half()[t] != 0) {
          series.raw.add(truth.counter()[t]);
          series.real.add(truth.measured()[t]);
          series.half.add(truth.half()[t]);
        }
      }
      return series;
    }

    private static long[] array(List<Long> list) {
      return list.stream().mapToLong(Long::longValue).toArray();
    }

    /** Samples paired with what was said so many samples later. */
    Hindsight shifted(int by) {
      int n = raw.size() - by;
      return Hindsight.of(
          array(raw.subList(0, n)),
          array(real.subList(by, by + n)),
          array(half.subList(by, by + n)),
          new long[n]);
    }
  }

  private static Outcome outcome(
      JitterScenario.Run truth, Hindsight hindsight, double boundFactor) {
    Outcome outcome = new Outcome();
    HindsightEstimate estimate = new HindsightEstimate();
    for (int t = JitterScenario.SETTLED; t < JitterScenario.SECONDS; t++) {
      if (hindsight.at(truth.counter()[t], estimate)) {
        long error = estimate.realNanos - t * 1_000_000_000L;
        outcome.add(1e12, error, (long) (estimate.boundNanos * boundFactor));
      }
    }
    return outcome;
  }

  /**
   * Paths whose asymmetry nobody can see: all of the least delay on one way, and a detour on one
   * way only. The estimate is off, as it must be, and the bound says so.
   */
  @Test
  void theBoundHoldsWhatCannotBeSeen() {
    JitterScenario oneWay =
        JitterScenario.of("one way", 64, 100e3, 100e3, 1e-9).withShares(0.005, 0.5);
    JitterScenario detour =
        JitterScenario.of("detour", 64, 100e3, 100e3, 1e-9).withDetour(1e6);
    JitterScenario worse =
        JitterScenario.of("both", 16, 20e3, 2e3, 1e-9).withShares(0.995, 0.5).withDetour(3e5);
    // Twenty samples in all: too few to halve the error, enough for a bound.
    JitterScenario seldom = JitterScenario.of("lan poll 10", 1024, 100e3, 100e3, 1e-9);
    Seeds.forEach(
        HindsightTest.class,
        3,
        random -> {
          for (JitterScenario each : List.of(oneWay, detour, worse, seldom)) {
            JitterScenario.Run truth = each.run(random);
            outcome(truth, Series.of(truth).shifted(0), 1).check(each.name(), 1);
          }
        });
  }

  /** The planted bug: a bound of half the size. */
  @Test
  void theCheckSeesABoundThatIsHalved() {
    Seeds.forEach(
        HindsightTest.class,
        2,
        random -> {
          JitterScenario.Run truth =
              JitterScenario.of("one way", 64, 100e3, 100e3, 1e-9)
                  .withShares(0.005, 0.5)
                  .run(random);
          Outcome halved = outcome(truth, Series.of(truth).shifted(0), 0.5);
          assertThrows(AssertionError.class, () -> halved.check("halved", 1));
        });
  }

  /** The planted bug: each sample is taken for the one before it. */
  @Test
  void theCheckSeesASeriesThatIsShifted() {
    Seeds.forEach(
        HindsightTest.class,
        2,
        random -> {
          JitterScenario.Run truth = jitter().findFirst().orElseThrow().run(random);
          Outcome shifted = outcome(truth, Series.of(truth).shifted(1), 1);
          assertThrows(AssertionError.class, () -> shifted.check("shifted", LEAST_GAIN));
        });
  }

  /** Nothing is said before the first sample, after the last, or from a handful. */
  @Test
  void itIsSilentWhereNothingWasLearnt() {
    Seeds.forEach(
        HindsightTest.class,
        1,
        random -> {
          JitterScenario.Run truth = jitter().findFirst().orElseThrow().run(random);
          Series series = Series.of(truth);
          Hindsight hindsight = series.shifted(0);
          HindsightEstimate estimate = new HindsightEstimate();
          assertFalse(hindsight.at(series.raw.getFirst() - 1, estimate));
          assertTrue(hindsight.at(series.raw.getFirst(), estimate));
          assertTrue(hindsight.at(series.raw.getLast(), estimate));
          assertFalse(hindsight.at(series.raw.getLast() + 1, estimate));
          Hindsight few = series.shifted(series.raw.size() - Hindsight.LEAST_SAMPLES + 1);
          assertFalse(few.at(series.raw.getFirst(), estimate));
          Hindsight empty = Hindsight.of(new long[0], new long[0], new long[0], new long[0]);
          assertFalse(empty.at(0, estimate));
        });
  }

  /** A step of the reference parts what was before from what comes after. */
  @Test
  void aStepBreaksTheStretch() {
    int n = 40;
    long[] raw = new long[n];
    long[] real = new long[n];
    long[] half = new long[n];
    long[] declared = new long[n];
    for (int i = 0; i < n; i++) {
      raw[i] = i * 1_000_000_000L;
      real[i] = raw[i] + (i >= 20 ? 5_000_000 : 0) + (i * 37 % 11);
      half[i] = 50 + i * 13 % 7;
      declared[i] = i < 20 ? 1_000 : Long.MAX_VALUE;
    }
    Hindsight hindsight = Hindsight.of(raw, real, half, declared);
    assertEquals(2, hindsight.arcCount());
    assertEquals(n, hindsight.sampleCount());
    HindsightEstimate estimate = new HindsightEstimate();
    assertTrue(hindsight.at(10_500_000_000L, estimate));
    assertTrue(Math.abs(estimate.realNanos - 10_500_000_000L) < 20, "" + estimate.realNanos);
    assertTrue(estimate.boundNanos > 1_050 && estimate.boundNanos < 1_200);
    assertFalse(hindsight.at(19_500_000_000L, estimate), "between the two");
    assertTrue(hindsight.at(30_500_000_000L, estimate));
    assertTrue(Math.abs(estimate.realNanos - 30_505_000_000L) < 20, "" + estimate.realNanos);
    assertEquals(Long.MAX_VALUE, estimate.boundNanos, "the reference vouches for nothing");
  }
}
