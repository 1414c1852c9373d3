package org.timehands.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** Slopes against BigInteger and BigDecimal. */
class SlopeTest {
  private static final int SEEDS = 1_000;
  private static final int ROUNDS = 1_000;
  private static final BigInteger PPT = BigInteger.valueOf(Fixed.PPT);

  @Test
  void quotientIsRoundedDown() {
    Seeds.forEach(
        SlopeTest.class,
        SEEDS,
        random -> {
          Operands of = new Operands(random);
          for (int i = 0; i < ROUNDS; i++) {
            long cycles = Math.max(1, of.notNegative());
            long nanos = of.notNegative();
            BigInteger exact =
                BigInteger.valueOf(nanos).shiftLeft(64).divide(BigInteger.valueOf(cycles));
            if (exact.shiftRight(64).compareTo(BigInteger.valueOf(Slope.WHOLE_LIMIT)) < 0) {
              assertEquals(exact, Slope.of(nanos, cycles).toBigInteger());
            } else {
              assertThrows(IllegalArgumentException.class, () -> Slope.of(nanos, cycles));
            }
          }
        });
    assertThrows(IllegalArgumentException.class, () -> Slope.of(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> Slope.of(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Slope(-1, 0));
  }

  @Test
  void changeOfRateIsRoundedTowardsTheSlope() {
    Seeds.forEach(
        SlopeTest.class,
        SEEDS,
        random -> {
          Operands of = new Operands(random);
          for (int i = 0; i < ROUNDS; i++) {
            Slope slope = new Slope(of.below(Slope.WHOLE_LIMIT / 2), of.any());
            long ppt = of.below(Fixed.PPT) * (random.nextBoolean() ? 1 : -1);
            BigInteger before = slope.toBigInteger();
            BigInteger exact = before.multiply(BigInteger.valueOf(Math.abs(ppt))).divide(PPT);
            BigInteger change = slope.plusPpt(ppt).toBigInteger().subtract(before);
            assertTrue(change.signum() == 0 || change.signum() == Long.signum(ppt));
            // Never too far, and short of it by no more than 2^-64 of the slope and a unit.
            BigInteger missing = exact.subtract(change.abs());
            assertTrue(
                missing.signum() >= 0
                    && missing.compareTo(BigInteger.valueOf(slope.whole() + 2)) <= 0,
                slope + " by " + ppt + " ppt misses " + missing);
          }
        });
    assertEquals(Slope.ONE, Slope.ONE.plusPpt(0));
    assertEquals(new Slope(1, 1L << 63), Slope.ONE.plusPpt(Fixed.PPT / 2));
    assertEquals(new Slope(0, 1L << 63), Slope.ONE.plusPpt(-Fixed.PPT / 2));
    assertThrows(IllegalArgumentException.class, () -> Slope.ONE.plusPpt(Fixed.PPT));
    assertThrows(IllegalArgumentException.class, () -> Slope.ONE.plusPpt(-Fixed.PPT));
    assertThrows(IllegalArgumentException.class, () -> Slope.ONE.plusPpt(Long.MIN_VALUE));
  }

  @Test
  void ratesAreComparedToTheNearestTrillionth() {
    Seeds.forEach(
        SlopeTest.class,
        SEEDS,
        random -> {
          Operands of = new Operands(random);
          Slope nominal = Slope.of(1_000_000_000L, random.nextLong(1_000, 6_000_000_000L));
          for (int i = 0; i < 10; i++) {
            long ppt = of.below(Fixed.PPT / 2) * (random.nextBoolean() ? 1 : -1);
            assertEquals(ppt, nominal.plusPpt(ppt).pptOver(nominal));
          }
        });
    Slope least = new Slope(0, 1);
    assertEquals(Long.MAX_VALUE, Slope.ONE.pptOver(least));
    assertEquals(-Fixed.PPT, new Slope(0, 0).pptOver(Slope.ONE));
  }

  @Test
  void frequencyComesBack() {
    Seeds.forEach(
        SlopeTest.class,
        SEEDS,
        random -> {
          long hz = random.nextLong(1, 1L << random.nextInt(1, 33));
          assertEquals(hz, Slope.ofFrequency(hz).frequencyHz());
        });
    assertEquals(2_299_998_000L, Slope.ofFrequency(2_299_998_000L).frequencyHz());
    assertEquals(
        new BigDecimal("0.434783"),
        Slope.ofFrequency(2_299_998_000L).toBigDecimal().setScale(6, RoundingMode.HALF_UP));
    assertThrows(ArithmeticException.class, () -> new Slope(0, 0).frequencyHz());
  }
}
