package org.timehands.discipline;

/** The fixed point of the discipline: nanoseconds with 32 binary places in a signed long. */
final class Scale {
  static final int BITS = 32;
  static final long NANOS_PER_SECOND = 1_000_000_000L;
  static final long NANOS_PER_MICRO = 1000;
  static final long MICROS_PER_SECOND = 1_000_000;

  /** One unit of timex.freq, 2^-16 ppm, as scaled nanoseconds per second. */
  static final long FREQUENCY_UNIT = NANOS_PER_MICRO << 16;

  /* FREQUENCY_UNIT is 125 * 2^19. Linux divides by multiplying with the reciprocal of 125,
   * rounded up; large values that are no multiples then round up now and then, and so do ours. */
  private static final int UNIT_SHIFT = 19;
  private static final long UNIT_RECIPROCAL = (1L << (UNIT_SHIFT + BITS)) / FREQUENCY_UNIT + 1;

  private Scale() {}

  /** {@code value / 2^shift}, rounded towards zero. */
  static long shrink(long value, long shift) {
    return value < 0 ? -(-value >> shift) : value >> shift;
  }

  /** Scaled nanoseconds per second as timex has them, in 2^-16 ppm. */
  static long toTimexFrequency(long scaled) {
    return shrink((scaled >> UNIT_SHIFT) * UNIT_RECIPROCAL, BITS);
  }

  /** Nanoseconds or microseconds, as the status says; rounded towards zero. */
  static long inUnit(long nanos, int status) {
    return (status & Timex.STA_NANO) != 0 ? nanos : nanos / NANOS_PER_MICRO;
  }
}
