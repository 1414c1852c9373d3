package org.timehands.timekeeping;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import org.timehands.timeline.Timeline;

/** REALTIME of a timeline in java.time's manner. Immutable and thread-safe. */
final class TimelineClock extends Clock {
  private final Timeline timeline;
  private final ZoneId zone;

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
    return Instants.of(timeline.realtime());
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
