package org.timehands.clocksource;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.timehands.mischief.Mischief;

/**
 * A counter of periodic ticks, {@code jiffies} in Linux: the clocksource of last resort, rated 1,
 * for tests and for seeing what time was like before high resolution.
 *
 * <p>Its cycle is a whole tick. It is advanced {@link #byHand by hand}, or {@link #over follows} a
 * clock in nanoseconds. Thread-safe; reads are wait-free.
 */
/*
 * field | read     | write           | guard
 * hand  | volatile | getAndAdd       | none: ticks only add up; null over a clock
 */
public final class TickClockSource implements ClockSource {
  /** Its name. */
  public static final String NAME = "jiffies";

  /** The most ticks a second: {@value}. */
  public static final int MAX_HZ = 1_000_000;

  private static final int FULL_WIDTH = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final int hz;
  private final LongSupplier ticks;
  private final AtomicLong hand;
  private final long readCostNanos;

  private TickClockSource(int hz, LongSupplier ticks, AtomicLong hand, long readCostNanos) {
    if (hz < 1 || hz > MAX_HZ) {
      throw new IllegalArgumentException(
          "tick of " + hz + " Hz must lie in [1, " + MAX_HZ + "]; Linux has 100 to 1000");
    }
    this.hz = hz;
    this.ticks = ticks;
    this.hand = hand;
    this.readCostNanos = readCostNanos;
  }

  /**
   * A counter that stands until somebody calls {@link #tick}.
   *
   * @param hz ticks a second, in [1, {@value #MAX_HZ}]
   */
  public static TickClockSource byHand(int hz) {
    AtomicLong hand = new AtomicLong();
    return new TickClockSource(hz, hand::get, hand, 1);
  }

  /**
   * A counter of the ticks that have passed on a clock: its nanoseconds by the tick's, rounded
   * down.
   *
   * @param hz ticks a second, in [1, {@value #MAX_HZ}]
   * @param clockNanos the clock in nanoseconds, which must never go back
   * @param readCostNanos what reading that clock costs
   */
  public static TickClockSource over(int hz, LongSupplier clockNanos, long readCostNanos) {
    Objects.requireNonNull(clockNanos, "clockNanos");
    return new TickClockSource(
        hz, () -> ticksOf(clockNanos.getAsLong(), hz), null, readCostNanos);
  }

  /**
   * Lets ticks pass.
   *
   * @param count how many, not negative
   * @throws IllegalStateException if this counter follows a clock
   */
  public void tick(long count) {
    if (hand == null) {
      throw new IllegalStateException("this counter follows a clock: it is not advanced by hand");
    }
    if (count < 0) {
      throw new IllegalArgumentException("ticks " + count + " must not be negative");
    }
    hand.getAndAdd(count);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long id() {
    return TICK;
  }

  @Override
  public int widthBits() {
    return FULL_WIDTH;
  }

  @Override
  public long frequencyHz() {
    return hz;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "test only: it steps by a whole tick of 1/" + hz + " s";
  }

  @Override
  public long read() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    return ticks.getAsLong();
  }

  @Override
  public long readCostNanos() {
    return readCostNanos;
  }

  /** As the host's CLOCK_MONOTONIC, which ticks are derived from. */
  @Override
  public long driftBoundPpb() {
    return DriftBounds.CRYSTAL_PPB + DriftBounds.HOST_SLEW_PPB;
  }

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
    return false;
  }

  /** Whole seconds apart, so that nothing overflows: also before zero. */
  private static long ticksOf(long nanos, long hz) {
    long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
    return seconds * hz + Math.floorMod(nanos, NANOS_PER_SECOND) * hz / NANOS_PER_SECOND;
  }
}
