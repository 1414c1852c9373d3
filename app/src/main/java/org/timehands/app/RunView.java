package org.timehands.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Spark;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.Watchdog;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostStatus;
import org.timehands.journal.JournalStatus;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timeline.TimeStatus;

/** How the daemon's status looks: as a page of text, as one line, as JSON. */
final class RunView {
  private static final int LABEL = 13;

  private final Style style;

  RunView(Style style) {
    this.style = style;
  }

  /** A page of text. */
  List<String> page(RunStatus status) {
    Snapshot snapshot = status.snapshot();
    HostStatus host = status.host();
    ClockSource source = status.session().clocksource();
    List<String> lines = new ArrayList<>();
    lines.add(
        style.bold("timehands " + Version.number()) + "  pid " + ProcessHandle.current().pid()
            + ", up " + Show.length(status.uptimeNanos()));
    lines.add("");
    add(lines, "REALTIME", Show.iso(snapshot.realtimeNanos()) + "Z  " + bound(snapshot));
    add(lines, "MONOTONIC", Show.seconds(snapshot.monotonicNanos()) + "  "
        + Show.bound(snapshot.boundNanos(ClockId.MONOTONIC)));
    add(lines, "status", style.status(snapshot.status()) + "  " + snapshot.reason().words());
    add(lines, "clocksource", source.name() + " at " + Show.frequency(source.frequencyHz())
        + ", rating " + source.rating() + " (" + source.ratingReason() + ")");
    watchdog(status).ifPresent(words -> add(lines, "watchdog", words));
    add(lines, "offset", offset(host) + " to the host's clock");
    add(lines, "", style.dim(picture(status.offsets())));
    add(lines, "frequency", frequency(host));
    add(lines, "horizon", status.extensionsPerSecond() + " extensions/s ("
        + Show.grouped(host.extensions()) + " so far), " + host.retries() + " retries, "
        + host.recoveries() + " recoveries");
    add(lines, "history", status.segments() + (status.segments() == 1 ? " segment" : " segments")
        + " over " + Show.length(status.historyNanos()));
    add(lines, "last step", lastStep(host));
    add(lines, "page", status.page());
    status.journal().ifPresent(journal -> add(lines, "journal", journal(journal)));
    status.trouble().ifPresent(trouble -> add(lines, "trouble", style.bad(trouble)));
    return lines;
  }

  private void add(List<String> lines, String label, String text) {
    lines.add("  " + style.dim(label + " ".repeat(LABEL - label.length())) + text);
  }

  private static Optional<HostClocksources.Status> clocksources(RunStatus status) {
    return status.session().following().flatMap(Following::clocksources)
        .map(HostClocksources::status);
  }

  /** What the watchdog says, and the last change of the clocksource. */
  private Optional<String> watchdog(RunStatus status) {
    return clocksources(status)
        .map(
            now -> {
              String change = now.changes() == 0 ? "" : "; changed from " + now.lastChange();
              Watchdog.Check check = now.last();
              if (check == null) {
                return now.reference().map(by -> "no check by " + by + " yet")
                    .orElse("none: there is no other continuous clocksource") + change;
              }
              boolean bad = check.verdict() == Watchdog.Verdict.UNSTABLE;
              String words =
                  check.verdict() + " by " + now.reference().orElse("") + ", off by "
                      + Show.signedNanos(check.deviationNanos()) + " of "
                      + Show.nanos(check.allowedNanos()) + " (" + now.checks() + " checks, "
                      + now.disturbed() + " disturbed)";
              return (bad ? style.bad(words + ": " + check.words()) : words) + change;
            });
  }

  private static String bound(Snapshot snapshot) {
    return Show.bound(snapshot.boundNanos(ClockId.REALTIME));
  }

  private static String offset(HostStatus host) {
    return Show.signedNanos(host.offsetNanos()) + " " + Show.bound(host.offsetBoundNanos());
  }

  private static String frequency(HostStatus host) {
    return Show.ppm(host.hostRatePpt()) + " " + Show.ppmBound(host.hostRateUncertaintyPpt())
        + " of the host against the counter";
  }

  private static String journal(JournalStatus journal) {
    return journal.directory() + ": " + Show.grouped(journal.segments()) + " segments and "
        + Show.grouped(journal.samples()) + " samples written; " + journal.files()
        + (journal.files() == 1 ? " file" : " files") + ", the last of "
        + Show.grouped(journal.bytes()) + " bytes"
        + (journal.lostSegments() == 0
            ? ""
            : "; " + Show.grouped(journal.lostSegments()) + " segments came too late");
  }

