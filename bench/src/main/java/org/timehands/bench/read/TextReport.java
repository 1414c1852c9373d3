package org.timehands.bench.read;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;
import org.timehands.bench.stall.StallExperiment;
import org.timehands.bench.stall.StallResult;

/** A run as tables for people. */
final class TextReport {
  private final Run run;
  private final PrintStream out;

  private TextReport(Run run, PrintStream out) {
    this.run = run;
    this.out = out;
  }

  static void print(Run run, PrintStream out) {
    TextReport report = new TextReport(run, out);
    report.head();
    report.rows();
    report.targets();
    report.stalls();
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private void head() {
    Results results = run.results();
    line(
        "bench read: %d rows, %d rounds, %d s, seed %d",
        run.rows().size(), results.rounds(), run.seconds(), run.seed());
    run.machine().forEach((name, fact) -> line("  %-7s %s", name, fact));
    Noise noise = results.meanNoise();
    line(
        "  %-7s others used %.2f CPUs, steal %.2f; %d of %d rounds were quiet%s",
        "noise",
        noise.others(),
        noise.steal(),
        results.quietRounds(),
        results.rounds(),
        results.usesQuietRoundsOnly() ? ", and only those count" : "");
    if (!results.usesQuietRoundsOnly()) {
      line("  WARNING: the machine is busy with other things: trust no figure below");
    }
    results.notes().forEach(note -> line("  note    %s", note));
  }

  private void rows() {
    String group = "";
    line("");
    line("%-44s %8s %8s %8s %6s", "ns per read", "median", "p10", "p90", "B/op");
    for (Row row : run.rows()) {
      if (!run.results().has(row.name())) {
        continue;
      }
      if (!row.group().equals(group)) {
        group = row.group();
        line("%s", group);
      }
      Summary cost = run.results().of(row.name());
      double bytes = run.results().allocation(row.name());
      line(
          "  %-42s %8.1f %8.1f %8.1f %6s",
          row.name(),
          cost.median(),
          cost.low(),
          cost.high(),
          Double.isNaN(bytes) ? "" : String.format(Locale.ROOT, "%.0f", bytes));
    }
  }

  private void targets() {
    List<Target> targets = Target.ALL.stream().filter(t -> t.isIn(run.results())).toList();
    if (targets.isEmpty()) {
      return;
    }
    line("");
    line("%-46s %6s %8s %11s", "ratio of medians", "target", "measured", "p10-p90");
    for (Target target : targets) {
      Summary ratio = run.results().ratio(target.row(), target.base());
      line(
          "  %-44s %6.2f %8.2f %5.2f-%.2f  %s",
          target.row() + " : " + target.base(),
          target.limit(),
          ratio.median(),
          ratio.low(),
          ratio.high(),
          target.isMet(ratio) ? "met" : "NOT MET");
    }
  }

  private void stalls() {
    if (run.stalls().isEmpty()) {
      return;
    }
    line("");
    line(
        "one reader beside a writer that stands still for %d ms in mid-update",
        StallExperiment.PAUSE_NANOS / 1_000_000);
    line(
        "  %-22s %7s %9s %10s %14s %12s %12s",
        "", "p50 ns", "p99.99 ns", "longest us", "waited/pauses", "longest wait", "steps back");
    for (StallResult each : run.stalls()) {
      line(
          "  %-22s %7d %9d %10.1f %14s %12s %12s",
          each.title(),
          each.medianNanos(),
          each.highNanos(),
          each.longestNanos() / 1e3,
          each.released() + "/" + each.pauses(),
          each.waitsForWriter()
              ? String.format(Locale.ROOT, "%.1f us", each.longestWaitNanos() / 1e3)
              : "none",
          each.stepsBack() == 0
              ? "none"
              : each.stepsBack() + ", " + each.largestStepNanos() + " ns");
    }
  }
}
