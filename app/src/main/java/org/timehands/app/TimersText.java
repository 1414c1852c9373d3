package org.timehands.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;

/** Timers as people read them: queues, what was done in each tick mode, a histogram. */
final class TimersText {
  private static final int BAR = 40;

  private TimersText() {}

  /** An answer of a daemon or a JVM. */
  static List<String> lines(Map<String, Object> answer) {
    List<String> lines = new ArrayList<>();
    for (Object each : list(answer, "timers")) {
      Map<String, Object> timers = object(each);
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add(
          "timers " + timers.get("name") + " of pid " + answer.get("pid") + ": "
              + timers.get("tickMode") + ", by " + devices(list(timers, "devices")));
      lines.add("");
      lines.addAll(queues(list(timers, "queues")));
      lines.add("");
      lines.addAll(modes(list(timers, "modes")));
      lines.addAll(lateness(list(timers, "modes")));
    }
    return lines;
  }

  private static String devices(List<?> devices) {
    long kinds = devices.stream().distinct().count();
    return kinds == 1 && devices.size() > 1
        ? devices.size() + " x " + devices.getFirst()
        : String.join(", ", devices.stream().map(String::valueOf).toList());
  }

  private static List<String> queues(List<?> queues) {
    if (queues.isEmpty()) {
      return List.of("no timer is armed");
    }
    Table table = new Table(">shard", "clock", ">armed", ">next in", "runs");
    for (Object each : queues) {
      Map<String, Object> queue = object(each);
      List<?> next = list(queue, "next");
      for (int i = 0; i < next.size(); i++) {
        Map<String, Object> event = object(next.get(i));
        boolean soft = Boolean.TRUE.equals(event.get("soft"));
        String runs = event.get("callback") + (soft ? " (soft)" : "");
        String in = Show.nanos(number(event, "inNanos"));
        if (i == 0) {
          table.row(
              "" + queue.get("shard"), "" + queue.get("clock"), "" + queue.get("armed"), in, runs);
        } else {
          table.row("", "", "", in, runs);
        }
      }
    }
    return table.lines();
  }

  private static List<String> modes(List<?> modes) {
    String[] heads = new String[modes.size() + 1];
    heads[0] = "by tick mode";
    for (int i = 0; i < modes.size(); i++) {
      heads[i + 1] = ">" + object(modes.get(i)).get("tickMode");
    }
    Table table = new Table(heads);
    for (String[] row : ROWS) {
      boolean time = row[1].endsWith("Nanos");
      Function<Map<String, Object>, String> cell =
          mode -> time ? below(mode, row[1]) : Show.grouped(number(mode, row[1]));
      String[] cells = new String[modes.size() + 1];
      cells[0] = row[0];
      for (int i = 0; i < modes.size(); i++) {
        cells[i + 1] = cell.apply(object(modes.get(i)));
      }
      table.row(cells);
    }
    return table.lines();
  }

  private static String below(Map<String, Object> mode, String member) {
    return mode.get(member) == null ? "more" : Show.nanos(number(mode, member));
  }

  /** What stands in which row. */
  private static final String[][] ROWS = {
    {"wake-ups", "wakeups"},
    {"  with nothing due", "idleWakeups"},
    {"timers expired", "expired"},
    {"  merged by slack", "merged"},
    {"  late by > 1 ms", "late"},
    {"  handed on (soft)", "deferred"},
    {"half late by at most", "halfBelowNanos"},
    {"99 % late by at most", "p99BelowNanos"},
    {"most late", "maxLateNanos"},
    {"retries", "retries"},
    {"hangs", "hangs"},
    {"  longest", "maxHangNanos"},
    {"slow callbacks", "slowCallbacks"},
    {"callbacks that threw", "failures"},
    {"device programmed", "programs"},
    {"ticks", "ticks"},
    {"  missed", "missedTicks"},
  };

  /** The histogram of all modes together; nothing if no timer has expired. */
  private static List<String> lateness(List<?> modes) {
    SortedMap<Long, Long> sum = new TreeMap<>();
    for (Object mode : modes) {
      for (Object each : list(object(mode), "lateness")) {
        Map<String, Object> bucket = object(each);
        long below = bucket.get("belowNanos") instanceof Long known ? known : Long.MAX_VALUE;
        sum.merge(below, number(bucket, "timers"), Long::sum);
      }
    }
    if (sum.isEmpty()) {
      return List.of();
    }
    long most = sum.values().stream().mapToLong(Long::longValue).max().orElse(1);
    Table table = new Table(">late by", ">timers", "");
    sum.forEach(
        (below, timers) ->
            table.row(
                below == 0 ? "not" : below == Long.MAX_VALUE ? "more" : "< " + Show.nanos(below),
                Show.grouped(timers),
                "█".repeat((int) Math.max(1, timers * BAR / most))));
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(table.lines());
    return lines;
  }

  private static long number(Map<String, Object> of, String member) {
    return of.get(member) instanceof Long value ? value : 0;
  }

  private static List<?> list(Map<String, Object> of, String member) {
    return of.get(member) instanceof List<?> value ? value : List.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }
}
