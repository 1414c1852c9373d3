package org.timehands.app;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.timehands.app.text.Json;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.ClocksourceRegistry.Entry;
import org.timehands.clocksource.ClocksourceRegistry.Outcome;
import org.timehands.clocksource.Watchdog;
import org.timehands.host.HostClocksources;

/** What the daemon answers about its clocksources. Thread-safe. */
final class ClocksourceControl implements ControlServer.Handler {
  /** Lets ratings decide again. */
  static final String AUTO = "auto";

  /** Checks that a slow listener has not taken yet; the oldest are dropped. */
  private static final int BACKLOG = 64;

  /** So long without a check, and who watches is told that there was none. */
  private static final long SILENCE_MILLIS = 2_000;

  private final HostClocksources clocksources;
  private final long silenceMillis;

  ClocksourceControl(HostClocksources clocksources) {
    this(clocksources, SILENCE_MILLIS);
  }

  ClocksourceControl(HostClocksources clocksources, long silenceMillis) {
    this.silenceMillis = silenceMillis;
    this.clocksources = Objects.requireNonNull(clocksources, "clocksources");
  }

  @Override
  public void handle(Map<String, Object> request, ControlServer.Answers answers)
      throws IOException {
    switch (String.valueOf(request.get("command"))) {
      case "list" -> answers.send(list());
      case "current" -> answers.send(current());
      case "set" -> answers.send(set(request.get("name")));
      case "watch" -> watch(answers);
      default ->
          throw Failure.usage(
              "unknown command '" + request.get("command")
                  + "'; this daemon knows list, current, set, watch, timers");
    }
  }

  private StringBuilder list() {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("ok", true);
    status(json);
    json.open("clocksources", '[');
    for (Entry each : clocksources.registry().entries()) {
      json.open('{');
      describe(each.candidate(), json);
      json.put("rating", each.rating()).put("unstable", each.isUnstable());
      json.put("highResolution", each.isHighResolution());
      json.open("drives", '[');
      each.drives().forEach(purpose -> json.element(purpose.name()));
      json.close(']').put("reason", each.why()).close('}');
    }
    json.close(']').close('}');
    return line;
  }

  /** What a clocksource is. */
  static void describe(Candidate candidate, Json json) {
    ClockSource source = candidate.source();
    json.put("name", candidate.name());
    if (source != null) {
      json.put("id", source.id()).put("frequencyHz", source.frequencyHz());
      json.put("readCostNanos", source.readCostNanos());
    }
  }

  private void status(Json json) {
    HostClocksources.Status status = clocksources.status();
    json.put("current", status.current().name());
    json.put("watchedBy", status.reference().orElse(null));
    json.put("checks", status.checks()).put("disturbed", status.disturbed());
    json.put("changes", status.changes()).put("lastChange", status.lastChange());
  }

  private StringBuilder current() {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("ok", true);
    status(json);
    check(clocksources.status().last(), json);
    json.close('}');
    return line;
  }

  /** A check of the watchdog as a member of an open object. */
  static void check(Watchdog.Check check, Json json) {
    if (check == null) {
      json.put("check", null);
      return;
    }
    json.open("check", '{').put("number", check.number());
    json.put("verdict", check.verdict().name()).put("intervalNanos", check.intervalNanos());
    json.put("deviationNanos", check.deviationNanos()).put("allowedNanos", check.allowedNanos());
    json.put("readoutNanos", check.readoutNanos()).put("retries", check.retries());
    json.put("words", check.words()).close('}');
  }

  private StringBuilder set(Object name) {
    if (!(name instanceof String wanted) || wanted.isEmpty()) {
      throw Failure.usage("set needs a name; list says which there are, " + AUTO + " is the best");
    }
    ClocksourceRegistry registry = clocksources.registry();
    String before = clocksources.status().current().name();
    if (wanted.equals(AUTO)) {
      clocksources.set("");
    } else {
      if (registry.entry(wanted).isEmpty()) {
        throw Failure.usage(
            "clocksource '" + wanted + "' is not one of "
                + registry.entries().stream().map(each -> each.candidate().name()).toList()
                + "; timehands clocksource list says why");
      }
      Outcome outcome = clocksources.set(wanted);
      if (outcome != Outcome.CHOSEN) {
        throw new Failure(
            ExitCode.FAILED, "clocksource '" + wanted + "' was not changed to: " + outcome);
      }
    }
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("ok", true).put("before", before);
    status(json);
    json.close('}');
    return line;
  }

  /**
   * Sends every check until who asked goes away. Where nobody checks anything, says so now and
   * then: who listens learns why nothing comes, and that he has gone is noticed.
   */
  private void watch(ControlServer.Answers answers) throws IOException {
    BlockingQueue<HostClocksources.Seen> queue = new ArrayBlockingQueue<>(BACKLOG);
    Consumer<HostClocksources.Seen> watcher =
        check -> {
          while (!queue.offer(check)) {
            queue.poll();
          }
        };
    clocksources.addWatcher(watcher);
    try {
      for (;;) {
        HostClocksources.Seen seen = queue.poll(silenceMillis, TimeUnit.MILLISECONDS);
        StringBuilder line = new StringBuilder();
        Json json = new Json(line).open('{').put("ok", true);
        if (seen == null) {
          HostClocksources.Status status = clocksources.status();
          json.put("current", status.current().name());
          json.put("watchedBy", status.reference().orElse(null));
          check(null, json);
        } else {
          json.put("current", seen.watched()).put("watchedBy", seen.reference());
          check(seen.check(), json);
        }
        json.close('}');
        answers.send(line);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      clocksources.removeWatcher(watcher);
    }
  }
}
