package org.timehands.clocksource;

/**
 * How far off true time a host's counters may run, in parts per billion, and who says so.
 *
 * <p>These are rates after calibration: what remains when nobody steers.
 */
final class DriftBounds {
  /**
   * A computer's crystal: 50 ppm.
   *
   * <p>AWS ClockBound's documentation has chronyd's {@code maxclockerror} and its own drift rate
   * set to this, and its code calls chrony's default of 1 ppm very wrong for common crystals. RFC
   * 5905 assumes 15 ppm for a disciplined one (PHI), Spanner's TrueTime 200 ppm for a broken one.
   */
  static final long CRYSTAL_PPB = 50_000;

  /**
   * What Linux lets its steersman do to CLOCK_MONOTONIC: frequency 500 ppm (MAXFREQ), tick 10 %,
   * and a phase offset slewed at up to 12.5 % (ADJ_NANO with time constant 0).
   *
   * <p>A kernel steered by PPS may slew faster still.
   */
  static final long HOST_SLEW_PPB = 500_000 + 100_000_000 + 125_000_000;

  private DriftBounds() {}
}
