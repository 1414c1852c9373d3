package org.timehands.bench.timeout;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.timehands.bench.Scratch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** 3-38, 3-50: {@code bench timeout}. */
@Command(
    name = "timeout",
    mixinStandardHelpOptions = true,
    description = "What arming, cancelling and putting off cost, beside the peers; with ratios.")
public final class TimeoutCommand implements Callable<Integer> {
  private static final int FORK_HEAP_MB = 2048;

  /** A figure and how far the slices of its run were apart, in ns; and bytes for each. */
  private record Cost(double nanos, double low, double high, double bytes) {}

  @Option(
      names = "--armed",
      paramLabel = "N",
      description = "how many are armed; default ${DEFAULT-VALUE}")
  private int armed = 400_000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "how long each row is measured, after as long a warm-up; default "
          + "${DEFAULT-VALUE}")
  private int seconds = 3;

  @Option(names = "--wheels", description = "only the wheels stepped by hand")
  private boolean wheels;

  @Option(names = "--threads", description = "only those for many threads")
  private boolean threads;

  private final Map<String, Cost> costs = new LinkedHashMap<>();

  /** Made by picocli. */
  public TimeoutCommand() {}

  @Override
  public Integer call() throws Exception {
    try (Scratch scratch = Scratch.make()) {
      System.setProperty("java.io.tmpdir", scratch.directory().toString());
      if (!threads) {
        take("by hand", options("WheelBench", 1));
      }
      if (!wheels) {
        take("1 thread", options("TimeoutBench.cancelAndArm", 1));
        take("1 thread, put off", kept("TimeoutBench.putOff", 1));
        take("2 threads", options("TimeoutBench.cancelAndArm", 2));
        take("2 threads, put off", kept("TimeoutBench.putOff", 2));
      }
    }
    print();
    return 0;
  }

  private ChainedOptionsBuilder kept(String name, int count) {
    return options(name, count).param("peer", "kept");
  }

  private ChainedOptionsBuilder options(String name, int count) {
    return new OptionsBuilder()
        .include("org\\.timehands\\.bench\\.jmh\\." + name.replace(".", "\\."))
        .param("armed", Integer.toString(armed))
        .threads(count)
        .forks(1)
        .warmupIterations(seconds)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(seconds)
        .measurementTime(TimeValue.seconds(1))
        .jvmArgs(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xms" + FORK_HEAP_MB + "m",
            "-Xmx" + FORK_HEAP_MB + "m")
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT);
  }

  private void take(String group, ChainedOptionsBuilder options) throws RunnerException {
    Collection<RunResult> results = new Runner(options.build()).run();
    for (RunResult result : results) {
      String peer = result.getParams().getParam("peer");
      String name = peer == null ? result.getPrimaryResult().getLabel() : peer;
      Result<?> cost = result.getPrimaryResult();
      double[] bytes = {Double.NaN};
      result
          .getSecondaryResults()
          .forEach(
              (label, value) -> {
                if (label.endsWith("gc.alloc.rate.norm")) {
                  bytes[0] = value.getScore();
                }
              });
      costs.put(
          group + ": " + name,
          new Cost(
              cost.getScore(),
              cost.getStatistics().getMin(),
              cost.getStatistics().getMax(),
              bytes[0]));
    }
  }

  private void print() {
    line("bench timeout: %d armed, %d s each, G1, heap %d MB", armed, seconds, FORK_HEAP_MB);
    line("%-32s %9s %9s %9s %7s", "ns per cancel and arm", "mean", "least", "most", "B/op");
    costs.forEach(
        (name, cost) ->
            line(
                "  %-30s %9.1f %9.1f %9.1f %7.1f",
                name, cost.nanos, cost.low, cost.high, cost.bytes));
    line("");
    line("%-46s %7s %9s", "ratio", "target", "measured");
    ratio("by hand: handles", 0.5, "by hand: agrona");
    for (String group : new String[] {"1 thread", "2 threads"}) {
      String best = best(group);
      ratio(group + ": kept", group.startsWith("1") ? 0.5 : 0.33, best);
      ratio(group + ", put off: kept", 0.1, best);
    }
  }

  /** The best peer for many threads. */
  private String best(String group) {
    String best = group + ": netty";
    for (String peer : new String[] {"stpe", "fjp"}) {
      Cost cost = costs.get(group + ": " + peer);
      if (cost != null && cost.nanos < costs.get(best).nanos) {
        best = group + ": " + peer;
      }
    }
    return best;
  }

  private void ratio(String row, double target, String base) {
    Cost ours = costs.get(row);
    Cost theirs = costs.get(base);
    if (ours != null && theirs != null) {
      double ratio = ours.nanos / theirs.nanos;
      String verdict = ratio <= target ? "met" : "NOT MET";
      line("  %-44s %7.2f %9.3f  %s", row + " / " + base, target, ratio, verdict);
    }
  }

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
