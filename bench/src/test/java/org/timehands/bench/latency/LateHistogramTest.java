package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 3-03: Quantiles against sorted numbers, and the buckets' edges. */
class LateHistogramTest {
  private static final double[] PARTS = {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1};

  @Test
  void quantilesAreWithinASixtyFourth() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      LateHistogram histogram = new LateHistogram();
      long[] all = new long[1 + random.nextInt(3000)];
      for (int i = 0; i < all.length; i++) {
        all[i] = random.nextLong(1L << (1 + random.nextInt(40)));
        histogram.add(all[i]);
      }
      Arrays.sort(all);
      for (double part : PARTS) {
        long exact = all[(int) Math.max(0, Math.ceil(part * all.length) - 1)];
        long told = histogram.quantile(part);
        assertTrue(
            Math.abs(told - exact) <= exact / 64 + 1,
            "seed " + seed + ", part " + part + ": " + told + " for " + exact);
      }
      assertEquals(all.length, histogram.total());
      assertEquals(all[all.length - 1], histogram.max());
    }
  }

  /** A shift of one place, planted, is noticed by the same comparison. */
  @Test
  void aQuantileOfTheNeighbourIsNoticed() {
    LateHistogram histogram = new LateHistogram();
    for (int i = 1; i <= 100; i++) {
      histogram.add(i * 1000L);
    }
    long exact = 50_000;
    assertTrue(Math.abs(histogram.quantile(0.5) - exact) <= exact / 64 + 1);
    assertTrue(Math.abs(histogram.quantile(0.52) - exact) > exact / 64 + 1);
  }

  @Test
  void smallOnesAndTheLargestAreExact() {
    LateHistogram histogram = new LateHistogram();
    histogram.add(0);
    assertEquals(0, histogram.quantile(1));
    histogram.add(63);
    histogram.add(Long.MAX_VALUE);
    assertEquals(63, histogram.quantile(0.6));
    assertEquals(Long.MAX_VALUE, histogram.max());
    assertThrows(IllegalArgumentException.class, () -> histogram.add(-1));
    assertEquals(0, new LateHistogram().quantile(0.5));
  }

  @Test
  void betweenCountsEachOnce() {
    LateHistogram histogram = new LateHistogram();
    for (int i = 0; i < 1000; i++) {
      histogram.add(i * 997L);
    }
    long sum = 0;
    for (long from = 0; from <= histogram.max(); from += 50_000) {
      sum += histogram.between(from, from + 50_000);
    }
    assertEquals(1000, sum);
  }

  @Test
  void sumsAreThoseOfBoth() {
    LateHistogram one = new LateHistogram();
    one.add(5, 3);
    LateHistogram other = new LateHistogram();
    other.add(700);
    one.add(other);
    assertEquals(4, one.total());
    assertEquals(700, one.max());
    one.clear();
    assertEquals(0, one.total());
  }
}
