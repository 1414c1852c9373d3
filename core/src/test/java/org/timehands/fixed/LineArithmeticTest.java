package org.timehands.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The branch-free products of {@link Fixed} against arithmetic without limits. */
class LineArithmeticTest {
  private static final long SEED = 0x7153_0101L;
  private static final int CASES = 200_000;

  private static final BigInteger ONE = BigInteger.ONE.shiftLeft(64);

  /** Where carries and signs turn. */
  private static final long[] EDGES = {
    0, 1, 2, 3, -1, -2, -3, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE,
    Long.MIN_VALUE + 1, 1L << 32, (1L << 32) - 1, 0x6F50_0000_0000_0001L
  };

  @Test
  void wholeNanosIsTheFloorOfTheLine() {
    Random random = announced();
    for (int i = 0; i < CASES; i++) {
      long cycles = any(random);
      long whole = random.nextInt(4) == 0 ? random.nextLong() & ((1L << 40) - 1) : 0;
      long slope = any(random);
      long fraction = any(random);
      assertEquals(
          exact(cycles, whole, slope, fraction),
          Fixed.wholeNanos(cycles, whole, slope, fraction),
          () -> cycles + " * (" + whole + " + " + slope + "/2^64) + " + fraction + "/2^64");
    }
  }

  @Test
  void theCarryCounts() {
    // Planted: the same line without its carry is caught by the same comparison.
    long cycles = 3;
    long slope = -1;
    long fraction = -1;
    long without = Math.unsignedMultiplyHigh(cycles, slope);
    assertNotEquals(exact(cycles, 0, slope, fraction), without);
    assertEquals(exact(cycles, 0, slope, fraction), Fixed.wholeNanos(cycles, 0, slope, fraction));
  }

  @Test
  void growthIsRoundedUp() {
    Random random = announced();
    for (int i = 0; i < CASES; i++) {
      long nanos = any(random) & Long.MAX_VALUE;
      long rate = any(random);
      BigInteger product = unsigned(nanos).multiply(unsigned(rate));
      long expected = product.add(ONE).subtract(BigInteger.ONE).shiftRight(64).longValue();
      assertEquals(expected, Fixed.growth(nanos, rate), () -> nanos + " ns at " + rate + "/2^64");
    }
  }

  private static long exact(long cycles, long whole, long slope, long fraction) {
    BigInteger perCycle = unsigned(whole).shiftLeft(64).add(unsigned(slope));
    return unsigned(cycles).multiply(perCycle).add(unsigned(fraction)).shiftRight(64).longValue();
  }

  private static BigInteger unsigned(long word) {
    return BigInteger.valueOf(word >>> 1).shiftLeft(1).add(BigInteger.valueOf(word & 1));
  }

  private static long any(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> random.nextLong() >>> random.nextInt(64);
      default -> random.nextLong();
    };
  }

  private static Random announced() {
    System.out.println(
        "LineArithmeticTest seed " + SEED
            + ", replay: mvn -pl core test -Dtest=LineArithmeticTest");
    return new Random(SEED);
  }
}
