package org.timehands.clocksource;

import org.timehands.mischief.Mischief;

/**
 * {@link System#nanoTime} as a clocksource of one cycle a nanosecond: what is left where native
 * access is denied.
 *
 * <p>On Linux it is CLOCK_MONOTONIC: never stepped, but slewed by whoever steers the host, so a
 * timeline over it inherits another's steering. Hence the low rating and the wide drift bound.
 * Immutable and thread-safe.
 */
public final class NanoTimeClockSource implements ClockSource {
  /** Its name. */
  public static final String NAME = "nanotime";

  private static final int RATING = 110;
  private static final int FULL_WIDTH = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long id;
  private final long readCostNanos;

  /**
   * The JVM's own counter.
   *
   * @param era the era of its {@link #id}
   * @param readCostNanos as measured
   */
  public NanoTimeClockSource(long era, long readCostNanos) {
    this.id = ClockSource.idOf(NANO_TIME, era);
    this.readCostNanos = readCostNanos;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return FULL_WIDTH;
  }

  @Override
  public long frequencyHz() {
    return NANOS_PER_SECOND;
  }

  @Override
  public int rating() {
    return RATING;
  }

  @Override
  public String ratingReason() {
    return "usable only: it is the host's CLOCK_MONOTONIC, slewed by whoever steers the host";
  }

  @Override
  public long read() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    return System.nanoTime();
  }

  @Override
  public long readCostNanos() {
    return readCostNanos;
  }

  /** The crystal's drift and the most that Linux lets its steersman slew the clock. */
  @Override
  public long driftBoundPpb() {
    return DriftBounds.CRYSTAL_PPB + DriftBounds.HOST_SLEW_PPB;
  }

  /** Nothing: the kernel uses no counter whose CPUs disagree. */
  @Override
  public long skewBoundCycles() {
    return 0;
  }

  /** It stops on Linux; elsewhere nobody promises. */
  @Override
  public SuspendBehaviour suspend() {
    return System.getProperty("os.name", "").equals("Linux")
        ? SuspendBehaviour.STOPS
        : SuspendBehaviour.UNKNOWN;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }
}
