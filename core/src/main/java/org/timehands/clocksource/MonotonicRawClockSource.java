package org.timehands.clocksource;

import org.timehands.linux.HostClocks;
import org.timehands.mischief.Mischief;

/**
 * The host's CLOCK_MONOTONIC_RAW as a clocksource of one cycle a nanosecond.
 *
 * <p>The kernel has chosen and watches the counter beneath and never steers it: its slope changes
 * only when the kernel changes its own clocksource. It stands still while the machine sleeps. A
 * read costs a vDSO call, or a system call where the kernel's counter cannot be read from user
 * space, and waits for the kernel's own writer (a seqcount), so it is rated below a trusted native
 * counter. Immutable and thread-safe.
 */
public final class MonotonicRawClockSource implements ClockSource {
  /** Its name. */
  public static final String NAME = "monotonic_raw";

  /** Good: right on every host, but dearer than the counter beneath, and not wait-free. */
  private static final int RATING_FINE = 250;

  /** Usable and no more: it steps too coarsely for timers. */
  private static final int RATING_COARSE = 100;

  /* A clock that steps by more is of no use for timers finer than a tick. */
  private static final long FINE_STEP_NANOS = 10_000;

  private static final int FULL_WIDTH = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long id;
  private final long readCostNanos;
  private final long stepNanos;

  /**
   * The clock of this host.
   *
   * @param era the era of its {@link #id}
   * @param readCostNanos as measured
   * @param stepNanos the step in which it counts: 1 or 2 over a fast counter
   * @throws IllegalArgumentException if this host has no such clock; the message says why
   */
  public MonotonicRawClockSource(long era, long readCostNanos, long stepNanos) {
    HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
    this.id = ClockSource.idOf(MONOTONIC_RAW, era);
    this.readCostNanos = readCostNanos;
    this.stepNanos = stepNanos;
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
    return validForHighResolution() ? RATING_FINE : RATING_COARSE;
  }

  @Override
  public String ratingReason() {
    return validForHighResolution()
        ? "good: watched by the kernel and steered by nobody, but it costs a call of the kernel's"
            + " code and waits for the kernel's writer"
        : "usable only: the kernel's own counter steps by " + stepNanos + " ns";
  }

  @Override
  public long read() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
  }

  @Override
  public long readCostNanos() {
    return readCostNanos;
  }

  @Override
  public long driftBoundPpb() {
    return DriftBounds.CRYSTAL_PPB;
  }

  /** Nothing: the kernel uses no counter whose CPUs disagree. */
  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.STOPS;
  }

  @Override
  public boolean validForHighResolution() {
    return stepNanos <= FINE_STEP_NANOS;
  }
}
