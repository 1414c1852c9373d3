package org.timehands.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.testing.Seeds;

/** Ranges, limits, and MTIE against what a look at every window says. */
class StatisticTest {
  private static double[] walk(SplittableRandom random, int points) {
    double[] phase = new double[points];
    for (int i = 1; i < points; i++) {
      phase[i] = phase[i - 1] + random.nextDouble() - 0.5;
    }
    return phase;
  }

  /** MTIE by its definition; {@code skip} plants a window that is one point short. */
  private static double everyWindow(double[] x, int factor, int skip) {
    double most = 0;
    for (int from = 0; from + factor < x.length; from++) {
      double low = x[from];
      double high = x[from];
      for (int i = from; i <= from + factor - skip; i++) {
        low = Math.min(low, x[i]);
        high = Math.max(high, x[i]);
      }
      most = Math.max(most, high - low);
    }
    return most;
  }

  @Test
  void mtieIsWhatEveryWindowSays() {
    Seeds.forEach(
        StatisticTest.class,
        300,
        random -> {
          double[] x = walk(random, 2 + random.nextInt(200));
          int factor = 1 + random.nextInt(x.length - 1);
          double found = Statistic.MTIE.of(Phase.of(x, 1), factor);
          assertEquals(everyWindow(x, factor, 0), found, 0.0);
        });
  }

  /** The planted fault differs somewhere, so the test above looks at what it says. */
  @Test
  void aShortWindowWouldBeSeen() {
    double[] x = walk(new SplittableRandom(1), 100);
    assertNotEquals(everyWindow(x, 5, 1), Statistic.MTIE.of(Phase.of(x, 1), 5), 0.0);
  }

  @Test
  void mtieOfKnownShapes() {
    double[] ramp = new double[1001];
    double[] wave = new double[1001];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = 3 * i;
      wave[i] = 2 * Math.sin(2 * Math.PI * i / 100);
    }
    assertEquals(3 * 64, Statistic.MTIE.of(Phase.of(ramp, 0.5), 64), 0.0);
    assertEquals(4, Statistic.MTIE.of(Phase.of(wave, 1), 50), 1e-12);
    assertEquals(4, Statistic.MTIE.of(Phase.of(wave, 1), 1000), 1e-12);
    assertEquals(
        4 * Math.sin(Math.PI / 10), Statistic.MTIE.of(Phase.of(wave, 1), 10), 1e-12);
  }

  /** A million points, every octave: one pass each, whatever the shape of the data. */
  @Test
  void aMillionPointsOfTheWorstShapes() {
    double[] falling = new double[1_000_000];
    double[] teeth = new double[falling.length];
    for (int i = 0; i < falling.length; i++) {
      falling[i] = -i;
      teeth[i] = (i & 1) == 0 ? i : -i;
    }
    Phase fall = Phase.of(falling, 1);
    Phase tooth = Phase.of(teeth, 1);
    for (int factor : AveragingFactors.OCTAVE.upTo(falling.length - 1)) {
      assertEquals(factor, Statistic.MTIE.of(fall, factor), 0.0);
      assertEquals(2.0 * falling.length - 3, Statistic.MTIE.of(tooth, factor), 0.0);
    }
  }

  @ParameterizedTest
  @EnumSource(Statistic.class)
  void largestFactorIsTheLastThatHasTerms(Statistic statistic) {
    for (int points = 2; points < 40; points++) {
      int largest = statistic.largestFactor(points);
      assertEquals(0, statistic.terms(points, largest + 1), statistic + " of " + points);
      if (largest == 0) {
        continue;
      }
      assertTrue(statistic.terms(points, largest) > 0, statistic + " of " + points);
      Phase phase = Phase.of(walk(new SplittableRandom(points), points), 2);
      assertTrue(Double.isFinite(statistic.of(phase, largest)));
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> statistic.of(phase, largest + 1));
      assertTrue(refused.getMessage().contains("[1, " + largest + "]"), refused.getMessage());
    }
  }

  /** White frequency noise: ADEV falls with the root of tau; a drift is nothing to HDEV. */
  @Test
  void slopesOfNoise() {
    SplittableRandom random = new SplittableRandom(7);
    Phase white = Phase.of(walk(random, 100_000), 1);
    assertEquals(
        Math.sqrt(1.0 / 100), Statistic.OADEV.of(white, 100) / Statistic.OADEV.of(white, 1), 0.01);
    double[] drifting = new double[1000];
    for (int i = 0; i < drifting.length; i++) {
      drifting[i] = 1e-9 * i * i;
    }
    Phase drift = Phase.of(drifting, 1);
    assertEquals(0, Statistic.OHDEV.of(drift, 10), 1e-15);
    assertEquals(Math.sqrt(2) * 1e-9 * 10, Statistic.OADEV.of(drift, 10), 1e-14);
  }

  /** TDEV and MTIE scale with the phase, not with the interval; deviations with both. */
  @Test
  void units() {
    double[] x = walk(new SplittableRandom(3), 500);
    for (Statistic each : Statistic.values()) {
      double one = each.of(Phase.of(x, 1), 8);
      double slow = each.of(Phase.of(x, 1000), 8);
      assertEquals(each.isTime() ? one : one / 1000, slow, one * 1e-12, each.name());
    }
  }

  @Test
  void factors() {
    assertArrayEquals(new int[] {1, 2, 4, 8}, AveragingFactors.OCTAVE.upTo(15));
    assertArrayEquals(new int[] {1, 2, 5, 10, 20}, AveragingFactors.DECADE.upTo(49));
    assertArrayEquals(new int[] {1, 2, 3}, AveragingFactors.ALL.upTo(3));
    for (AveragingFactors each : AveragingFactors.values()) {
      assertEquals(0, each.upTo(0).length);
    }
    assertEquals(31, AveragingFactors.OCTAVE.upTo(Integer.MAX_VALUE).length);
    assertEquals(
        2_000_000_000, AveragingFactors.DECADE.upTo(Integer.MAX_VALUE)[28]);
  }

  @Test
  void refusals() {
    check("1 points", () -> Phase.of(new double[1], 1));
    check("1 points", () -> Phase.ofFrequency(new double[0], 1));
    check("index 1 is NaN", () -> Phase.of(new double[] {0, Double.NaN}, 1));
    check(
        "frequency at index 0 is Infinity",
        () -> Phase.ofFrequency(new double[] {Double.POSITIVE_INFINITY}, 1));
    check("interval of 0.0 s", () -> Phase.of(new double[3], 0));
    check("interval of NaN s", () -> Phase.of(new double[3], Double.NaN));
    check("interval of Infinity s", () -> Phase.of(new double[3], Double.POSITIVE_INFINITY));
  }

  private static void check(String said, Runnable call) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }
}
