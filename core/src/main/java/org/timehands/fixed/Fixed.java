package org.timehands.fixed;

/**
 * The arithmetic of a line in 64.64 fixed point: whole nanoseconds and a fraction in units of
 * 2<sup>-64</sup> ns, with 128-bit products and no rounding but the named ones.
 *
 * <p>Counts of cycles are unsigned 64-bit numbers; slopes are nanoseconds per cycle, split into a
 * whole and a fractional long. Every method is a pure function, allocates nothing and may be called
 * from any thread. Sums wrap modulo 2<sup>64</sup> like all Java longs: callers keep nanoseconds
 * within the 292 years of a signed long.
 *
 * <p>Rule I5 of ARCHITECTURE.md: because {@link #wholeNanos} and {@link #fraction} together are the
 * exact value of the line modulo 2<sup>64</sup> ns, a successor that starts with both at a join
 * continues without losing anything, however many joins there are.
 */
public final class Fixed {
  /** Parts per trillion in one: the unit of {@link Slope#plusPpt}. */
  public static final long PPT = 1_000_000_000_000L;

  private Fixed() {}

  /**
   * The whole nanoseconds of {@code fraction + cycles * slope}, rounded towards minus infinity.
   *
   * @param cycles unsigned count of cycles since the start of the line
   * @param slopeWhole whole nanoseconds per cycle, not negative
   * @param slopeFraction fraction of a nanosecond per cycle, unsigned, in 2^-64 ns
   * @param fraction fraction at the start of the line, unsigned, in 2^-64 ns
   * @return whole nanoseconds since the start of the line
   */
  public static long wholeNanos(
      long cycles, long slopeWhole, long slopeFraction, long fraction) {
    long low = cycles * slopeFraction;
    // The carry out of low + fraction, as the top bit of half that sum: no comparison, which the
    // JIT compiler may turn into a branch that nobody can predict.
    long carry = ((low >>> 1) + (fraction >>> 1) + (low & fraction & 1)) >>> 63;
    return Math.unsignedMultiplyHigh(cycles, slopeFraction) + cycles * slopeWhole + carry;
  }

  /**
   * The fraction that belongs to {@link #wholeNanos} of the same arguments.
   *
   * @param cycles unsigned count of cycles since the start of the line
   * @param slopeFraction fraction of a nanosecond per cycle, in 2^-64 ns
   * @param fraction fraction at the start of the line, in 2^-64 ns
   * @return fraction in 2^-64 ns, unsigned
   */
  public static long fraction(long cycles, long slopeFraction, long fraction) {
    return cycles * slopeFraction + fraction;
  }

  /**
   * The product of a count and a fraction of one, rounded up: how an error bound grows.
   *
   * @param nanos elapsed nanoseconds, not negative
   * @param rate growth per nanosecond in 2^-64, unsigned
   * @return nanoseconds, rounded up
   */
  public static long growth(long nanos, long rate) {
    long low = nanos * rate;
    long up = (low | -low) >>> 63; // 1 unless low is 0.
    return Math.unsignedMultiplyHigh(nanos, rate) + up;
  }

  /**
   * A fraction of one in units of 2^-64, rounded up: {@code numerator / denominator}.
   *
   * @param numerator not negative, less than the denominator
   * @param denominator positive
   * @return the fraction, rounded up
   * @throws IllegalArgumentException if the fraction is not below one
   */
  public static long fractionOf(long numerator, long denominator) {
    long down = fractionDown(numerator, denominator);
    // numerator * 2^64 = down * denominator + remainder, so this is minus the remainder.
    return down * denominator == 0 ? down : down + 1;
  }

  /**
   * A fraction of one in units of 2^-64, rounded down: {@code numerator / denominator}.
   *
   * @param numerator not negative, less than the denominator
   * @param denominator positive
   * @return the fraction, rounded down
   * @throws IllegalArgumentException if the fraction is not below one
   */
  public static long fractionDown(long numerator, long denominator) {
    if (numerator < 0 || denominator <= numerator) {
      throw new IllegalArgumentException(
          "fraction " + numerator + "/" + denominator + " must lie in [0, 1)");
    }
    long remainder = numerator;
    long quotient = 0;
    for (int bit = 0; bit < Long.SIZE; bit++) {
      remainder <<= 1;
      quotient <<= 1;
      if (Long.compareUnsigned(remainder, denominator) >= 0) {
        remainder -= denominator;
        quotient |= 1;
      }
    }
    return quotient;
  }

