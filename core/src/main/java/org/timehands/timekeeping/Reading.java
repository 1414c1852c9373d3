package org.timehands.timekeeping;

import java.time.Instant;
import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;

/**
 * One clock at one moment: its time, the bound of its error, how far it can be trusted and why.
 *
 * <p>A reusable holder, filled by {@link Timekeeper#read}; filling it allocates nothing. Not
 * thread-safe.
 */
public final class Reading {
  private final Sample sample = new Sample();
  private ClockId clock = ClockId.REALTIME;
  private long nanos;
  private long boundNanos = Long.MAX_VALUE;

  /** An empty reading: status STALE, no bound. */
  public Reading() {}

  Sample sample() {
    return sample;
  }

  void set(ClockId id, long time, long bound) {
    clock = id;
    nanos = time;
    boundNanos = bound;
  }

  /** The clock that was read. */
  public ClockId clock() {
    return clock;
  }

  /** Its time in nanoseconds; for wall clocks since 1970. */
  public long nanos() {
    return nanos;
  }

  /**
   * Its time as an instant.
   *
   * @throws IllegalStateException if the clock is not REALTIME
   */
  public Instant instant() {
    if (clock != ClockId.REALTIME && clock != ClockId.REALTIME_COARSE) {
      throw new IllegalStateException(
          clock + " has no instants, only nanoseconds; read REALTIME for an instant");
    }
    return Instants.of(nanos);
  }

  /**
   * How far the true time may lie from {@link #nanos}, in nanoseconds; {@link Long#MAX_VALUE} when
   * nobody vouches for any bound.
   *
   * <p>For wall clocks the true time is civil time, and the bound holds as long as the reference
   * keeps what it declares. For the others the true time is an ideal clock that agreed with the
   * reference's rate and with this clock when the line was last corrected.
   */
  public long boundNanos() {
    return boundNanos;
  }

  /** Whether there is a bound. */
  public boolean isBounded() {
    return boundNanos != Long.MAX_VALUE;
  }

  /** The interval in which the true time lies. */
  public TimeInterval interval() {
    return TimeInterval.around(nanos, boundNanos);
  }

  /** How far this can be trusted. */
  public TimeStatus status() {
    return sample.status();
  }

  /** Why the status is what it is. */
  public StatusReason reason() {
    return sample.reason();
  }

  /** The cycle that was read, and whose. */
  public Stamp stamp() {
    return new Stamp(sample.clocksourceId(), sample.cycles());
  }

  @Override
  public String toString() {
    String bound = isBounded() ? "±" + boundNanos + " ns" : "no bound";
    return clock + " " + nanos + " ns " + bound + " " + status() + ": " + reason().words();
  }
}
