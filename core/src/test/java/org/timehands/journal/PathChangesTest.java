package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** A path that gets longer or shorter is seen where it does; jitter is not taken for it. */
class PathChangesTest {
  /** Half brackets of exponential jitter, with a least delay that changes. */
  private static double[] halves(SplittableRandom random, int n, int... changes) {
    double[] half = new double[n];
    double base = 100;
    for (int i = 0, c = 0; i < n; i++) {
      if (c < changes.length && changes[c] == i) {
        base += c % 2 == 0 ? 500 : -500;
        c++;
      }
      half[i] = base - 50 * (Math.log1p(-random.nextDouble()) + Math.log1p(-random.nextDouble()));
    }
    return half;
  }

  @Test
  void eachChangeIsFoundWhereItIs() {
    Seeds.forEach(
        PathChangesTest.class,
        50,
        random -> {
          double[] half = halves(random, 900, 200, 430, 700);
          int[] starts = PathChanges.of(half);
          assertEquals(4, starts.length, Arrays.toString(starts));
          // A sample beside a change may be so late that nobody can tell on which side it is.
          assertEquals(200, starts[1], 1);
          assertEquals(430, starts[2], 1);
          assertEquals(700, starts[3], 1);
          double[] least = PathChanges.least(half, starts, 1000);
          assertTrue(least[198] < 200 && least[202] > 500 && least[428] > 500 && least[432] < 200);
        });
  }

  @Test
  void jitterAloneIsNone() {
    Seeds.forEach(
        PathChangesTest.class,
        3,
        random ->
            assertArrayEquals(new int[1], PathChanges.of(halves(random, 20_000))));
  }

  @Test
  void aFewSamplesTellNothing() {
    for (int n = 1; n < 2 * PathChanges.NEAR; n++) {
      double[] half = new double[n];
      Arrays.setAll(half, i -> 1 + i);
      assertArrayEquals(new int[1], PathChanges.of(half));
    }
  }

  /** The planted bug, for the scenario with the longer route: brackets that do not tell of it. */
  @Test
  void aShiftThatNoBracketTellsOfIsTakenForTheClock() {
    Seeds.forEach(
        PathChangesTest.class,
        1,
        random -> {
          assertTrue(worstNanos(random.split(), true) < 300_000);
          assertTrue(worstNanos(random.split(), false) > 300_000);
        });
  }

  private static long worstNanos(SplittableRandom random, boolean told) {
    JitterScenario.Run run =
        JitterScenario.of("route", 64, 100e3, 100e3, 1e-9).withDetour(1e6).run(random);
    int n = (JitterScenario.SECONDS + 63) / 64;
    long[] raw = new long[n];
    long[] real = new long[n];
    long[] half = new long[n];
    for (int i = 0; i < n; i++) {
      int t = 64 * i;
      raw[i] = run.counter()[t];
      real[i] = run.measured()[t];
      half[i] = run.half()[t] - (told || t < JitterScenario.SECONDS / 2 ? 0 : 500_000);
    }
    Hindsight hindsight = Hindsight.of(raw, real, half, new long[n]);
    HindsightEstimate estimate = new HindsightEstimate();
    long worst = 0;
    for (int t = JitterScenario.SETTLED; t < JitterScenario.SECONDS; t++) {
      if (hindsight.at(run.counter()[t], estimate)) {
        worst = Math.max(worst, Math.abs(estimate.realNanos - t * 1_000_000_000L));
      }
    }
    return worst;
  }
}