  /** A rate in parts per billion as the 2^-64 fraction that {@link #growth} takes, rounded up. */
  public static long ratePpb(long ppb) {
    if (ppb < 0 || ppb >= 1_000_000_000) {
      throw new IllegalArgumentException(
          "rate " + ppb + " ppb must lie in [0, 1000000000); give a drift below 100 %");
    }
    return fractionOf(ppb, 1_000_000_000);
  }

  /**
   * The size of a rate in parts per trillion as the 2^-64 fraction that {@link #steeredWhole}
   * takes, rounded down.
   *
   * @param ppt in (-10^12, 10^12)
   * @throws IllegalArgumentException if it is out of its range
   */
  public static long ratePpt(long ppt) {
    return fractionDown(Math.abs(ppt), PPT);
  }

  /**
   * The whole part of a slope that is made faster or slower by a part of it, off by less than 2^-64
   * of it and one unit.
   *
   * @param whole whole nanoseconds per cycle, not negative
   * @param fraction fraction of a nanosecond per cycle, unsigned, in 2^-64 ns
   * @param rate by which part of it, unsigned, in 2^-64
   * @param faster whether it is made faster
   * @return whole nanoseconds per cycle; {@link #steeredFraction} is the rest
   */
  public static long steeredWhole(long whole, long fraction, long rate, boolean faster) {
    long product = whole * rate;
    long part = product + Math.unsignedMultiplyHigh(fraction, rate);
    long carry = Long.compareUnsigned(part, product) < 0 ? 1 : 0;
    long size = Math.unsignedMultiplyHigh(whole, rate) + carry;
    if (faster) {
      return whole + size + (Long.compareUnsigned(fraction + part, part) < 0 ? 1 : 0);
    }
    return whole - size - (Long.compareUnsigned(fraction, part) < 0 ? 1 : 0);
  }

  /** The fraction that belongs to {@link #steeredWhole} of the same arguments. */
  public static long steeredFraction(long whole, long fraction, long rate, boolean faster) {
    long part = whole * rate + Math.unsignedMultiplyHigh(fraction, rate);
    return faster ? fraction + part : fraction - part;
  }

  /** The sum of two non-negative bounds, saturating at {@link Long#MAX_VALUE}. */
  public static long addBound(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /**
   * The least count of cycles at which a line has reached a number of nanoseconds.
   *
   * @param nanos whole nanoseconds since the start of the line; zero or less gives 0
   * @param slope the line's slope
   * @param fraction the line's fraction at its start
   * @param limitCycles the largest count looked at, not negative
   * @return the least such count, or {@code limitCycles} if the line does not get there before it
   */
  public static long cyclesUntil(long nanos, Slope slope, long fraction, long limitCycles) {
    return cyclesUntil(nanos, slope.whole(), slope.fraction(), fraction, limitCycles);
  }

  /** As {@link #cyclesUntil(long, Slope, long, long)}, of a slope in two words. */
  public static long cyclesUntil(
      long nanos, long slopeWhole, long slopeFraction, long fraction, long limitCycles) {
    if (nanos <= 0) {
      return 0;
    }
    long low = 0;
    long high = limitCycles;
    while (low < high) {
      long middle = low + ((high - low) >>> 1);
      if (reaches(middle, slopeWhole, slopeFraction, fraction, nanos)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** For a count of cycles that is not negative. */
  private static boolean reaches(
      long cycles, long slopeWhole, long slopeFraction, long fraction, long nanos) {
    long whole = cycles * slopeWhole;
    if (Math.unsignedMultiplyHigh(cycles, slopeWhole) != 0 || whole < 0) {
      return true; // 2^63 ns or more: beyond any argument.
    }
    // At most as many nanoseconds as cycles, so not negative; the sum is if it overflows.
    long sum = whole + wholeNanos(cycles, 0, slopeFraction, fraction);
    return sum < 0 || sum >= nanos;
  }
}
