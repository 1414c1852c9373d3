package org.timehands.trace.cross;

/**
 * A counter that another one is derived from: its counts as counts of the other, exactly.
 *
 * <p>A count b of the base stands for {@code b * numerator / denominator + offset} of the other, as
 * x86's always running timer does for the time stamp counter (CPUID leaf 0x15 gives the ratio). All
 * counts are unsigned numbers of 64 bits that wrap; products are of 128 bits, and nothing is
 * rounded but at the end. Immutable.
 *
 * @param baseId the clocksource id of the base, as the device states it
 * @param clocksourceId the id of the counter that is derived
 * @param numerator positive
 * @param denominator positive
 * @param offset added to the product
 */
public record CounterBase(
    long baseId, long clocksourceId, long numerator, long denominator, long offset) {
  /** Checks the ratio. */
  public CounterBase {
    if (numerator < 1 || denominator < 1) {
      throw new IllegalArgumentException(
          "ratio " + numerator + "/" + denominator + " of counter " + clocksourceId
              + " to its base " + baseId + " must be of two positive numbers");
    }
    if (baseId == clocksourceId) {
      throw new IllegalArgumentException(
          "counter " + clocksourceId + " cannot be its own base: name two clocksources");
    }
  }

  /**
   * The first count of the derived counter while the base stands at a count.
   *
   * @param base a count of the base, unsigned
   */
  public long first(long base) {
    return scaled(base, 0) + offset;
  }

  /**
   * The last count of the derived counter while the base stands at a count: a slow base leaves open
   * which of several it was.
   *
   * @param base a count of the base, unsigned
   */
  public long last(long base) {
    // ceil((b + 1) n / d) - 1 = floor(((b + 1) n - 1) / d), and (b + 1) n - 1 = b n + (n - 1).
    return scaled(base, numerator - 1) + offset;
  }

  /** {@code floor((base * numerator + more) / denominator)} modulo 2^64; more is not negative. */
  private long scaled(long base, long more) {
    long whole = Long.divideUnsigned(base, denominator);
    long rest = Long.remainderUnsigned(base, denominator);
    // base n = (whole d + rest) n, so whole n comes out exactly; rest n has 126 bits at most.
    long high = Math.multiplyHigh(rest, numerator);
    long low = rest * numerator;
    long sum = low + more;
    high += Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return whole * numerator + divide(high, sum, denominator);
  }

  /** The low 64 bits of a quotient of 128 bits; bit by bit, for nobody waits for it. */
  private static long divide(long high, long low, long divisor) {
    long quotient = 0;
    long rest = Long.remainderUnsigned(high, divisor);
    for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
      // rest < divisor < 2^63, so the shift loses nothing.
      rest = (rest << 1) | ((low >>> bit) & 1);
      if (Long.compareUnsigned(rest, divisor) >= 0) {
        rest -= divisor;
        quotient |= 1L << bit;
      }
    }
    return quotient;
  }
}
