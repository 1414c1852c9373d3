package org.timehands.fixed;

import java.math.BigInteger;
import java.util.SplittableRandom;

/** Operands for arithmetic: as often at an edge as anywhere, and of every length. */
final class Operands {
  private static final long[] EDGES = {
    0,
    1,
    2,
    -1,
    -2,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    1L << 32,
    (1L << 32) - 1,
    1L << 62,
    0x5555555555555555L,
  };

  private final SplittableRandom random;

  Operands(SplittableRandom random) {
    this.random = random;
  }

  /** Any 64 bits. */
  long any() {
    return random.nextInt(4) == 0
        ? EDGES[random.nextInt(EDGES.length)] + random.nextInt(-1, 2)
        : random.nextLong() >>> random.nextInt(64);
  }

  /** From 0 to 2^63 - 1. */
  long notNegative() {
    return any() & Long.MAX_VALUE;
  }

  /** From 0 to a limit, exclusive. */
  long below(long limit) {
    return random.nextInt(8) == 0 ? limit - 1 : notNegative() % limit;
  }

  /** Any slope. */
  Slope slope() {
    return new Slope(random.nextBoolean() ? 0 : below(Slope.WHOLE_LIMIT), any());
  }

  /** A long as the unsigned number that it is. */
  static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }
}
