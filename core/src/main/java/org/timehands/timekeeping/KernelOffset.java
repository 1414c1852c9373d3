package org.timehands.timekeeping;

import org.timehands.timeline.HostTimes;

/**
 * How far the host's own MONOTONIC is ahead of a timekeeper's, at one moment. The two are different
 * clocks: ours follows the host's by its slope and is never set, so the difference stays small
 * where a timekeeper follows the host, and is arbitrary where it follows nobody. Immutable.
 *
 * @param nanos the host's MONOTONIC less ours, in nanoseconds, as measured
 * @param boundNanos how far that may be off: half of the time in which both were read, and what
 *     the clocks' nanoseconds round off; not negative
 */
public record KernelOffset(long nanos, long boundNanos) {
  /** Looks until one was not disturbed; the narrowest counts. */
  private static final int LOOKS = 8;

  /** A look in which this thread was surely not stopped. */
  private static final long NARROW_NANOS = 1_000;

  /** Measures; reads of ours stand around one of the host's. */
  static KernelOffset measure(Timekeeper clocks, HostTimes host) {
    long offset = 0;
    long narrowest = Long.MAX_VALUE;
    for (int i = 0; i < LOOKS && narrowest > NARROW_NANOS; i++) {
      long before = clocks.monotonicNanos();
      long theirs = host.monoNanos();
      long width = clocks.monotonicNanos() - before;
      if (width < narrowest) {
        narrowest = width;
        offset = theirs - before - width / 2;
      }
    }
    return new KernelOffset(offset, narrowest - narrowest / 2 + 1);
  }
}
