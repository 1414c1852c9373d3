package org.timehands.bench.timer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.timehands.bench.Main;
import org.timehands.bench.Scratch;
import org.timehands.bench.bed.Collector;
import org.timehands.bench.bed.Machine;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.SessionProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench timer}. */
@Command(
    name = "timer",
    mixinStandardHelpOptions = true,
    description = {
      "What precise timers cost beside the JDK's two schedulers, interleaved: cancelling, arming,"
          + " re-arming and expiring with 1 000 to 1 000 000 armed, by one thread and two; memory;"
          + " wake-ups of an idle process; sets of the clock; the queues that were not built; and"
          + " how late timers are beside 400 000 timeouts. Medians, with the middle four fifths.",
      "Needs two CPUs that nobody else uses. Without a part, all of them."
    },
    footer = {
      "",
      "Examples:",
      "  timehands bench timer --quick",
      "  timehands bench timer --churn --sets",
      "  timehands bench timer --queues --json > queues.json"
    })
public final class TimerCommand implements Callable<Integer> {
  private static final int HEAP_MB = 2048;
  private static final long DEFAULT_SEED = 20261129;

  @Option(names = "--quick", description = "some two minutes in place of some eight")
  private boolean quick;

  @Option(names = "--json", description = "one JSON object in place of tables")
  private boolean json;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "order of rows and of timers; default ${DEFAULT-VALUE}")
  private long seed = DEFAULT_SEED;

  @Option(names = "--churn", description = "only: cancel, arm, re-arm, a burst; bytes")
  private boolean churn;

  @Option(names = "--expiry", description = "only: many that expire within a second")
  private boolean expiry;

  @Option(names = "--idle", description = "only: wake-ups with one timer an hour ahead")
  private boolean idle;

  @Option(names = "--sets", description = "only: sets of the clock with 100 000 armed on it")
  private boolean sets;

  @Option(names = "--queues", description = "only: the queues that were not built, beside ours")
  private boolean queues;

  @Option(names = "--undisturbed", description = "only: lateness beside 400 000 timeouts")
  private boolean undisturbed;

  private final Figures figures = new Figures();

  /** Made by picocli. */
  public TimerCommand() {}

  @Override
  public Integer call() throws IOException {
    if (Pins.usable().length < 2) {
      System.err.println("timehands: bench timer needs two CPUs to bind threads to");
      return Main.EXIT_PREREQUISITE;
    }
    Map<String, String> machine = Machine.facts();
    machine.put("java", Machine.java(Collector.G1.title()));
    machine.put("heap", HEAP_MB + " MB");
    machine.put("load before", Files.readString(Path.of("/proc/loadavg")).strip());
    try (Scratch scratch = Scratch.make()) {
      for (Part part : parts()) {
        SessionProcess.run(
            TimerSession.class,
            HEAP_MB,
            scratch.directory(),
            List.of(part.name(), Long.toString(seed), Boolean.toString(quick)),
            this::take);
      }
    }
    progress("");
    Output output = new Output(machine, figures, System.out);
    if (json) {
      output.json();
    } else {
      output.text();
    }
    return 0;
  }

  private Set<Part> parts() {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    add(parts, churn, Part.CHURN);
    add(parts, expiry, Part.EXPIRY);
    add(parts, idle, Part.IDLE);
    add(parts, sets, Part.SETS);
    add(parts, queues, Part.QUEUES);
    add(parts, undisturbed, Part.UNDISTURBED);
    return parts.isEmpty() ? EnumSet.allOf(Part.class) : parts;
  }

  private static void add(Set<Part> parts, boolean wanted, Part part) {
    if (wanted) {
      parts.add(part);
    }
  }

  private void take(List<String> report) {
    switch (report.get(0)) {
      case Wire.VALUE ->
          figures.add(
              new Place(report.get(1), report.get(2), report.get(3)),
              Integer.parseInt(report.get(4)),
              Double.parseDouble(report.get(5)));
      case Wire.NOISE ->
          figures.addNoise(
              new Noise(Double.parseDouble(report.get(1)), Double.parseDouble(report.get(2))));
      case Wire.PROGRESS -> progress(report.get(1));
      default -> figures.note(report.get(1));
    }
  }

  private static void progress(String words) {
    if (System.console() != null && System.console().isTerminal()) {
      System.err.printf("\r%-78s\r%s", "", words);
    }
  }
}
