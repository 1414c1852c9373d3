package org.timehands.bench.latency;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.timehands.bench.Json;
import org.timehands.bench.bed.Noise;

/** A run as one JSON object, with the same figures as the tables. */
final class JsonReport {
  private JsonReport() {}

  static void print(Run run, PrintStream out) {
    Rounds rounds = run.rounds();
    Noise noise = rounds.meanNoise();
    out.println(
        "{\"facts\":{"
            + run.facts().entrySet().stream()
                .map(fact -> Json.text(fact.getKey()) + ":" + Json.text(fact.getValue()))
                .collect(Collectors.joining(","))
            + "},");
    out.println(
        "\"seconds\":" + run.seconds() + ",\"noise\":{\"othersCpus\":"
            + Json.number(noise.others()) + ",\"stealCpus\":" + Json.number(noise.steal())
            + ",\"rounds\":" + rounds.count() + ",\"quietRounds\":" + rounds.quiet()
            + ",\"quietOnly\":" + rounds.usesQuietOnly() + "},");
    out.println(list("notes", run.notes().stream().map(Json::text).toList()) + ",");
    out.println(
        list("rows", rounds.rows().stream().map(each -> row(each, rounds)).toList()) + ",");
    out.println(
        list("targets", run.targets().stream().map(each -> target(each, rounds)).toList()) + "}");
  }

  private static String list(String name, List<String> items) {
    return Json.text(name) + ":[" + String.join(",\n", items) + "]";
  }

  private static String row(String name, Rounds rounds) {
    Summary all = rounds.summary(name);
    return "{\"name\":" + Json.text(name) + ",\"p50Micros\":" + Json.number(all.p50Micros())
        + ",\"p99Micros\":" + Json.number(all.p99Micros()) + ",\"p999Micros\":"
        + Json.number(all.p999Micros()) + ",\"maxMicros\":" + Json.number(all.maxMicros())
        + ",\"waits\":" + all.late().total() + ",\"missed\":" + all.missed() + ",\"early\":"
        + all.early() + ",\"cpuMicros\":" + Json.number(all.cpuNanos() / 1e3) + ",\"bytes\":"
        + (Double.isNaN(all.bytes()) ? "null" : Json.number(all.bytes())) + "}";
  }

  private static String target(Target target, Rounds rounds) {
    Rounds.Ratio ratio = target.ratio(rounds);
    return "{\"row\":" + Json.text(target.row()) + ",\"base\":" + Json.text(target.base())
        + ",\"quantile\":" + Json.text(target.quantile()) + ",\"limit\":"
        + Json.number(target.limit()) + ",\"ratio\":" + Json.number(ratio.all()) + ",\"least\":"
        + Json.number(ratio.least()) + ",\"most\":" + Json.number(ratio.most()) + ",\"met\":"
        + target.isMet(rounds) + "}";
  }
}
