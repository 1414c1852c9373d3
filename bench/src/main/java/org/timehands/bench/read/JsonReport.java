package org.timehands.bench.read;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.timehands.bench.Json;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;
import org.timehands.bench.stall.StallResult;

/** A run as one JSON object, with the same figures as the tables. */
final class JsonReport {
  private JsonReport() {}

  static void print(Run run, PrintStream out) {
    Results results = run.results();
    Noise noise = results.meanNoise();
    out.println("{");
    out.println(
        "\"machine\":{"
            + run.machine().entrySet().stream()
                .map(fact -> Json.text(fact.getKey()) + ":" + Json.text(fact.getValue()))
                .collect(Collectors.joining(","))
            + "},");
    out.println("\"seed\":" + run.seed() + ",\"seconds\":" + run.seconds() + ",");
    out.println(
        "\"noise\":{\"othersCpus\":" + Json.number(noise.others()) + ",\"stealCpus\":"
            + Json.number(noise.steal()) + ",\"rounds\":" + results.rounds() + ",\"quietRounds\":"
            + results.quietRounds() + ",\"quietOnly\":" + results.usesQuietRoundsOnly() + "},");
    out.println(
        "\"notes\":["
            + results.notes().stream().map(Json::text).collect(Collectors.joining(","))
            + "],");
    list(
        out,
        "rows",
        run.rows().stream()
            .filter(row -> results.has(row.name()))
            .map(row -> row(row, results))
            .toList(),
        ",");
    list(
        out,
        "targets",
        Target.ALL.stream().filter(t -> t.isIn(results)).map(t -> target(t, results)).toList(),
        ",");
    list(out, "stalls", run.stalls().stream().map(JsonReport::stall).toList(), "");
    out.println("}");
  }

  private static void list(PrintStream out, String name, List<String> items, String after) {
    out.println(Json.text(name) + ":[" + String.join(",\n", items) + "]" + after);
  }

  private static String row(Row row, Results results) {
    double bytes = results.allocation(row.name());
    return "{\"name\":" + Json.text(row.name()) + ",\"group\":" + Json.text(row.group())
        + ",\"threads\":" + row.threads() + "," + summary(results.of(row.name())) + ",\"bytes\":"
        + (Double.isNaN(bytes) ? "null" : Json.number(bytes)) + "}";
  }

  private static String target(Target target, Results results) {
    Summary ratio = results.ratio(target.row(), target.base());
    return "{\"row\":" + Json.text(target.row()) + ",\"base\":" + Json.text(target.base())
        + ",\"limit\":" + Json.number(target.limit()) + "," + summary(ratio) + ",\"met\":"
        + target.isMet(ratio) + "}";
  }

  private static String stall(StallResult each) {
    return "{\"title\":" + Json.text(each.title()) + ",\"reads\":" + each.reads()
        + ",\"medianNanos\":" + each.medianNanos() + ",\"p9999Nanos\":" + each.highNanos()
        + ",\"longestNanos\":" + each.longestNanos() + ",\"slowReads\":" + each.slowReads()
        + ",\"pauses\":" + each.pauses() + ",\"released\":" + each.released()
        + ",\"longestWaitNanos\":" + each.longestWaitNanos() + ",\"waitsForWriter\":"
        + each.waitsForWriter() + ",\"stepsBack\":" + each.stepsBack()
        + ",\"largestStepNanos\":" + each.largestStepNanos() + "}";
  }

  private static String summary(Summary summary) {
    return "\"median\":" + Json.number(summary.median()) + ",\"p10\":" + Json.number(summary.low())
        + ",\"p90\":" + Json.number(summary.high()) + ",\"count\":" + summary.count();
  }
}
