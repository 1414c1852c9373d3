package org.timehands.bench.latency;

import java.io.PrintStream;
import java.util.Locale;
import org.timehands.bench.bed.Noise;

/** A run as tables for people. */
final class TextReport {
  /* Where the bars' steps begin within a decade, and the longest bar. */
  private static final int[] STEPS = {10, 15, 20, 30, 50, 70};
  private static final int BAR = 50;
  private static final long MOST_NANOS = 10_000_000_000L;

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
    if (run.rounds().rows().size() == 1) {
      report.histogram(run.rounds().summary(run.rounds().rows().getFirst()).late());
    }
    report.targets();
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private void head() {
    Rounds rounds = run.rounds();
    line(
        "latency: %d row%s, %d rounds, %d s", rounds.rows().size(),
        rounds.rows().size() == 1 ? "" : "s", rounds.count(), run.seconds());
    run.facts().forEach((name, fact) -> line("  %-8s %s", name, fact));
    Noise noise = rounds.meanNoise();
    line(
        "  %-8s others used %.2f CPUs, steal %.2f; %d of %d rounds were quiet%s",
        "noise", noise.others(), noise.steal(), rounds.quiet(), rounds.count(),
        rounds.usesQuietOnly() ? ", and only those count" : "");
    if (!rounds.usesQuietOnly()) {
      line("  WARNING: the machine is busy with other things: trust no figure below");
    }
    run.notes().forEach(note -> line("  %-8s %s", "note", note));
  }

  private void rows() {
    boolean many = !run.targets().isEmpty();
    boolean hasC = run.rounds().has(CLoop.NAME);
    String jdk =
        Target.better(run.rounds(), Contestants.THREAD_POOL, Contestants.FORK_JOIN);
    boolean hasJdk = run.rounds().has(jdk);
    line("");
    line(
        "%-36s %8s %8s %8s %8s %7s %7s %6s%s%s",
        "microseconds late", "p50", "p99", "p99.9", "max", "waits", "missed", "CPU us",
        many && hasC ? "   p50/C   p99/C" : "", many && hasJdk ? " p50/JDK" : "");
    for (String row : run.rounds().rows()) {
      Summary all = run.rounds().summary(row);
      line(
          "  %-34s %8.1f %8.1f %8.1f %8.1f %7d %7d %6.1f%s%s%s",
          row, all.p50Micros(), all.p99Micros(), all.p999Micros(), all.maxMicros(),
          all.late().total(), all.missed(), all.cpuNanos() / 1e3,
          many && hasC ? ratio(row, CLoop.NAME, 0.5) + ratio(row, CLoop.NAME, 0.99) : "",
          many && hasJdk ? ratio(row, jdk, 0.5) : "",
          all.early() > 0 ? "  " + all.early() + " woke EARLY" : "");
      if (!Double.isNaN(all.bytes())) {
        line("  %-34s %8.1f bytes allocated for each wait", "", all.bytes());
      }
    }
  }

  private String ratio(String row, String base, double part) {
    return String.format(Locale.ROOT, " %7.2f", run.rounds().ratio(row, base, part).all());
  }

  private void targets() {
    if (run.targets().isEmpty()) {
      return;
    }
    line("");
    line("%-62s %6s %8s %13s", "ratio of quantiles", "target", "measured", "rounds");
    for (Target target : run.targets()) {
      Rounds.Ratio ratio = target.ratio(run.rounds());
      line(
          "  %-60s %6.2f %8.2f %6.2f-%-6.2f  %s",
          target.quantile() + " " + target.row() + " : " + target.base(), target.limit(),
          ratio.all(), ratio.least(), ratio.most(),
          target.isMet(run.rounds()) ? "met" : "NOT MET");
    }
  }

  private void histogram(LateHistogram late) {
    line("");
    line("%19s %8s", "microseconds late", "waits");
    long from = 0;
    int step = 0;
    long decade = 10;
    long most = most(late);
    boolean begun = false;
    while (from <= late.max() && from < MOST_NANOS) {
      long to = STEPS[step] * decade;
      long count = late.between(from, to);
      begun |= count > 0;
      if (begun) {
        String bar = "#".repeat((int) Math.ceilDiv(count * BAR, most));
        line("%9s - %7s %8d %s", micros(from), micros(to), count, bar);
      }
      from = to;
      step = (step + 1) % STEPS.length;
      decade *= step == 0 ? 10 : 1;
    }
  }

  private static long most(LateHistogram late) {
    long most = 1;
    long from = 0;
    for (long decade = 10; from < MOST_NANOS; decade *= 10) {
      for (int step : STEPS) {
        most = Math.max(most, late.between(from, step * decade));
        from = step * decade;
      }
    }
    return most;
  }

  private static String micros(long nanos) {
    return nanos % 1000 == 0
        ? Long.toString(nanos / 1000)
        : String.format(Locale.ROOT, "%.2f", nanos / 1e3);
  }
}
