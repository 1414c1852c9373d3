package org.timehands.bench.latency;

import java.util.Arrays;

/**
 * Counts of durations in nanoseconds, each kept within a 64th of itself: exact below 64, then 64
 * buckets for each doubling. Not thread-safe.
 */
final class LateHistogram {
  private static final int BITS = 6;
  private static final int PARTS = 1 << BITS;
  private static final int BUCKETS = (Long.SIZE - BITS) * PARTS;

  private final long[] counts = new long[BUCKETS];
  private long total;
  private long max;

  /** Counts a duration; a negative one, which is an early wake, is refused. */
  void add(long nanos) {
    add(nanos, 1);
  }

  /** Counts a duration so many times. */
  void add(long nanos, long times) {
    if (nanos < 0 || times < 0) {
      throw new IllegalArgumentException(
          "a wait that was " + nanos + " ns late, " + times + " times: both must be 0 or more");
    }
    counts[bucket(nanos)] += times;
    total += times;
    max = times > 0 ? Math.max(max, nanos) : max;
  }

  /** Adds what another has counted. */
  void add(LateHistogram other) {
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
    max = Math.max(max, other.max);
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(counts, 0);
    total = 0;
    max = 0;
  }

  long total() {
    return total;
  }

  /** The longest duration, exactly; 0 if there is none. */
  long max() {
    return max;
  }

  /**
   * The least duration that at least so large a part of all does not exceed: the middle of its
   * bucket.
   *
   * @param part in [0, 1]
   */
  long quantile(double part) {
    if (total == 0) {
      return 0;
    }
    long wanted = Math.max(1, (long) Math.ceil(part * total));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return Math.min(max, least(i) + (width(i) - 1) / 2);
      }
    }
    return max;
  }

  /** How many lie in [from, to), as far as whole buckets tell. */
  long between(long from, long to) {
    long sum = 0;
    for (int i = bucket(Math.max(0, from)); i < BUCKETS && least(i) < to; i++) {
      sum += least(i) >= from ? counts[i] : 0;
    }
    return sum;
  }

  private static int bucket(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - BITS;
    return (shift + 1) * PARTS + (int) (nanos >>> shift) - PARTS;
  }

  private static long least(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int shift = bucket / PARTS - 1;
    return (long) (bucket % PARTS + PARTS) << shift;
  }

  private static long width(int bucket) {
    return bucket < PARTS ? 1 : 1L << (bucket / PARTS - 1);
  }
}
