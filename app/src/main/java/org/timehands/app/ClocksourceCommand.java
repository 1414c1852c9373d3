package org.timehands.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.app.text.TinyJson;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.page.PagePath;
import org.timehands.page.PageRefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, names, changes and watches the clocksource of a running daemon. */
@Command(
    name = "clocksource",
    description = {
      "The clocksources of the running daemon: lists them, says which one drives time, changes to"
          + " another while readers run, and shows the watchdog's checks.",
      "Without a daemon, list shows what is on this machine, as doctor does."
    },
    footer = {
      "",
      "Examples:",
      "  timehands clocksource                     what there is, and what drives time",
      "  timehands clocksource set monotonic_raw   change now; no reader waits",
      "  timehands clocksource set auto            the best rating decides again",
      "  timehands clocksource watch --count 10    ten checks of the watchdog",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no daemon runs, 4 not yours."
    })
final class ClocksourceCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", arity = "0..1", paramLabel = "ACTION", defaultValue = "list",
      description = "list, current, set or watch. Default: ${DEFAULT-VALUE}.")
  private String action;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME",
      description = "For set: the clocksource, or auto for the best rating.")
  private String name;

  @Option(names = "--page", paramLabel = "DIR",
      description = "The daemon's page. Default: what TIMEHANDS_PAGE says, else the page in the"
          + " usual places.")
  private Path page;

  @Option(names = "--count", paramLabel = "N", defaultValue = "0",
      description = "For watch: end after so many checks; 0 for never. Default: ${DEFAULT-VALUE}.")
  private long count;

  @Option(names = "--json", description = "Print JSON, one object a line.")
  private boolean json;

  ClocksourceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    Optional<Path> directory = directory();
    try (ControlClient daemon =
        directory.flatMap(ControlClient::connect).orElse(null)) {
      if (daemon == null) {
        return alone(directory);
      }
      daemon.send(action, Optional.ofNullable(name));
      if (action.equals("watch")) {
        watch(daemon);
        return ExitCode.OK;
      }
      String line = daemon.receive();
      Map<String, Object> answer = TinyJson.object(line);
      if (json) {
        context.console().print(line);
      } else {
        context.console().print(text(answer));
      }
      return ExitCode.OK;
    }
  }

  private void check() {
    if (!List.of("list", "current", "set", "watch").contains(action)) {
      throw Failure.usage(
          "unknown action '" + action + "'; name one of list, current, set, watch");
    }
    if (action.equals("set") && name == null) {
      throw Failure.usage("set needs a name, such as monotonic_raw, or auto for the best rating");
    }
    if (!action.equals("set") && name != null) {
      throw Failure.usage("'" + name + "' is too much: " + action + " takes no name");
    }
    if (count < 0 || (count > 0 && !action.equals("watch"))) {
      throw Failure.usage("--count " + count + ": give a number from 0, and only to watch");
    }
  }

  private Optional<Path> directory() {
    try {
      return Optional.of(PagePath.toRead(page == null ? null : page.toString()).directory());
    } catch (PageRefusedException none) {
      if (page != null) {
        throw Failure.usage(none.getMessage());
      }
      return Optional.empty();
    }
  }

  /** No daemon listens. */
  private int alone(Optional<Path> directory) {
    if (!action.equals("list")) {
      throw new Failure(
          ExitCode.PREREQUISITE,
          "no daemon listens" + directory.map(each -> " at " + ControlSocket.of(each)).orElse("")
              + ": start one (timehands run), or name its page by --page");
    }
    List<Candidate> found = ClockSources.probe();
    if (json) {
      StringBuilder line = new StringBuilder();
      Json out = new Json(line).open('{').put("ok", true).put("current", null);
      out.open("clocksources", '[');
      for (Candidate each : found) {
        out.open('{');
        ClocksourceControl.describe(each, out);
        out.put("rating", each.rating()).put("admitted", each.admitted());
        out.put("reason", each.reason()).close('}');
      }
      out.close(']').close('}');
      context.console().print(line);
      return ExitCode.OK;
    }
    Table table = new Table("name", ">rating", "why");
    found.forEach(each -> table.row(each.name(), "" + each.rating(), each.reason()));
    List<String> lines = new ArrayList<>(List.of("no daemon runs; on this machine there are:"));
    lines.addAll(table.lines());
    context.console().print(lines);
    return ExitCode.OK;
  }

  private void watch(ControlClient daemon) {
    for (long seen = 0; count == 0 || seen < count; ) {
      String line = daemon.receive();
      Map<String, Object> answer = TinyJson.object(line);
      boolean checked = answer.get("check") != null;
      context.console().print(json ? line : checked ? checkLine(answer) : silence(answer));
      if (context.console().out().checkError()) {
        return;
      }
      seen += checked ? 1 : 0;
    }
  }

  private static String silence(Map<String, Object> answer) {
    Object by = answer.get("watchedBy");
    return answer.get("current")
        + (by == null ? " is watched by nobody: there is no other continuous clocksource"
            : " by " + by + "  no check just now");
  }

  private static String checkLine(Map<String, Object> answer) {
    Map<String, Object> check = object(answer.get("check"));
    return answer.get("current") + " by " + answer.get("watchedBy") + "  "
        + check.get("verdict") + "  off by " + Show.signedNanos(number(check, "deviationNanos"))
        + " of " + Show.nanos(number(check, "allowedNanos")) + " in "
        + Show.length(number(check, "intervalNanos")) + ", read within "
        + Show.nanos(number(check, "readoutNanos")) + ", " + check.get("retries")
        + " retries: " + check.get("words");
  }

  private List<String> text(Map<String, Object> answer) {
    List<String> lines = new ArrayList<>();
    switch (action) {
      case "list" -> lines.addAll(table(answer));
      case "set" -> {
        boolean same = answer.get("current").equals(answer.get("before"));
        lines.add(same ? answer.get("current") + " drives time already"
            : String.valueOf(answer.get("lastChange")));
      }
      default -> {
        lines.add(answer.get("current") + ", " + watched(answer));
        if (number(answer, "changes") > 0) {
          lines.add("last change: " + answer.get("lastChange"));
        }
      }
    }
    return lines;
  }

  private static String watched(Map<String, Object> answer) {
    if (answer.get("check") == null) {
      Object by = answer.get("watchedBy");
      return by == null ? "watched by nobody" : "watched by " + by + ": not checked yet";
    }
    Map<String, Object> check = object(answer.get("check"));
    return "watched by " + answer.get("watchedBy") + ": " + check.get("verdict") + " ("
        + check.get("words") + "), " + number(answer, "checks") + " checks, "
        + number(answer, "disturbed") + " disturbed";
  }

  private static List<String> table(Map<String, Object> answer) {
    Table table = new Table("", "name", ">rating", ">a read", "drives", "why");
    for (Object each : (List<?>) answer.get("clocksources")) {
      Map<String, Object> entry = object(each);
      boolean current = entry.get("name").equals(answer.get("current"));
      List<String> drives =
          ((List<?>) entry.get("drives")).stream().map(use -> lower(use)).toList();
      table.row(
          current ? "*" : "", String.valueOf(entry.get("name")), "" + entry.get("rating"),
          Show.nanos(number(entry, "readCostNanos")), String.join(", ", drives),
          String.valueOf(entry.get("reason")));
    }
    return table.lines();
  }

  private static String lower(Object text) {
    return String.valueOf(text).toLowerCase(java.util.Locale.ROOT);
  }

  private static long number(Map<String, Object> of, String member) {
    return of.get(member) instanceof Long value ? value : 0;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }
}
