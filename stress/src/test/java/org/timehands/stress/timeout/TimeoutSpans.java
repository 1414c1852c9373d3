package org.timehands.stress.timeout;

import java.util.SplittableRandom;

/**
 * Random spans in nanoseconds: each order of magnitude as likely as the next, and the edges of a
 * wheel's levels on purpose.
 *
 * @param far most delays are days
 */
record TimeoutSpans(SplittableRandom random, boolean far, long tickNanos) {
  /** How far the clock goes. */
  long distance(long now) {
    int level = random.nextInt(8);
    if (far && random.nextInt(10) == 0) {
      long most = 1L << (random.nextInt(10) == 0 ? random.nextInt(28, 41) : random.nextInt(20, 27));
      return Math.min(random.nextLong(most) * tickNanos, Long.MAX_VALUE / 2 - now);
    }
    long ticks =
        switch (random.nextInt(8)) {
          case 0 -> (63L << 3 * level) + random.nextInt(-2, 3);
          case 1 -> (64L << 3 * level) + random.nextInt(-2, 3);
          case 2 -> random.nextInt(300) == 0 ? 1L << random.nextInt(27, 41) : 1;
          case 3, 4 -> 0;
          default -> random.nextLong(1L << random.nextInt(1, 14));
        };
    return Math.min(ticks * tickNanos, Long.MAX_VALUE / 2 - now) + random.nextLong(tickNanos);
  }

  /** How long something is armed for. */
  long delay(long maxNanos) {
    int level = random.nextInt(8);
    if (far && random.nextBoolean()) {
      long most = 1L << random.nextInt(20, 33);
      return Math.min(random.nextLong(most) * tickNanos, maxNanos);
    }
    long ticks =
        switch (random.nextInt(10)) {
          case 0 -> (63L << 3 * level) + random.nextInt(-4, 3);
          case 1 -> (64L << 3 * level) + random.nextInt(-4, 3);
          case 2 -> random.nextInt(50) == 0 ? 1L << random.nextInt(27, 34) : 0;
          case 3 -> 1;
          default -> random.nextLong(1L << random.nextInt(1, 14));
        };
    long sub = random.nextBoolean() ? 0 : random.nextLong(tickNanos);
    return Math.min(ticks * tickNanos + sub, maxNanos);
  }
}
