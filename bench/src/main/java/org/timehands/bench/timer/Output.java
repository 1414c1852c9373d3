package org.timehands.bench.timer;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;

/** A run, for people and for machines. */
final class Output {
  private final Map<String, String> machine;
  private final Figures figures;
  private final PrintStream out;

  Output(Map<String, String> machine, Figures figures, PrintStream out) {
    this.machine = machine;
    this.figures = figures;
    this.out = out;
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  void text() {
    line("bench timer");
    machine.forEach((name, fact) -> line("  %-11s %s", name, fact));
    if (figures.rounds() > 0) {
      Noise noise = figures.meanNoise();
      line(
          "  %-11s others used %.2f CPUs, steal %.2f; %d of %d rounds were quiet",
          "noise", noise.others(), noise.steal(), figures.quietRounds(), figures.rounds());
      if (figures.quietRounds() * 2 < figures.rounds()) {
        line("  WARNING: the machine is busy with other things: trust no figure below");
      }
    }
    figures.notes().forEach(note -> line("  %-11s %s", "note", note));
    figures.groups().forEach(this::table);
    targets();
  }

  /** Medians; of the first column also where the middle four fifths of the rounds lie. */
  private void table(String group) {
    List<String> columns = figures.columns(group);
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      head.append(String.format(Locale.ROOT, " %13s", columns.get(i)));
      head.append(i == 0 ? String.format(Locale.ROOT, " %17s", "p10-p90") : "");
    }
    line("");
    line("%-44s", group);
    line("  %-28s%s", "", head);
    for (String row : figures.rows(group)) {
      StringBuilder cells = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        Place place = new Place(group, row, columns.get(i));
        if (!figures.has(place)) {
          cells.append(" ".repeat(14));
          continue;
        }
        Summary cost = figures.of(place);
        cells.append(String.format(Locale.ROOT, " %13s", number(cost.median())));
        if (i == 0) {
          String spread = number(cost.low()) + "-" + number(cost.high());
          cells.append(String.format(Locale.ROOT, " %17s", spread));
        }
      }
      line("  %-28s%s", row, cells);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
  }

  private void targets() {
    List<Target> targets = Target.ALL.stream().filter(target -> target.isIn(figures)).toList();
    if (targets.isEmpty()) {
      return;
    }
    line("");
    line("ratios of medians, and the spread of those within rounds");
    for (Target target : targets) {
      Summary ratio = figures.ratio(target.row(), target.base());
      line("  %s", target.title());
      line(
          "    at most %.2f: %.2f (%.2f-%.2f) %s",
          target.limit(),
          ratio.median(),
          ratio.low(),
          ratio.high(),
          target.isMet(ratio) ? "met" : "NOT MET");
    }
  }

  void json() {
    Noise noise = figures.meanNoise();
    List<String> values = new ArrayList<>();
    for (String group : figures.groups()) {
      for (String row : figures.rows(group)) {
        for (String column : figures.columns(group)) {
          Place place = new Place(group, row, column);
          if (figures.has(place)) {
            values.add(
                "{\"group\":" + quoted(group) + ",\"row\":" + quoted(row) + ",\"column\":"
                    + quoted(column) + "," + summary(figures.of(place)) + "}");
          }
        }
      }
    }
    List<String> targets = new ArrayList<>();
    for (Target each : Target.ALL) {
      if (each.isIn(figures)) {
        Summary ratio = figures.ratio(each.row(), each.base());
        targets.add(
            "{\"ratio\":" + quoted(each.title()) + ",\"limit\":" + decimal(each.limit()) + ","
                + summary(ratio) + ",\"met\":" + each.isMet(ratio) + "}");
      }
    }
    out.println("{\"machine\":{"
        + machine.entrySet().stream()
            .map(fact -> quoted(fact.getKey()) + ":" + quoted(fact.getValue()))
            .collect(Collectors.joining(","))
        + "},");
    out.println("\"noise\":{\"othersCpus\":" + decimal(noise.others()) + ",\"stealCpus\":"
        + decimal(noise.steal()) + ",\"rounds\":" + figures.rounds() + ",\"quietRounds\":"
        + figures.quietRounds() + "},");
    out.println("\"notes\":["
        + figures.notes().stream().map(Output::quoted).collect(Collectors.joining(",")) + "],");
    out.println("\"figures\":[" + String.join(",\n", values) + "],");
    out.println("\"targets\":[" + String.join(",\n", targets) + "]}");
  }

  private static String summary(Summary summary) {
    return "\"median\":" + decimal(summary.median()) + ",\"p10\":" + decimal(summary.low())
        + ",\"p90\":" + decimal(summary.high()) + ",\"count\":" + summary.count();
  }

  private static String decimal(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