  private static String lastStep(HostStatus host) {
    return host.steps() == 0
        ? "none seen"
        : Show.signedNanos(host.lastStepNanos()) + " at " + Show.iso(host.lastStepAtRealNanos())
            + "Z (" + host.steps() + " in all)";
  }

  private static String picture(long[] offsets) {
    long most = 0;
    for (long each : offsets) {
      most = Math.max(most, Math.abs(each));
    }
    return Spark.line(offsets) + " within " + Show.bound(most);
  }

  /** One line. */
  String line(RunStatus status) {
    Snapshot snapshot = status.snapshot();
    HostStatus host = status.host();
    String trouble =
        snapshot.status() == TimeStatus.SYNCHRONIZED ? "" : " (" + snapshot.reason() + ")";
    return Show.iso(snapshot.realtimeNanos()) + "Z " + bound(snapshot) + "  "
        + snapshot.status() + trouble
        + "  offset " + offset(host)
        + ", frequency " + Show.ppm(host.hostRatePpt()) + " "
        + Show.ppmBound(host.hostRateUncertaintyPpt())
        + ", " + status.extensionsPerSecond() + " extensions/s, " + status.segments()
        + " segments" + changed(status) + (host.steps() == 0 ? "" : ", last step " + lastStep(host))
        + status.journal()
            .map(each -> ", journal " + each.segments() + "+" + each.samples())
            .orElse("")
        + status.trouble().map(words -> ", trouble: " + words).orElse("");
  }

  private static String changed(RunStatus status) {
    return clocksources(status)
        .filter(now -> now.changes() > 0)
        .map(now -> ", clocksource " + now.current().name())
        .orElse("");
  }

  /** One JSON object. */
  static StringBuilder json(RunStatus status) {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    Snapshot snapshot = status.snapshot();
    HostStatus host = status.host();
    ClockSource source = status.session().clocksource();
    ClockTable.origin(status.session(), json);
    json.open("clocksource", '{').put("name", source.name()).put("id", source.id());
    json.put("rating", source.rating()).put("ratingReason", source.ratingReason());
    json.put("frequencyHz", source.frequencyHz()).close('}');
    clocksources(status).ifPresent(now -> watchdog(now, json));
    ClockTable.status(snapshot, json);
    json.put("realtimeNanos", snapshot.realtimeNanos());
    json.put("realtimeIso", Show.iso(snapshot.realtimeNanos()) + "Z");
    ClockTable.bound(snapshot, ClockId.REALTIME, "realtimeBound", json);
    json.put("monotonicNanos", snapshot.monotonicNanos());
    ClockTable.bound(snapshot, ClockId.MONOTONIC, "monotonicBound", json);
    json.put("offsetNanos", host.offsetNanos());
    json.putBounded("offsetBoundNanos", host.offsetBoundNanos());
    json.put("frequencyPpt", host.hostRatePpt());
    json.putBounded("frequencyUncertaintyPpt", host.hostRateUncertaintyPpt());
    json.put("extensions", host.extensions());
    json.put("extensionsPerSecond", status.extensionsPerSecond());
    json.put("segments", status.segments()).put("historyNanos", status.historyNanos());
    json.put("published", host.published()).put("retries", host.retries());
    json.put("recoveries", host.recoveries()).put("steps", host.steps());
    if (host.steps() > 0) {
      json.put("lastStepNanos", host.lastStepNanos());
      json.put("lastStepAtRealtimeNanos", host.lastStepAtRealNanos());
    }
    json.put("uptimeNanos", status.uptimeNanos());
    status.journal().ifPresent(journal -> journal(journal, json));
    json.put("trouble", status.trouble().orElse(null)).close('}');
    return line;
  }

  private static void journal(JournalStatus journal, Json json) {
    json.open("journal", '{').put("directory", journal.directory().toString());
    json.put("files", journal.files()).put("bytes", journal.bytes());
    json.put("segments", journal.segments()).put("samples", journal.samples());
    json.put("lostSegments", journal.lostSegments());
    json.put("nextSegment", journal.nextSegment()).close('}');
  }

  private static void watchdog(HostClocksources.Status now, Json json) {
    json.open("watchdog", '{').put("watchedBy", now.reference().orElse(null));
    ClocksourceControl.check(now.last(), json);
    json.put("checks", now.checks()).put("disturbed", now.disturbed());
    json.put("changes", now.changes()).put("lastChange", now.lastChange()).close('}');
  }
}
