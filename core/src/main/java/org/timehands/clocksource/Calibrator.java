package org.timehands.clocksource;

import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The edge of {@link Calibration}: takes the brackets of a counter and the host's clock.
 *
 * <p>A first calibration takes a window of milliseconds, so nobody waits at the start; {@link
 * #refine} then makes it better the longer it has run. Not thread-safe.
 */
public final class Calibrator {
  /** The window of a first calibration: {@value} ns. */
  public static final long FIRST_WINDOW_NANOS = 20_000_000;

  /** How many brackets are taken at either end, of which the narrowest counts: {@value}. */
  public static final int BRACKETS = 50;

  /* Up to here the window is spent taking brackets; beyond, asleep. */
  private static final long SPIN_NANOS = 10_000_000;

  /* Code that has never run is ten times slower, and so are its brackets wider. */
  private static final long WARM_UP_NANOS = 3_000_000;

  private static final long MAX_WINDOW_NANOS = 600_000_000_000L;

  private final BracketSampler sampler;
  private final LongSupplier hostNanos;
  private final long stepNanos;
  private final boolean wide;
  private boolean warm;

  /**
   * A calibrator.
   *
   * @param counter the counter to calibrate
   * @param hostNanos the clock to calibrate against, in nanoseconds
   * @param stepNanos the step in which that clock counts, at least 1
   */
  public Calibrator(ClockSource counter, LongSupplier hostNanos, long stepNanos) {
    this.sampler = new BracketSampler(counter, hostNanos);
    this.hostNanos = Objects.requireNonNull(hostNanos, "hostNanos");
    this.stepNanos = stepNanos;
    this.wide = sampler.maxGapNanos() == Long.MAX_VALUE;
  }

  /**
   * Calibrates.
   *
   * @param windowNanos how long to look, up to ten minutes
   * @throws CalibrationException as {@link Calibration#of}
   */
  public Calibration calibrate(long windowNanos) throws CalibrationException {
    if (windowNanos < 1 || windowNanos > MAX_WINDOW_NANOS) {
      throw new IllegalArgumentException(
          "calibration window of " + windowNanos + " ns must lie in [1, " + MAX_WINDOW_NANOS + "]");
    }
    if (!warm) {
      warm = true;
      pass(hostNanos.getAsLong() + WARM_UP_NANOS);
    }
    List<Bracket> begin = sampler.take(BRACKETS);
    pass(begin.getLast().nanos() + windowNanos);
    return Calibration.of(begin, sampler.take(BRACKETS), stepNanos);
  }

  /**
   * Makes a calibration of this calibrator better by looking again.
   *
   * @throws CalibrationException as {@link Calibration#refine}
   */
  public Calibration refine(Calibration earlier) throws CalibrationException {
    return earlier.refine(sampler.take(BRACKETS));
  }

  private void pass(long untilNanos) throws CalibrationException {
    long left = untilNanos - hostNanos.getAsLong();
    if (wide && left > SPIN_NANOS) {
      try {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new CalibrationException("interrupted while calibrating");
      }
      return;
    }
    while (sampler.take().nanos() < untilNanos) {
      Thread.onSpinWait();
    }
  }
}
