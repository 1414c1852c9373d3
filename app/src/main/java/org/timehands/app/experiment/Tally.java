package org.timehands.app.experiment;

/**
 * Counts a reader's steps back: reads that told less than the read before them.
 *
 * <p>Not thread-safe: one reader, one tally.
 */
final class Tally {
  private long reads;
  private long backward;
  private long largestNanos;
  private long last = Long.MIN_VALUE;

  /** Takes the next read. */
  void read(long nanos) {
    reads++;
    if (nanos < last) {
      backward++;
      largestNanos = Math.max(largestNanos, last - nanos);
    }
    last = nanos;
  }

  /** How many reads there were. */
  long reads() {
    return reads;
  }

  /** How many of them went back. */
  long backward() {
    return backward;
  }

  /** The largest step back. */
  long largestNanos() {
    return largestNanos;
  }
}
