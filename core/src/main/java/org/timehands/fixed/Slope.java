package org.timehands.fixed;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Objects;
import org.timehands.rate.CounterRate;

/**
 * A slope of a line of time: nanoseconds per cycle in 64.64 fixed point.
 *
 * <p>The value is {@code whole + fraction * 2^-64} nanoseconds per cycle, {@code fraction} read as
 * unsigned. One unit of the fraction on a 2.3 GHz counter is 1.2e-19 of the rate: no dithering is
 * needed where a 32-bit multiplier needs it. Immutable and thread-safe.
 *
 * @param whole whole nanoseconds per cycle, in [0, 2^40)
 * @param fraction fraction of a nanosecond per cycle in units of 2^-64, unsigned
 */
public record Slope(long whole, long fraction) implements CounterRate {
  /** The slope of a counter that counts nanoseconds. */
  public static final Slope ONE = new Slope(1, 0);

  /** Limit on the whole part: a counter of one cycle in eighteen minutes. */
  public static final long WHOLE_LIMIT = 1L << 40;

  /** Checks the range of the whole part. */
  public Slope {
    checkWhole(whole);
  }

  /**
   * Checks the range of a whole part.
   *
   * @throws IllegalArgumentException if it lies out of [0, 2^40)
   */
  public static void checkWhole(long whole) {
    if (whole < 0 || whole >= WHOLE_LIMIT) {
      throw new IllegalArgumentException(
          "slope of " + whole + " ns per cycle must lie in [0, 2^40)");
    }
  }

  /**
   * The slope that a rate is.
   *
   * @throws IllegalArgumentException if somebody else has made it
   */
  public static Slope of(CounterRate rate) {
    if (Objects.requireNonNull(rate, "rate") instanceof Slope slope) {
      return slope;
    }
    throw new IllegalArgumentException(
        "rate " + rate + " was made elsewhere: take ClockSource.nominalRate() and plusPpt");
  }

  /**
   * The slope of a line that gains {@code nanos} in {@code cycles}, rounded down.
   *
   * @param nanos nanoseconds gained, not negative
   * @param cycles cycles spent, positive
   * @return {@code nanos / cycles}
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static Slope of(long nanos, long cycles) {
    if (nanos < 0 || cycles <= 0) {
      throw new IllegalArgumentException(
          "slope of " + nanos + " ns in " + cycles + " cycles: nanoseconds must not be negative"
              + " and cycles must be positive");
    }
    BigInteger ratio =
        BigInteger.valueOf(nanos).shiftLeft(64).divide(BigInteger.valueOf(cycles));
    return new Slope(ratio.shiftRight(64).longValueExact(), ratio.longValue());
  }

  /** The slope of a counter of so many cycles a second, rounded down. */
  public static Slope ofFrequency(long frequencyHz) {
    return of(1_000_000_000L, frequencyHz);
  }

  /**
   * This slope made faster by parts per trillion, rounded towards this slope by less than 2^-64 of
   * it and one unit.
   *
   * @param ppt parts per trillion, in (-10^12, 10^12); negative slows down
   * @return {@code this * (1 + ppt / 10^12)}
   */
  @Override
  public Slope plusPpt(long ppt) {
    long rate = Fixed.ratePpt(ppt);
    return new Slope(
        Fixed.steeredWhole(whole, fraction, rate, ppt > 0),
        Fixed.steeredFraction(whole, fraction, rate, ppt > 0));
  }

  /**
   * How much faster this slope is than another, in parts per trillion, rounded to nearest.
   *
   * @param other the slope that counts as nominal, not zero
   * @return parts per trillion, saturating at the limits of a long
   */
  @Override
  public long pptOver(CounterRate other) {
    BigInteger mine = toBigInteger();
    BigInteger theirs = of(other).toBigInteger();
    BigDecimal ratio =
        new BigDecimal(mine.subtract(theirs))
            .multiply(BigDecimal.valueOf(Fixed.PPT))
            .divide(new BigDecimal(theirs), 0, RoundingMode.HALF_EVEN);
    BigInteger rounded = ratio.toBigInteger();
    return rounded.bitLength() > 62
        ? Long.signum(rounded.signum()) * Long.MAX_VALUE
        : rounded.longValue();
  }

  /** The frequency of a counter of this slope in hertz, rounded to nearest; not for zero. */
  @Override
  public long frequencyHz() {
    return new BigDecimal(BigInteger.valueOf(1_000_000_000L).shiftLeft(64))
        .divide(new BigDecimal(toBigInteger()), 0, RoundingMode.HALF_EVEN)
        .longValueExact();
  }

  /** Nanoseconds per cycle as a decimal number, for people. */
  public BigDecimal toBigDecimal() {
    return new BigDecimal(toBigInteger())
        .divide(new BigDecimal(BigInteger.ONE.shiftLeft(64)), MathContext.DECIMAL64);
  }

  /** This slope as a count of 2^-64 ns per cycle: exact. */
  public BigInteger toBigInteger() {
    BigInteger low = new BigInteger(Long.toUnsignedString(fraction));
    return BigInteger.valueOf(whole).shiftLeft(64).add(low);
  }
}
