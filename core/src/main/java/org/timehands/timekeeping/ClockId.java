package org.timehands.timekeeping;

/** The clocks of a timekeeper, with Linux's numbers. */
public enum ClockId {
  /** Wall clock: nanoseconds since 1970-01-01T00:00:00Z, UTC without leap seconds. May be set. */
  REALTIME(0),
  /** Never steps, never set; steered; stands still while the machine sleeps. */
  MONOTONIC(1),
  /** Like MONOTONIC, but steered by nobody. */
  MONOTONIC_RAW(4),
  /** REALTIME, whole ticks of MONOTONIC only: never later than REALTIME. */
  REALTIME_COARSE(5),
  /** MONOTONIC in whole ticks: never later than MONOTONIC. */
  MONOTONIC_COARSE(6),
  /** MONOTONIC and the time that the machine slept. */
  BOOTTIME(7),
  /** International Atomic Time: REALTIME without its leap seconds. */
  TAI(11);

  private final int number;

  ClockId(int number) {
    this.number = number;
  }

  /** Linux's number of this clock. */
  public int number() {
    return number;
  }

  /** Whether this clock tells civil time, so that its bound includes the reference's own. */
  public boolean isWallClock() {
    return this == REALTIME || this == REALTIME_COARSE || this == TAI;
  }
}
