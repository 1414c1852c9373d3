package org.timehands.stress.interleave;

/** A small seeded generator (SplitMix64 of Steele, Lea and Flood): one seed, one sequence. */
final class Rng {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  Rng(long seed) {
    state = seed * GAMMA + 0x632BE59BD9B4E019L;
  }

  long next() {
    state += GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, limit), limit in [1, 2^31). */
  int below(int limit) {
    return (int) (((next() >>> 33) * limit) >>> 31);
  }

  /** Uniform in [0, limit), to about 2^-20; limit in [1, 2^62]. */
  long belowLong(long limit) {
    return limit < 1L << 31 ? below((int) limit) : (next() >>> 1) % limit;
  }

  /** True in so many of a thousand cases. */
  boolean permille(int cases) {
    return below(1000) < cases;
  }

  /** In [0, limit), each order of magnitude as likely as the next. */
  long heavy(long limit) {
    int bits = 64 - Long.numberOfLeadingZeros(limit);
    long value = next() >>> (64 - 1 - below(bits));
    return value % limit;
  }

  long pick(long... values) {
    return values[below(values.length)];
  }
}
