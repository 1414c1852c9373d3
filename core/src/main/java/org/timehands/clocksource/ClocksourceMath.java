package org.timehands.clocksource;

/**
 * A line in Linux's own scaling: nanoseconds = cycles * mult / 2^shift, with 32 bits of
 * multiplier, and the bounds that follow from 64-bit arithmetic.
 *
 * <p>Our timelines keep 64 bits of fraction and need none of this. It is here for what must be said
 * to others in their words: narrow counters, pages and devices that want a multiplier and a shift,
 * and for comparing with a kernel's boot log. The rules are those of Linux 6.18's clocksource
 * core; one step of a 32-bit multiplier at 2.3 GHz is 137 ppb.
 *
 * <p>Immutable and thread-safe. The values are unsigned where their Javadoc says so.
 *
 * @param mult nanoseconds per cycle times 2^shift, in [1, 2^32)
 * @param shift binary places of {@code mult}, in [0, 32]
 * @param maxAdjust how far steering may move {@code mult} either way: 11 % of it, rounded down
 * @param maxCycles the longest run of cycles whose product fits into 64 bits, and not beyond the
 *     counter's mask; unsigned
 * @param maxIdleNanos how long the counter may be left alone: half of what {@code maxCycles} last
 *     at the slowest steering, in nanoseconds
 * @param maxRawDeltaCycles the largest difference of two reads that still counts as forward: 7/8 of
 *     the mask; unsigned
 */
public record ClocksourceMath(
    long mult, int shift, long maxAdjust, long maxCycles, long maxIdleNanos,
    long maxRawDeltaCycles) {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long U32 = 0xffff_ffffL;
  private static final long ADJUST_PERCENT = 11;
  private static final int MAX_SHIFT = 32;

  /** How long a wide counter must run without a look at it, in seconds. */
  static final long MAX_SECONDS = 600;

  /**
   * Multiplier and shift alone.
   *
   * @param mult nanoseconds per cycle times 2^shift, in [0, 2^32)
   * @param shift binary places, in [0, 32]
   */
  public record Scale(long mult, int shift) {}

  /**
   * The line of a counter whose frequency is known in hertz.
   *
   * @param frequencyHz cycles per second, in [1, 2^32)
   * @param widthBits width of the counter, in [1, 64]
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static ClocksourceMath ofHertz(long frequencyHz, int widthBits) {
    return of(frequencyHz, 1, widthBits);
  }

  /**
   * The line of a counter whose frequency is known in kilohertz, as Linux has it for the TSC.
   *
   * @param frequencyKhz thousands of cycles per second, in [1, 2^32)
   * @param widthBits width of the counter, in [1, 64]
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static ClocksourceMath ofKilohertz(long frequencyKhz, int widthBits) {
    return of(frequencyKhz, 1000, widthBits);
  }

  private static ClocksourceMath of(long frequency, int unit, int widthBits) {
    if (frequency < 1 || frequency > U32) {
      throw new IllegalArgumentException(
          "frequency " + frequency + " must lie in [1, 2^32): give fast counters in kilohertz");
    }
    if (widthBits < 1 || widthBits > Long.SIZE) {
      throw new IllegalArgumentException("width of " + widthBits + " bits must lie in [1, 64]");
    }
    long mask = -1L >>> (Long.SIZE - widthBits);
    Scale scale =
        scale(frequency, NANOS_PER_SECOND / unit, wrapSeconds(mask, frequency * unit) * unit);
    return bounded(scale, mask, ADJUST_PERCENT);
  }

  /** How many seconds the product must last: until the counter wraps, ten minutes if wide. */
  private static long wrapSeconds(long mask, long frequencyHz) {
    long seconds = Math.max(1, Long.divideUnsigned(mask, frequencyHz));
    boolean wide = Long.compareUnsigned(mask, U32) > 0;
    return wide ? Math.min(seconds, MAX_SECONDS) : seconds;
  }

  /**
   * The finest multiplier and shift that convert {@code from} units to {@code to} units without
   * overflow for {@code maxSeconds}.
   *
   * @param from units per second converted from, in [1, 2^32)
   * @param to units per second converted to, in [1, 2^32)
   * @param maxSeconds seconds whose product with {@code from} must lie in [0, 2^63)
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static Scale scale(long from, long to, long maxSeconds) {
    if (from < 1 || from > U32 || to < 1 || to > U32) {
      throw new IllegalArgumentException(
          "rates " + from + " and " + to + " must both lie in [1, 2^32)");
    }
    if (maxSeconds < 0 || Math.multiplyHigh(maxSeconds, from) != 0 || maxSeconds * from < 0) {
      throw new IllegalArgumentException(
          maxSeconds + " s at " + from + " per second must lie in [0, 2^63) units");
    }
    // Each bit of the longest run above 32 takes one bit from the multiplier.
    int room = MAX_SHIFT - (Long.SIZE - Long.numberOfLeadingZeros((maxSeconds * from) >>> 32));
    int shift = MAX_SHIFT;
    long mult = rounded(from, to, shift);
    while (shift > 1 && mult >>> room != 0) {
      shift--;
      mult = rounded(from, to, shift);
    }
    return new Scale(mult & U32, shift);
  }

  private static long rounded(long from, long to, int shift) {
    return Long.divideUnsigned((to << shift) + from / 2, from);
  }

  /** Leaves room for steering, and derives the bounds; tests plant another share. */
  static ClocksourceMath bounded(Scale scale, long mask, long adjustPercent) {
    long mult = scale.mult();
    int shift = scale.shift();
    long adjust = mult * adjustPercent / 100;
    while (mult + adjust > U32) {
      mult >>>= 1;
      shift--;
      adjust = mult * adjustPercent / 100;
    }
    long cycles = Long.divideUnsigned(-1L, mult + adjust);
    cycles = Long.compareUnsigned(cycles, mask) < 0 ? cycles : mask;
    long nanos = (cycles * (mult - adjust)) >>> shift;
    return new ClocksourceMath(
        mult, shift, adjust, cycles, nanos >>> 1, mask - (mask >>> 3));
  }

  /**
   * Nanoseconds of a run of cycles.
   *
   * @param cycles unsigned, at most {@code maxCycles}
   * @return nanoseconds, rounded down
   */
  public long nanos(long cycles) {
    return (cycles * mult) >>> shift;
  }

  /** How much one step of the multiplier changes the rate, in parts per billion, rounded down. */
  public long stepPpb() {
    return NANOS_PER_SECOND / mult;
  }
}
