package org.timehands.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.fixed.Operands.unsigned;

import java.math.BigInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** Every method against BigInteger. */
class FixedTest {
  private static final int SEEDS = 1_000;
  private static final int ROUNDS = 1_000;
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  @Test
  void lineIsExactModuloTwoToThe64() {
    fuzz(
        of -> {
          long cycles = of.any();
          long fraction = of.any();
          Slope slope = of.slope();
          BigInteger exact =
              unsigned(cycles).multiply(slope.toBigInteger()).add(unsigned(fraction));
          assertEquals(
              exact.shiftRight(64).longValue(),
              Fixed.wholeNanos(cycles, slope.whole(), slope.fraction(), fraction));
          assertEquals(
              exact.longValue(), Fixed.fraction(cycles, slope.fraction(), fraction));
        });
  }

  @Test
  void carryIsNotLost() {
    assertEquals(1, Fixed.wholeNanos(1, 0, -1, 1));
    assertEquals(0, Fixed.wholeNanos(1, 0, -1, 0));
    assertEquals(0, Fixed.fraction(1, -1, 1));
    assertEquals(1, Fixed.wholeNanos(2, 0, 1L << 63, 0));
    assertEquals(0, Fixed.wholeNanos(1, 0, 1L << 63, (1L << 63) - 1));
    assertEquals(1, Fixed.wholeNanos(1, 0, 1L << 63, 1L << 63));
  }

  @Test
  void theComparisonCatchesALostCarry() {
    int[] caught = new int[1];
    fuzz(
        of -> {
          long cycles = of.any();
          long fraction = of.any();
          long rate = of.any();
          long planted = Math.unsignedMultiplyHigh(cycles, rate);
          caught[0] += planted == Fixed.wholeNanos(cycles, 0, rate, fraction) ? 0 : 1;
        });
    assertNotEquals(0, caught[0]);
  }

  @Test
  void growthIsRoundedUp() {
    fuzz(
        of -> {
          long nanos = of.notNegative();
          long rate = of.any();
          BigInteger[] parts =
              unsigned(nanos).multiply(unsigned(rate)).divideAndRemainder(TWO_64);
          assertEquals(
              parts[0].longValue() + parts[1].signum(), Fixed.growth(nanos, rate));
        });
    assertEquals(0, Fixed.growth(0, -1));
    assertEquals(1, Fixed.growth(1, 1));
    assertEquals(1, Fixed.growth(2, 1L << 63));
    assertEquals(Long.MAX_VALUE, Fixed.growth(Long.MAX_VALUE, -1));
  }

  @Test
  void fractionsAreRoundedToTheNamedSide() {
    fuzz(
        of -> {
          long denominator = Math.max(1, of.notNegative());
          long numerator = of.below(denominator);
          BigInteger[] parts =
              BigInteger.valueOf(numerator)
                  .shiftLeft(64)
                  .divideAndRemainder(BigInteger.valueOf(denominator));
          long down = parts[0].longValue();
          assertEquals(down, Fixed.fractionDown(numerator, denominator));
          assertEquals(
              down + parts[1].signum(), Fixed.fractionOf(numerator, denominator));
        });
    assertThrows(IllegalArgumentException.class, () -> Fixed.fractionOf(1, 1));
    assertThrows(IllegalArgumentException.class, () -> Fixed.fractionOf(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> Fixed.fractionOf(0, 0));
    assertThrows(IllegalArgumentException.class, () -> Fixed.fractionOf(0, -5));
  }

  @Test
  void ratesAreFractionsOfABillionth() {
    assertEquals(0, Fixed.ratePpb(0));
    assertEquals(1L << 63, Fixed.ratePpb(500_000_000));
    assertEquals(Fixed.fractionOf(15_000, 1_000_000_000), Fixed.ratePpb(15_000));
    assertThrows(IllegalArgumentException.class, () -> Fixed.ratePpb(-1));
    assertThrows(IllegalArgumentException.class, () -> Fixed.ratePpb(1_000_000_000));
  }

  @Test
  void boundsSaturate() {
    fuzz(
        of -> {
          long a = of.notNegative();
          long b = of.notNegative();
          BigInteger sum = BigInteger.valueOf(a).add(BigInteger.valueOf(b));
          assertEquals(
              sum.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue(), Fixed.addBound(a, b));
        });
  }

  @Test
  void cyclesUntilIsTheLeastThatReaches() {
    fuzz(
        of -> {
          Slope slope = of.slope();
          long fraction = of.any();
          long nanos = of.notNegative() - (of.any() & 1);
          long limit = of.notNegative();
          BigInteger missing =
              BigInteger.valueOf(Math.max(0, nanos)).shiftLeft(64).subtract(unsigned(fraction));
          long least = limit;
          if (nanos <= 0) {
            least = 0;
          } else if (slope.toBigInteger().signum() > 0) {
            BigInteger[] parts = missing.divideAndRemainder(slope.toBigInteger());
            BigInteger exact = parts[0].add(BigInteger.valueOf(parts[1].signum()));
            least = exact.min(BigInteger.valueOf(limit)).longValue();
          }
          assertEquals(
              least,
              Fixed.cyclesUntil(nanos, slope, fraction, limit),
              nanos + " ns by " + slope + " from " + fraction + " up to " + limit);
        });
    assertEquals(0, Fixed.cyclesUntil(Long.MIN_VALUE, Slope.ONE, 0, 9));
    assertTrue(Fixed.cyclesUntil(5, new Slope(0, 0), 0, 9) == 9, "never");
  }

  private static void fuzz(Consumer<Operands> body) {
    Seeds.forEach(
        FixedTest.class,
        SEEDS,
        random -> {
          Operands operands = new Operands(random);
          for (int i = 0; i < ROUNDS; i++) {
            body.accept(operands);
          }
        });
  }
}
