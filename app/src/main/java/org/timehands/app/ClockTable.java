package org.timehands.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;

/** How all clocks of one snapshot look, as a table and as JSON. */
final class ClockTable {
  private static final List<ClockId> ORDER =
      List.of(
          ClockId.REALTIME,
          ClockId.TAI,
          ClockId.MONOTONIC,
          ClockId.MONOTONIC_RAW,
          ClockId.BOOTTIME,
          ClockId.REALTIME_COARSE,
          ClockId.MONOTONIC_COARSE);

  private ClockTable() {}

  /** Where the timeline comes from, its status, and all clocks. */
  static List<String> lines(Session session, Snapshot snapshot) {
    List<String> lines = new ArrayList<>();
    lines.add("timeline  " + session.originWords() + "; " + clocksource(session, snapshot));
    lines.add("status    " + snapshot.status() + ": " + snapshot.reason().words());
    lines.add("");
    Table table = new Table("clock", ">nanoseconds", "time", "bound");
    for (ClockId clock : ORDER) {
      table.row(
          clock.name(),
          Long.toString(snapshot.nanos(clock)),
          time(clock, snapshot.nanos(clock)),
          bound(snapshot, clock));
    }
    lines.addAll(table.lines());
    return lines;
  }

  /** The counter's name, or its number where this process does not know the counter. */
  static String clocksource(Session session, Snapshot snapshot) {
    return session.clocksource().id() == snapshot.clocksourceId()
        ? "clocksource " + session.clocksource().name()
        : "clocksource id " + snapshot.clocksourceId();
  }

  private static String time(ClockId clock, long nanos) {
    return switch (clock) {
      case REALTIME, REALTIME_COARSE -> Show.iso(nanos) + "Z";
      case TAI -> Show.iso(nanos) + " TAI";
      default -> Show.seconds(nanos);
    };
  }

  private static String bound(Snapshot snapshot, ClockId clock) {
    long boundNanos = snapshot.boundNanos(clock);
    return boundNanos == Long.MAX_VALUE
        ? "no bound: " + snapshot.reason()
        : Show.bound(boundNanos);
  }

  /** The same as members of an open JSON object. */
  static void json(Session session, Snapshot snapshot, Json json) {
    origin(session, json);
    json.open("clocksource", '{');
    if (session.clocksource().id() == snapshot.clocksourceId()) {
      json.put("name", session.clocksource().name());
    }
    json.put("id", snapshot.clocksourceId()).close('}');
    status(snapshot, json);
    json.open("clocks", '[');
    for (ClockId clock : ORDER) {
      json.open('{').put("clock", clock.name()).put("nanos", snapshot.nanos(clock));
      if (clock.isWallClock()) {
        json.put("iso", Show.iso(snapshot.nanos(clock)) + (clock == ClockId.TAI ? "" : "Z"));
      }
      bound(snapshot, clock, "bound", json);
      json.close('}');
    }
    json.close(']');
  }

  /** A bound, or null and the reason why there is none. */
  static void bound(Snapshot snapshot, ClockId clock, String name, Json json) {
    long boundNanos = snapshot.boundNanos(clock);
    json.putBounded(name + "Nanos", boundNanos);
    if (boundNanos == Long.MAX_VALUE) {
      json.put(name + "Reason", snapshot.reason().name());
    }
  }

  /** Where the timeline comes from, as a member. */
  static void origin(Session session, Json json) {
    json.open("timeline", '{').put("origin", session.origin().name());
    session.path().ifPresent(path -> json.put("page", path.toString()));
    session.ownership().map(Supplier::get).ifPresent(
        owner ->
            json.put("ownerPid", owner.pid())
                .put("ownerAlive", owner.alive())
                .put("ownerEpoch", owner.epoch()));
    json.put("extending", session.clocks().timeline().isExtending()).close('}');
  }

  /** How far a snapshot can be trusted, as members. */
  static void status(Snapshot snapshot, Json json) {
    json.put("status", snapshot.status().name());
    json.put("reason", snapshot.reason().name());
    json.put("reasonWords", snapshot.reason().words());
    json.put("held", snapshot.isHeld());
  }
}
