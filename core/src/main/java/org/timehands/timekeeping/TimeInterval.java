package org.timehands.timekeeping;

import java.time.Instant;

/**
 * An interval in which the true time lies, as of a reading: {@code [earliest, latest]}.
 *
 * <p>Both ends are nanoseconds of the clock that was read; {@link Long#MIN_VALUE} and
 * {@link Long#MAX_VALUE} mean that nobody vouches for that end. Immutable.
 *
 * @param earliestNanos the true time is not before this
 * @param latestNanos the true time is not after this
 */
public record TimeInterval(long earliestNanos, long latestNanos) {
  /** Checks that the interval is not empty. */
  public TimeInterval {
    if (latestNanos < earliestNanos) {
      throw new IllegalArgumentException(
          "interval from " + earliestNanos + " to " + latestNanos
              + " ns is empty: the latest must not be before the earliest");
    }
  }

  /**
   * The interval around a time.
   *
   * @param nanos the time
   * @param boundNanos the bound, not negative; MAX is no bound
   */
  public static TimeInterval around(long nanos, long boundNanos) {
    if (boundNanos < 0) {
      throw new IllegalArgumentException("bound " + boundNanos + " ns must not be negative");
    }
    if (boundNanos == Long.MAX_VALUE) {
      return new TimeInterval(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    long low = nanos - boundNanos;
    long high = nanos + boundNanos;
    return new TimeInterval(
        low > nanos ? Long.MIN_VALUE : low, high < nanos ? Long.MAX_VALUE : high);
  }

  /** Whether both ends are vouched for. */
  public boolean isBounded() {
    return earliestNanos != Long.MIN_VALUE && latestNanos != Long.MAX_VALUE;
  }

  /** Whether every time of this lies before every time of the other. */
  public boolean definitelyBefore(TimeInterval other) {
    return latestNanos < other.earliestNanos;
  }

  /** Whether every time of this lies after every time of the other. */
  public boolean definitelyAfter(TimeInterval other) {
    return other.definitelyBefore(this);
  }

  /** Whether the true time may lie at these nanoseconds. */
  public boolean contains(long nanos) {
    return earliestNanos <= nanos && nanos <= latestNanos;
  }

  /** The earlier end as an instant of REALTIME; {@link Instant#MIN} when not vouched for. */
  public Instant earliest() {
    return earliestNanos == Long.MIN_VALUE ? Instant.MIN : Instants.of(earliestNanos);
  }

  /** The later end as an instant of REALTIME; {@link Instant#MAX} when not vouched for. */
  public Instant latest() {
    return latestNanos == Long.MAX_VALUE ? Instant.MAX : Instants.of(latestNanos);
  }
}
