package org.timehands.bench.timeout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.timehands.bench.Main;
import org.timehands.bench.ProgressLine;
import org.timehands.bench.Scratch;
import org.timehands.bench.bed.Collector;
import org.timehands.bench.bed.Machine;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.SessionProcess;
import org.timehands.bench.timeout.subject.Subjects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** 3-38, 3-50: {@code bench timeout}. */
@Command(
    name = "timeout",
    mixinStandardHelpOptions = true,
    description = {
      "Timeouts beside what a JVM user could take instead: arming, cancelling, putting off with"
          + " many armed; a million that expire in a second; 400 000 at one instant; idleness.",
      "Each subject has JVMs of its own, one after the other, in several rounds."
    },
    footer = {
      "",
      "Examples:",
      "  ./timehands bench timeout                      all, some ten minutes",
      "  ./timehands bench timeout --quick              some two minutes",
      "  ./timehands bench timeout --designs            ours beside other designs",
      "  ./timehands bench timeout --subjects kept,netty --armed 400000 --only cost"
    })
public final class TimeoutCommand implements Callable<Integer> {
  private static final int MOST_ARMED = 8_000_000;
  private static final int HEAP_MB = 3072;
  private static final int MILLION = 1_000_000;
  private static final int AT_ONCE = 400_000;

  /** What can be measured alone. */
  enum Part {
    /** Operations and bytes. */
    COST,
    /** What expires. */
    EXPIRY,
    /** Wake-ups. */
    IDLE
  }

  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "one round, 1 000 and 400 000 armed")
  private boolean quick;

  @Option(names = "--json", description = "one JSON object in place of tables")
  private boolean json;

  @Option(
      names = "--designs",
      description = "ours beside the designs that were not taken, in place of the peers")
  private boolean designs;

  @Option(
      names = "--subjects",
      paramLabel = "NAME",
      split = ",",
      description = "only these; names: ${COMPLETION-CANDIDATES}",
      completionCandidates = Names.class)
  private List<String> subjects = List.of();

  @Option(
      names = "--armed",
      paramLabel = "N",
      split = ",",
      description = "how many are armed; default 1000,100000,400000,4000000")
  private List<Integer> armed = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "JVMs for each subject, up to 100; default 2, with --quick 1")
  private int rounds;

  @Option(
      names = "--only",
      paramLabel = "PART",
      split = ",",
      description = "only this: cost, expiry, idle")
  private List<Part> only = List.of();

  @Option(
      names = "--collector",
      paramLabel = "NAME",
      defaultValue = "G1",
      description = "of those JVMs: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Collector collector;

  /** The subjects' names, for the help. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      Subjects.ALL.forEach(each -> add(each.name()));
    }
  }

  private final Figures figures = new Figures();

  /** Made by picocli. */
  public TimeoutCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Subjects.Entry> chosen = chosen();
    check();
    if (Pins.usable().length < 2) {
      System.err.println("timehands: bench timeout needs two CPUs to bind threads to");
      return Main.EXIT_PREREQUISITE;
    }
    long start = System.nanoTime();
    try (Scratch scratch = Scratch.make()) {
      System.setProperty("java.io.tmpdir", scratch.directory().toString());
      measure(chosen, scratch.directory());
    }
    ProgressLine.show("");
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    Map<String, String> machine = Machine.facts();
    machine.put("java", Machine.java(collector.title()));
    machine.put("heap", HEAP_MB + " MB for each JVM");
    if (json) {
      TimeoutJson.print(machine, seconds, figures, System.out);
    } else {
      new TimeoutText(figures, System.out).print(machine, seconds);
    }
    return 0;
  }

  private List<Subjects.Entry> chosen() {
    if (!subjects.isEmpty()) {
      try {
        return subjects.stream().map(Subjects::named).toList();
      } catch (IllegalArgumentException unknown) {
        throw new ParameterException(spec.commandLine(), "--subjects: " + unknown.getMessage());
      }
    }
    return Subjects.ALL.stream()
        .filter(each -> designs ? each.ours() || each.isDesign() : !each.isDesign())
        .toList();
  }

  private void check() {
    for (int each : armed) {
      if (each < 2 || each > MOST_ARMED) {
        throw new ParameterException(
            spec.commandLine(), "--armed " + each + ": must be 2 to " + MOST_ARMED);
      }
    }
    if (rounds < 0 || rounds > 100) {
      throw new ParameterException(
          spec.commandLine(), "--rounds " + rounds + ": must be 1 to 100, or 0 for the default");
    }
  }

  private boolean wants(Part part) {
    return only.isEmpty() || only.contains(part);
  }

  private void measure(List<Subjects.Entry> chosen, Path directory) throws IOException {
    int count = rounds > 0 ? rounds : quick ? 1 : 2;
    for (int round = 1; wants(Part.COST) && round <= count; round++) {
      for (Subjects.Entry each : chosen) {
        costs(each, directory, "round " + round + " of " + count);
      }
    }
    for (Subjects.Entry each : chosen) {
      if (wants(Part.EXPIRY) && each.expires()) {
        ProgressLine.show("expiring: " + each.title());
        run(
            ExpirySession.class,
            directory,
            each.name(),
            List.of(
                each.name(),
                Integer.toString(quick ? MILLION / 4 : MILLION),
                Integer.toString(AT_ONCE)));
      }
    }
    if (wants(Part.IDLE)) {
      ProgressLine.show("idle");
      List<String> arguments = new ArrayList<>(List.of(quick ? "5000" : "12000"));
      chosen.stream().filter(Subjects.Entry::isShared).forEach(each -> arguments.add(each.name()));
      run(IdleSession.class, directory, "", arguments);
    }
  }

  private void costs(Subjects.Entry each, Path directory, String place) throws IOException {
    List<Integer> sizes =
        !armed.isEmpty()
            ? armed
            : quick ? List.of(1_000, AT_ONCE) : List.of(1_000, 100_000, AT_ONCE, 4 * MILLION);
    List<String> arguments =
        new ArrayList<>(
            List.of(each.name(), quick ? "40000000" : "50000000", quick ? "5" : "7"));
    sizes.forEach(size -> arguments.add(Integer.toString(size)));
    ProgressLine.show(place + ": " + each.title());
    run(LoadSession.class, directory, each.name(), arguments);
  }

  private void run(Class<?> main, Path directory, String subject, List<String> arguments)
      throws IOException {
    SessionProcess.run(
        main, HEAP_MB, collector, directory, arguments, report -> figures.take(subject, report));
  }
}
