package org.timehands.timer;

import java.util.Arrays;
import java.util.Objects;

/**
 * How late timers were when they expired, beyond their slack: a histogram whose buckets double.
 * Bucket 0 holds those that ran within their slack, bucket i those that were late by less than 2^i
 * ns and by no less than half of that; the last one holds all that were later still. Immutable.
 */
public final class Lateness {
  /** How many buckets there are; the last one begins at 2^41 ns, 37 minutes. */
  public static final int BUCKETS = 43;

  /** Nothing counted. */
  public static final Lateness NONE = new Lateness(new long[BUCKETS]);

  private final long[] counts;

  private Lateness(long[] counts) {
    this.counts = counts;
  }

  /**
   * A histogram of given counts, such as those that {@link #counts} gave.
   *
   * @param counts of {@link #BUCKETS} buckets
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Lateness of(long[] counts) {
    if (counts.length != BUCKETS) {
      throw new IllegalArgumentException(
          counts.length + " buckets: a histogram of lateness has " + BUCKETS);
    }
    return new Lateness(counts.clone());
  }

  /** The bucket of a lateness in nanoseconds; what is not late is in bucket 0. */
  static int bucket(long lateNanos) {
    return lateNanos <= 0
        ? 0
        : Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(lateNanos));
  }

  /** All counts, bucket by bucket. */
  public long[] counts() {
    return counts.clone();
  }

  /** How many were counted. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /**
   * Below what a share of the timers stayed: the upper end of a bucket, so at most twice the truth.
   *
   * @param permille the share, in [1, 1000]
   * @return nanoseconds; 0 if they ran within their slack, or if none was counted; {@link
   *     Long#MAX_VALUE} if it lies in the last bucket
   */
  public long belowNanos(int permille) {
    if (permille < 1 || permille > 1000) {
      throw new IllegalArgumentException(
          permille + " thousandths: must lie in [1, 1000]; 990 is the 99th percentile");
    }
    long total = total();
    long wanted = total / 1000 * permille + Math.ceilDiv(total % 1000 * permille, 1000);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= wanted && seen > 0) {
        return upperNanos(i);
      }
    }
    return 0;
  }

  /**
   * The upper end of a bucket, in nanoseconds, exclusive but for bucket 0, which ends at 0.
   *
   * @param bucket in [0, {@link #BUCKETS})
   */
  public static long upperNanos(int bucket) {
    Objects.checkIndex(bucket, BUCKETS);
    return bucket == 0 ? 0 : bucket == BUCKETS - 1 ? Long.MAX_VALUE : 1L << bucket;
  }

  Lateness plus(Lateness other) {
    long[] sum = counts.clone();
    for (int i = 0; i < BUCKETS; i++) {
      sum[i] += other.counts[i];
    }
    return new Lateness(sum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lateness that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return total() + " timers, half below " + belowNanos(500) + " ns, 99 % below "
        + belowNanos(990) + " ns";
  }
}
