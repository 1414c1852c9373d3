package org.timehands.bench.timekeeping;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.timehands.bench.Main;
import org.timehands.bench.Scratch;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench timekeeping}. */
@Command(
    name = "timekeeping",
    mixinStandardHelpOptions = true,
    description = {
      "What the write side costs, on a timeline of its own: setters until they are in force,"
          + " changes of the clocksource, reads beside them, the journal, conversion, memory.",
      "Needs two CPUs that nobody else uses."
    })
public final class TimekeepingCommand implements Callable<Integer> {
  @Option(names = "--quick", description = "about twenty seconds in place of a minute")
  private boolean quick;

  @Option(names = "--json", description = "one JSON object in place of a table")
  private boolean json;

  /** Made by picocli. */
  public TimekeepingCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Pins.usable().length < 2) {
      System.err.println("timehands: bench timekeeping needs two CPUs to bind threads to");
      return Main.EXIT_PREREQUISITE;
    }
    Map<String, String> machine = Machine.facts();
    machine.put("clocksources", counters());
    machine.put("load before", load());
    List<Figure> figures;
    try (Scratch scratch = Scratch.make()) {
      // Once to compile what is measured.
      measure(new Size(300, 300, 20, 3, 1 << 16), scratch.directory().resolve("warm"));
      figures = measure(quick ? Size.QUICK : Size.DEFAULT, scratch.directory().resolve("run"));
    }
    if (json) {
      json(machine, figures, System.out);
    } else {
      text(machine, figures, System.out);
    }
    return 0;
  }

  private static List<Figure> measure(Size size, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<Figure> figures = new ArrayList<>(new Setters(size).measure());
    figures.addAll(new Changes(size).measure());
    figures.addAll(new Storm(size).measure());
    figures.addAll(new Conversions(size, directory).measure());
    figures.addAll(Memory.measure());
    return figures;
  }

  private static String counters() {
    return Workplace.COUNTERS.stream()
        .map(each -> each.source().name())
        .collect(Collectors.joining(" and "));
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).strip();
    } catch (IOException untold) {
      return "unknown";
    }
  }

  private static void text(Map<String, String> machine, List<Figure> figures, PrintStream out) {
    out.println("bench timekeeping");
    machine.forEach((name, fact) -> out.println("  " + name + ": " + fact));
    String group = "";
    for (Figure each : figures) {
      if (!each.group().equals(group)) {
        group = each.group();
        out.println(group);
      }
      String limit =
          each.hasLimit()
              ? String.format(
                  Locale.ROOT, "  at most %.6g: %s", each.limit(), each.isMet() ? "met" : "NOT MET")
              : "";
      out.println(
          String.format(
              Locale.ROOT, "  %-28s %12.2f %-3s%s", each.name(), each.value(), each.unit(), limit)
              .stripTrailing());
    }
  }

  private static void json(Map<String, String> machine, List<Figure> figures, PrintStream out) {
    out.println("{\"machine\":{"
        + machine.entrySet().stream()
            .map(fact -> quoted(fact.getKey()) + ":" + quoted(fact.getValue()))
            .collect(Collectors.joining(","))
        + "},");
    out.println("\"figures\":["
        + figures.stream().map(TimekeepingCommand::json).collect(Collectors.joining(",\n"))
        + "]}");
  }

  private static String json(Figure each) {
    String limit = each.hasLimit() ? number(each.limit()) : "null";
    String met = each.hasLimit() ? Boolean.toString(each.isMet()) : "null";
    return "{\"group\":" + quoted(each.group()) + ",\"name\":" + quoted(each.name())
        + ",\"value\":" + number(each.value()) + ",\"unit\":" + quoted(each.unit())
        + ",\"limit\":" + limit + ",\"met\":" + met + "}";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
