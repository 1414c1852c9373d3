package org.timehands.timekeeping;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.util.Objects;
import org.timehands.timeline.Timeline;

/** REALTIME of a timeline in java.time's manner. Thread-safe. */
final class TimelineClock extends Clock {
  /*
   * An instant is a second and a rest, and to divide the time by a second is the dearest part of
   * making one. So the last second told is kept: while the time lies in it, a subtraction does.
   *
   *   field  | read  | write | guard
   *   second | plain | plain | none: an immutable object. Whichever second a thread sees, an old
   *          |       |       | one or another thread's, the rest says whether it is the right one
   */
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Timeline timeline;
  private final ZoneId zone;
  private Instant second = Instant.EPOCH;

  TimelineClock(Timeline timeline, ZoneId zone) {
    this.timeline = timeline;
    this.zone = Objects.requireNonNull(zone, "zone");
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return zone.equals(other) ? this : new TimelineClock(timeline, other);
  }

  @Override
  public Instant instant() {
    long nanos = timeline.realtime();
    Instant whole = second;
    long rest = nanos - whole.getEpochSecond() * SECOND_NANOS;
    return Long.compareUnsigned(rest, SECOND_NANOS) < 0
        ? whole.with(ChronoField.NANO_OF_SECOND, rest)
        : inAnotherSecond(nanos);
  }

  private Instant inAnotherSecond(long nanos) {
    Instant now = Instants.of(nanos);
    second = Instant.ofEpochSecond(now.getEpochSecond());
    return now;
  }

  @Override
  public long millis() {
    return Math.floorDiv(timeline.realtime(), 1_000_000L);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimelineClock clock
        && clock.timeline == timeline
        && clock.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(timeline) + zone.hashCode();
  }

  @Override
  public String toString() {
    return "TimelineClock[" + zone + "]";
  }
}
