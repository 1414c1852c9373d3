package org.timehands.tick;

import java.util.Locale;
import java.util.Objects;

/**
 * By what timers are woken: each by itself, or at the ticks of a beat. Immutable.
 *
 * <p>A tick is a whole multiple of the tick's length on MONOTONIC. With a beat, a timer expires at
 * the first tick at or after its instant, so the resolution of timers is a tick.
 *
 * @param kind which mode
 * @param tickNanos the length of a tick in nanoseconds; in tickless mode only the measure of what
 *     counts as idle
 */
public record TickMode(Kind kind, long tickNanos) {
  /** The modes. */
  public enum Kind {
    /** The beat goes on whether there is anything to do or not: low resolution. */
    PERIODIC,
    /**
     * The beat stops while nothing is due within a tick; wake-ups fall on ticks: low resolution.
     */
    DYNAMIC,
    /** No beat: high resolution. */
    TICKLESS
  }

  /** The fastest beat, in Hertz. */
  public static final int MAX_HZ = 10_000;

  private static final long SECOND = 1_000_000_000L;

  /** Checks the ranges. */
  public TickMode {
    Objects.requireNonNull(kind, "kind");
    if (tickNanos < SECOND / MAX_HZ || tickNanos > SECOND) {
      throw new IllegalArgumentException(
          "tick of " + tickNanos + " ns must lie in [" + SECOND / MAX_HZ + ", " + SECOND + "]");
    }
  }

  /** A beat that never stops, such as 100, 250, 300 or 1000 Hertz. */
  public static TickMode periodic(int hz) {
    return new TickMode(Kind.PERIODIC, tick(hz));
  }

  /** A beat that stops when there is nothing to do. */
  public static TickMode dynamic(int hz) {
    return new TickMode(Kind.DYNAMIC, tick(hz));
  }

  /** No beat; a millisecond without anything due counts as idle. */
  public static TickMode tickless() {
    return new TickMode(Kind.TICKLESS, 1_000_000);
  }

  private static long tick(int hz) {
    if (hz < 1 || hz > MAX_HZ) {
      throw new IllegalArgumentException(
          hz + " Hz must lie in [1, " + MAX_HZ + "]: 100, 250, 300 and 1000 are usual");
    }
    return SECOND / hz;
  }

  /** Whether timers expire at their own instants. */
  public boolean isHighResolution() {
    return kind == Kind.TICKLESS;
  }

  /** The resolution of timers, as clock_getres tells it: 1 ns, or a tick. */
  public long resolutionNanos() {
    return isHighResolution() ? 1 : tickNanos;
  }

  /** The mode as people say it: {@code tickless}, {@code dynamic 1000 Hz}. */
  public String words() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return isHighResolution() ? name : name + " " + (SECOND + tickNanos / 2) / tickNanos + " Hz";
  }

  /** The number of the tick that an instant of MONOTONIC lies at or behind. */
  public long tickAt(long monotonicNanos) {
    return Math.floorDiv(monotonicNanos, tickNanos);
  }

  /**
   * A wait that only goes a part of its way, cut further so that it ends at a tick: with a beat
   * nobody is woken between two.
   *
   * @param monotonicNanos now
   * @param waitNanos the wait, not negative; {@link Long#MAX_VALUE} for ever
   * @return the wait until the last tick in it; as it was if there is none, or no beat
   */
  public long onTick(long monotonicNanos, long waitNanos) {
    if (isHighResolution() || waitNanos > Long.MAX_VALUE - monotonicNanos) {
      return waitNanos;
    }
    long cut = waitNanos - Math.floorMod(monotonicNanos + waitNanos, tickNanos);
    return cut > 0 ? cut : waitNanos;
  }

  /**
   * How long until the device has to wake.
   *
   * @param monotonicNanos now
   * @param deltaNanos how long until the next timer, not negative; {@link Long#MAX_VALUE} if there
   *     is none
   * @return how long until the tick that serves it, or until the next tick of a beat that goes on;
   *     {@link Long#MAX_VALUE} for never
   */
  public long wakeIn(long monotonicNanos, long deltaNanos) {
    if (isHighResolution()) {
      return deltaNanos;
    }
    long nextTick = tickNanos - Math.floorMod(monotonicNanos, tickNanos);
    if (kind == Kind.PERIODIC || deltaNanos <= nextTick) {
      return nextTick;
    }
    if (deltaNanos > Long.MAX_VALUE - monotonicNanos - tickNanos) {
      return deltaNanos;
    }
    long target = monotonicNanos + deltaNanos;
    return Math.ceilDiv(target, tickNanos) * tickNanos - monotonicNanos;
  }
}
