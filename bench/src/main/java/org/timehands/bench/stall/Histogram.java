package org.timehands.bench.stall;

/**
 * Counts of durations in buckets that double: bucket b holds those of [2^b, 2^(b+1)) units, the
 * first one 0 too. Not thread-safe.
 */
final class Histogram {
  private final long[] counts = new long[Long.SIZE];
  private long total;
  private long max;

  void add(long duration) {
    long units = Math.max(0, duration);
    counts[Long.SIZE - 1 - Long.numberOfLeadingZeros(units | 1)]++;
    total++;
    max = Math.max(max, units);
  }

  long total() {
    return total;
  }

  long max() {
    return max;
  }

  /** How many are at least so many units; exact only for a power of two. */
  long atLeast(long units) {
    long sum = 0;
    for (int b = Long.SIZE - 1 - Long.numberOfLeadingZeros(units | 1); b < Long.SIZE; b++) {
      sum += counts[b];
    }
    return sum;
  }

  /** The upper end of the bucket that holds the quantile. */
  long quantile(double part) {
    long wanted = (long) Math.ceil(part * total);
    long seen = 0;
    for (int b = 0; b < Long.SIZE - 1; b++) {
      seen += counts[b];
      if (seen >= wanted) {
        return Math.min(max, (1L << (b + 1)) - 1);
      }
    }
    return max;
  }
}
