package org.timehands.bench.timeout;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.timehands.bench.Json;
import org.timehands.bench.bed.Summary;

/** A run as one JSON object, with the same figures as the tables. */
final class TimeoutJson {
  private TimeoutJson() {}

  static void print(
      Map<String, String> machine, long seconds, Figures figures, PrintStream out) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "\"machine\":{"
            + machine.entrySet().stream()
                .map(fact -> Json.text(fact.getKey()) + ":" + Json.text(fact.getValue()))
                .collect(Collectors.joining(","))
            + "}");
    parts.add("\"seconds\":" + seconds);
    parts.add(
        "\"noise\":{\"othersCpus\":" + number(figures.noise().others()) + ",\"stealCpus\":"
            + number(figures.noise().steal()) + ",\"quiet\":" + figures.noise().isQuiet() + "}");
    parts.add(list("costs", figures.cells().stream().map(each -> cost(each, figures)).toList()));
    expired(figures, parts);
    parts.add(list("targets", Targets.of(figures).stream().map(TimeoutJson::target).toList()));
    out.println("{" + String.join(",\n", parts) + "}");
  }

  private static void expired(Figures figures, List<String> parts) {
    parts.add(
        list(
            "expiries",
            figures.expiries.entrySet().stream()
                .map(
                    each ->
                        object(
                            each.getKey(), "cpuSeconds", each.getValue().cpuSeconds(),
                            "p50Millis", each.getValue().p50Millis(), "p99Millis",
                            each.getValue().p99Millis(), "mostMillis",
                            each.getValue().mostMillis(), "early", each.getValue().early(),
                            "lost", each.getValue().lost()))
                .toList()));
    parts.add(
        list(
            "bursts",
            figures.bursts.entrySet().stream()
                .map(
                    each ->
                        object(
                            each.getKey(), "wholeMillis", each.getValue().wholeMillis(),
                            "runsMillis", each.getValue().runsMillis(),
                            "othersMillis", each.getValue().othersMillis(),
                            "lost", each.getValue().lost()))
                .toList()));
    parts.add(
        list(
            "pauses",
            figures.pauses.entrySet().stream()
                .map(
                    each ->
                        object(
                            each.getKey(), "wholeMillis", each.getValue().wholeMillis(),
                            "worstMillis", each.getValue().worstMillis(), "lost",
                            each.getValue().lost()))
                .toList()));
    parts.add(
        list(
            "idle",
            figures.idle.entrySet().stream()
                .map(
                    each ->
                        object(
                            each.getKey(), "armedPerMinute", each.getValue().get("armed"),
                            "emptyPerMinute", each.getValue().get("empty")))
                .toList()));
  }

  private static String cost(Figures.Cell cell, Figures figures) {
    Figures.Tail tail = figures.tail(cell);
    Figures.Bytes bytes = figures.memory(cell.subject(), cell.armed());
    return "{\"subject\":" + Json.text(cell.subject()) + ",\"armed\":" + cell.armed()
        + ",\"operation\":" + Json.text(cell.operation().title()) + ",\"threads\":" + cell.threads()
        + "," + summary(figures.cost(cell)) + ",\"bytesPerOperation\":"
        + number(figures.allocated(cell)) + ",\"p999Nanos\":"
        + (tail == null ? "null" : number(tail.p999Nanos())) + ",\"mostNanos\":"
        + (tail == null ? "null" : number(tail.mostNanos())) + ",\"bytesArmed\":"
        + (bytes == null ? "null" : number(bytes.beyond())) + ",\"bytesAll\":"
        + (bytes == null ? "null" : number(bytes.all())) + "}";
  }

  private static String target(Targets.Verdict each) {
    return "{\"name\":" + Json.text(each.name()) + ",\"limit\":" + number(each.limit()) + ","
        + summary(each.measured()) + ",\"met\":" + each.isMet() + "}";
  }

  private static String object(String subject, Object... namesAndValues) {
    StringBuilder made = new StringBuilder("{\"subject\":" + Json.text(subject));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      made.append(",").append(Json.text((String) namesAndValues[i])).append(":")
          .append(number(((Number) namesAndValues[i + 1]).doubleValue()));
    }
    return made.append("}").toString();
  }

  private static String summary(Summary summary) {
    return "\"median\":" + number(summary.median()) + ",\"p10\":" + number(summary.low())
        + ",\"p90\":" + number(summary.high()) + ",\"count\":" + summary.count();
  }

  private static String list(String name, List<String> items) {
    return Json.text(name) + ":[" + String.join(",\n", items) + "]";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Json.number(value) : "null";
  }
}
