package org.timehands.bench.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.timehands.bench.CProgram;
import org.timehands.bench.Main;
import org.timehands.bench.ProgressLine;
import org.timehands.bench.Scratch;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.SessionProcess;
import org.timehands.bench.stall.StallResult;
import org.timehands.bench.stall.StallSession;
import org.timehands.linux.Counter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench read}. */
@Command(
    name = "read",
    mixinStandardHelpOptions = true,
    description = "What a read costs, beside its peers, interleaved in one run; with ratios.")
public final class ReadCommand implements Callable<Integer> {
  private static final long DEFAULT_SEED = 20261121;
  private static final int ROUNDS_PER_SESSION = 10_000;

  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "less than a minute in place of less than four")
  private boolean quick;

  @Option(names = "--json", description = "one JSON object in place of tables")
  private boolean json;

  @Option(
      names = "--rows",
      paramLabel = "REGEX",
      description = "only rows whose name this is found in; ratios need both their rows")
  private String rowsPattern;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "order of the rows in each round; default ${DEFAULT-VALUE}")
  private long seed = DEFAULT_SEED;

  private final Results results = new Results();
  private final Set<String> warm = new HashSet<>();

  /** Made by picocli. */
  public ReadCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Row> rows = selected();
    if (!Counter.available()) {
      System.err.println("bench read needs the processor's counter: " + Counter.whyNot());
      return Main.EXIT_PREREQUISITE;
    }
    long start = System.nanoTime();
    Plan plan = quick ? Plan.QUICK : Plan.DEFAULT;
    List<StallResult> stalls;
    try (Scratch scratch = Scratch.make()) {
      // JMH writes its hints to the compiler into a temporary file.
      System.setProperty("java.io.tmpdir", scratch.directory().toString());
      measure(rows, plan, scratch.directory());
      stalls = stalls(plan, scratch.directory());
    }
    ProgressLine.show("");
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    Run run = new Run(Place.facts(), seed, rows, results, stalls, seconds);
    if (json) {
      JsonReport.print(run, System.out);
    } else {
      TextReport.print(run, System.out);
    }
    return 0;
  }

  private List<Row> selected() {
    Pattern pattern = null;
    if (rowsPattern != null) {
      try {
        pattern = Pattern.compile(rowsPattern, Pattern.CASE_INSENSITIVE);
      } catch (PatternSyntaxException wrong) {
        throw new ParameterException(
            spec.commandLine(),
            "--rows " + rowsPattern + " is not a regular expression: " + wrong.getDescription());
      }
    }
    List<Row> rows = Rows.matching(pattern);
    if (rows.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows " + rowsPattern + " matches no row; the names stand in the table of a full run");
    }
    return rows;
  }

  private void measure(List<Row> rows, Plan plan, Path directory) throws IOException {
    List<Row> possible = new ArrayList<>(rows);
    if (Pins.usable().length < 2 && possible.removeIf(Row::needsTwoCpus)) {
      results.note("no rows with a second thread: that takes two CPUs");
    }
    Path program = null;
    if (possible.stream().anyMatch(Row::isC)) {
      try {
        program = CProgram.compile(CReads.SOURCE, directory);
      } catch (IOException refused) {
        results.note(refused.getMessage());
        possible.removeIf(Row::isC);
      }
    }
    for (int i = 0; i < plan.sessions(); i++) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  Long.toString(seed + i),
                  Integer.toString(i * ROUNDS_PER_SESSION),
                  program == null ? "-" : program.toString(),
                  Long.toString(plan.sessionMillis()),
                  Long.toString(plan.warmupMillis()),
                  Long.toString(plan.sliceMillis())));
      possible.forEach(row -> arguments.add(row.name()));
      String place = "JVM " + (i + 1) + " of " + plan.sessions();
      warm.clear();
      SessionProcess.run(
          Session.class,
          directory,
          arguments,
          report -> take(report, place, possible.size()));
    }
  }

  private void take(List<String> report, String place, int rows) {
    switch (report.get(0)) {
      case "slice" ->
          results.add(
              Integer.parseInt(report.get(1)),
              report.get(2),
              Double.parseDouble(report.get(3)));
      case "bytes" -> results.addAllocation(report.get(1), Double.parseDouble(report.get(2)));
      case "warm" -> {
        warm.add(report.get(1));
        ProgressLine.show(place + ": warming up, " + warm.size() + " of " + rows + " rows");
      }
      case "noise" -> {
        results.addNoise(
            Integer.parseInt(report.get(1)),
            new Noise(
                Double.parseDouble(report.get(2)), Double.parseDouble(report.get(3))));
        int round = Integer.parseInt(report.get(1)) % ROUNDS_PER_SESSION + 1;
        ProgressLine.show(place + ": round " + round + " of " + rows + " rows");
      }
      default -> {
        // "end": the process says so by its exit code.
      }
    }
  }

  private List<StallResult> stalls(Plan plan, Path directory) throws IOException {
    List<StallResult> stalls = new ArrayList<>();
    if (rowsPattern != null) {
      return stalls;
    }
    if (Pins.usable().length < 2) {
      results.note("no stall experiment: that takes two CPUs");
      return stalls;
    }
    ProgressLine.show("stall experiment");
    SessionProcess.run(
        StallSession.class,
        directory,
        List.of(SessionProcess.MARK, SessionProcess.TAB, Long.toString(plan.stallMillis())),
        report -> stalls.add(StallResult.of(report.subList(1, report.size()))));
    return stalls;
  }
}
