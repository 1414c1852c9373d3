package org.timehands.bench.timeout;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;
import org.timehands.bench.timeout.subject.Subjects;

/** A run as tables for people. */
final class TimeoutText {
  private final Figures figures;
  private final PrintStream out;

  TimeoutText(Figures figures, PrintStream out) {
    this.figures = figures;
    this.out = out;
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  void print(Map<String, String> machine, long seconds) {
    line("bench timeout: %d s", seconds);
    machine.forEach((name, fact) -> line("  %-7s %s", name, fact));
    Noise noise = figures.noise();
    line("  %-7s others used %.2f CPUs, steal %.2f", "noise", noise.others(), noise.steal());
    if (!noise.isQuiet()) {
      line("  WARNING: the machine is busy with other things: trust no figure below");
    }
    figures.sizes().forEach(this::costs);
    expiries();
    bursts();
    idle();
    targets();
  }

  private void costs(int armed) {
    line("");
    line("%,d armed, taken in no order; ns per operation", armed);
    line(
        "  %-46s %8s %15s %8s %15s %6s %8s %9s %7s %7s",
        "", "1 thread", "p10-p90", "2 thr.", "p10-p90", "B/op", "p99.9", "most, us", "B arm",
        "B all");
    for (Subjects.Entry subject : Subjects.ALL) {
      for (Operation operation : Operation.values()) {
        Figures.Cell one = new Figures.Cell(subject.name(), armed, operation, 1);
        if (figures.has(one)) {
          cost(subject, one);
        }
      }
    }
  }

  private void cost(Subjects.Entry subject, Figures.Cell one) {
    Figures.Cell two = new Figures.Cell(subject.name(), one.armed(), one.operation(), 2);
    Figures.Tail tail = figures.tail(one);
    Figures.Bytes bytes =
        one.operation() == Operation.CANCEL_ARM
            ? figures.memory(subject.name(), one.armed())
            : null;
    line(
        "  %-46s %8.1f %15s %8s %15s %6.0f %8s %9s %7s %7s",
        subject.title() + ": " + one.operation().title(),
        figures.cost(one).median(),
        spread(figures.cost(one)),
        figures.has(two) ? number("%.1f", figures.cost(two).median()) : "",
        figures.has(two) ? spread(figures.cost(two)) : "",
        Math.abs(figures.allocated(one)),
        tail == null ? "" : number("%.0f", tail.p999Nanos()),
        tail == null ? "" : number("%.1f", tail.mostNanos() / 1e3),
        bytes == null ? "" : number("%.1f", bytes.beyond()),
        bytes == null ? "" : number("%.1f", bytes.all()));
  }

  private static String spread(Summary summary) {
    return number("%.1f", summary.low()) + "-" + number("%.1f", summary.high());
  }

  private void expiries() {
    if (figures.expiries.isEmpty()) {
      return;
    }
    line("");
    line("expiring over one second (with --quick 250 000, else a million)");
    line(
        "  %-34s %8s %10s %10s %10s %7s %7s",
        "", "CPU s", "late p50", "p99, ms", "most", "early", "lost");
    for (Subjects.Entry subject : Subjects.ALL) {
      Figures.Expiry each = figures.expiries.get(subject.name());
      if (each != null) {
        line(
            "  %-34s %8.2f %10.2f %10.2f %10.2f %7d %7d%s",
            subject.title(), each.cpuSeconds(), each.p50Millis(), each.p99Millis(),
            each.mostMillis(), each.early(), each.lost(),
            each.leadMillis() < 0 ? "  armed too late by " + -each.leadMillis() + " ms" : "");
      }
    }
  }

  private void bursts() {
    if (figures.bursts.isEmpty() && figures.pauses.isEmpty()) {
      return;
    }
    line("");
    line("400 000 in one bucket, ms");
    line(
        "  %-34s %14s %14s %22s %7s",
        "", "until the last", "from the first", "others late by up to", "lost");
    for (Subjects.Entry subject : Subjects.ALL) {
      Figures.Burst each = figures.bursts.get(subject.name());
      if (each != null) {
        line(
            "  %-34s %14.1f %14.1f %22.1f %7d",
            subject.title(), each.wholeMillis(), each.runsMillis(), each.othersMillis(),
            each.lost());
      }
    }
    line("  (ours are armed for two seconds, where a bucket of the wheel is 64 ms long)");
    line("  %-34s %14s %22s %7s", "", "all calls", "longest call for 256", "lost");
    for (Subjects.Entry subject : Subjects.ALL) {
      Figures.Pause each = figures.pauses.get(subject.name());
      if (each != null) {
        line(
            "  %-34s %14.1f %22.4f %7d",
            subject.title(), each.wholeMillis(), each.worstMillis(), each.lost());
      }
    }
    line("  (not Caffeine's wheel, which runs nothing without its cache; not Agrona's, which has");
    line("  the same room for each tick: 3.3 GB for 400 000 in one)");
  }

  private void idle() {
    if (figures.idle.isEmpty()) {
      return;
    }
    line("");
    line("wake-ups a minute of an idle one's threads");
    line("  %-34s %18s %18s", "", "one armed, far", "nothing armed");
    for (Subjects.Entry subject : Subjects.ALL) {
      Map<String, Double> each = figures.idle.get(subject.name());
      if (each != null) {
        line("  %-34s %18.0f %18.0f", subject.title(), each.get("armed"), each.get("empty"));
      }
    }
  }

  private void targets() {
    line("");
    line("%-52s %7s %9s %13s", "target", "at most", "measured", "p10-p90");
    for (Targets.Verdict each : Targets.of(figures)) {
      line(
          "  %-50s %7.2f %9.3f %13s  %s",
          each.name(), each.limit(), each.measured().median(),
          each.measured().count() > 1
              ? String.format(
                  Locale.ROOT, "%.3f-%.3f", each.measured().low(), each.measured().high())
              : "",
          each.isMet() ? "met" : "NOT MET");
    }
  }
}
