package org.timehands.clocksource;

/** What a read of a clocksource costs, measured by timing runs of many. */
final class ReadCost {
  private static final int READS = 50;

  /** Long enough for the code to be compiled on a machine that is not overloaded. */
  static final long BRIEF_NANOS = 3_000_000;

  /** Long enough for it on one that is. */
  static final long SETTLED_NANOS = 100_000_000;

  private ReadCost() {}

  /**
   * The cost of a read in the fastest of many runs.
   *
   * @param source what to read
   * @param measureNanos how long to go on
   * @return nanoseconds, rounded up
   */
  static long measureNanos(ClockSource source, long measureNanos) {
    long best = Long.MAX_VALUE;
    long begin = System.nanoTime();
    do {
      best = Math.min(best, runNanos(source));
    } while (System.nanoTime() - begin < measureNanos);
    return (best + READS - 1) / READS;
  }

  private static long runNanos(ClockSource source) {
    long begin = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += source.read();
    }
    long spent = System.nanoTime() - begin;
    // The reads must matter, or the compiler may drop them.
    return sum == Long.MIN_VALUE ? spent + 1 : spent;
  }
}
