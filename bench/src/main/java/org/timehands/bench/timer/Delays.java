package org.timehands.bench.timer;

import java.util.SplittableRandom;

/** Random delays between one hour and two, taken in turn. One thread's. */
final class Delays {
  private static final int COUNT = 8192;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final long[] nanos;
  private int next;

  Delays(long seed) {
    nanos = new SplittableRandom(seed).longs(COUNT, HOUR_NANOS, 2 * HOUR_NANOS).toArray();
  }

  long next() {
    return nanos[next++ & (COUNT - 1)];
  }
}
