package org.timehands.bench.read;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.NoiseMeter;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.SessionProcess;

/**
 * One JVM's share of a run: warms all rows up, then measures them round after round, each round in
 * another order, and reports every slice on its standard output.
 *
 * <p>JMH measures each slice, inside this JVM: docs/decisions.md says why there is no fork for
 * each.
 */
final class Session {
  private static final long SETTLE_MILLIS = 3;
  private static final int WARMUP_SLICES = 4;

  private final List<Row> rows;
  private final Plan plan;
  private final Random random;
  private final PrintStream out;
  private final CReads c;

  private Session(List<Row> rows, Plan plan, Random random, PrintStream out, CReads c) {
    this.rows = new ArrayList<>(rows);
    this.plan = plan;
    this.random = random;
    this.out = out;
    this.c = c;
  }

  /**
   * The session's program. Arguments: seed, round number to begin with, the C program or "-", the
   * plan's numbers, then names of rows.
   */
  public static void main(String[] args) throws IOException, RunnerException {
    Random random = new Random(Long.parseLong(args[0]));
    int firstRound = Integer.parseInt(args[1]);
    Plan plan =
        new Plan(
            1, Long.parseLong(args[3]), Long.parseLong(args[4]), Long.parseLong(args[5]), 0);
    Map<String, Row> known = new HashMap<>();
    Rows.all().forEach(row -> known.put(row.name(), row));
    List<Row> rows = new ArrayList<>();
    for (int i = 6; i < args.length; i++) {
      rows.add(known.get(args[i]));
    }
    PrintStream out = System.out;
    if (args[2].equals("-")) {
      new Session(rows, plan, random, out, null).run(firstRound);
      return;
    }
    try (CReads c = CReads.start(Path.of(args[2]), Pins.measured(0))) {
      new Session(rows, plan, random, out, c).run(firstRound);
    }
  }

  private void run(int firstRound) throws IOException, RunnerException {
    long start = System.nanoTime();
    warmUp();
    NoiseMeter meter = new NoiseMeter(() -> c == null ? 0 : c.cpuNanos());
    long slowest = 0;
    for (int round = 0; ; round++) {
      long began = System.nanoTime();
      long left = plan.sessionMillis() * 1_000_000 - (began - start);
      if (round >= Plan.ROUNDS_LEAST && left < slowest) {
        break;
      }
      Collections.shuffle(rows, random);
      for (Row row : rows) {
        report("slice", firstRound + round, row.name(), measure(row, plan.sliceMillis()));
      }
      Noise noise = meter.lap();
      report("noise", firstRound + round, noise.others(), noise.steal());
      slowest = Math.max(slowest, System.nanoTime() - began);
    }
    report("end");
  }

  private void warmUp() throws IOException, RunnerException {
    Collections.shuffle(rows, random);
    for (Row row : rows) {
      if (row.isC()) {
        measure(row, plan.sliceMillis());
      } else {
        // Several short slices, since the JVM compiles a loop anew between them.
        RunResult result =
            run(
                options(row)
                    .warmupIterations(WARMUP_SLICES)
                    .warmupTime(TimeValue.milliseconds(plan.warmupMillis() / WARMUP_SLICES))
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(plan.sliceMillis()))
                    .addProfiler(GCProfiler.class));
        report("warm", row.name());
        reportAllocation(row, result);
      }
    }
  }

  private void reportAllocation(Row row, RunResult result) {
    result.getSecondaryResults().forEach(
        (label, value) -> {
          if (label.endsWith("gc.alloc.rate.norm")) {
            report("bytes", row.name(), value.getScore());
          }
        });
  }

  private double measure(Row row, long millis) throws IOException, RunnerException {
    if (row.isC()) {
      return c.measure(row.inC(), millis);
    }
    return run(options(row)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(SETTLE_MILLIS))
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(millis)))
        .getPrimaryResult()
        .getScore();
  }

  private static ChainedOptionsBuilder options(Row row) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(row.pattern())
            .forks(0)
            .threads(row.threads())
            .shouldDoGC(false)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    row.parameters().forEach(options::param);
    return options;
  }

  private static RunResult run(ChainedOptionsBuilder options) throws RunnerException {
    Collection<RunResult> results = new Runner(options.build()).run();
    if (results.size() != 1) {
      throw new RunnerException(
          "a row names " + results.size() + " benchmarks, it should name one: " + options.build());
    }
    return results.iterator().next();
  }

  private void report(Object... fields) {
    StringBuilder line = new StringBuilder(SessionProcess.MARK);
    for (Object field : fields) {
      line.append(SessionProcess.TAB).append(field);
    }
    out.println(line);
  }
}
