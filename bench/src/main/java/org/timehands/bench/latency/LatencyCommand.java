package org.timehands.bench.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.timehands.Timehands;
import org.timehands.bench.Json;
import org.timehands.bench.Main;
import org.timehands.bench.ProgressLine;
import org.timehands.bench.Scratch;
import org.timehands.bench.bed.Machine;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.ThreadTuning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code latency}: how late timers are, beside everything else that waits. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description =
        "How late hard timers run, as cyclictest tells it for C: a callback at absolute instants,"
            + " on the real path from device to shard's thread to callback.",
    footer = {
      "",
      "Examples:",
      "  ./timehands latency                              20 s on the default device",
      "  ./timehands latency -i 500 --device timerfd+spin --plot late.png",
      "  ./timehands latency --compare -D 10s             beside the JDK, Netty and C",
      "  ./timehands latency --priority 50 --dma-latency 0   as cyclictest -p 50 does",
      "  ./timehands latency --idle 60s                   who wakes while idle",
      "",
      "Instants that pass while a wait is late are counted as missed, and not caught up.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing."
    })
public final class LatencyCommand implements Callable<Integer> {
  private static final long LEAST_INTERVAL_MICROS = 20;
  private static final long MOST_INTERVAL_MICROS = 1_000_000;
  private static final long USUAL_SLACK_NANOS = 50_000;
  private static final long SLICE_MILLIS = 1_000;
  private static final int MOST_THREADS = 64;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "US",
      description = "microseconds from each instant to the next; default ${DEFAULT-VALUE}")
  private long intervalMicros = 1000;

  @Option(
      names = {"-D", "--duration"},
      paramLabel = "TIME",
      description = "how long each row is measured, such as 20s, 2m; default ${DEFAULT-VALUE}")
  private String duration = "20s";

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "so many timers, each in a shard with a thread; default ${DEFAULT-VALUE}")
  private int threads = 1;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      split = ",",
      description = "timerfd, futex or park; with +lead behind it, woken ahead of time by what"
          + " every way out of sleep takes; with +spin, the last microseconds are spun; several"
          + " with commas; without it, the default of timers, which is chosen by its first waits")
  private List<String> devices = List.of(ClockEventDevices.DEFAULT);

  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "SCHED_FIFO at this priority, 1 to 99, for all that wait; needs the right; 0, the"
              + " default, is none")
  private int priority;

  @Option(
      names = "--slack",
      paramLabel = "NS",
      description = "timer slack of all that wait; default ${DEFAULT-VALUE}. Linux gives 50000 to"
          + " who does not ask; timerfd has none")
  private long slackNanos = 1;

  @Option(
      names = "--dma-latency",
      paramLabel = "US",
      description = "hold /dev/cpu_dma_latency at this meanwhile, which keeps all processors out of"
          + " deep sleep: cyclictest does so with 0; needs root")
  private Integer dmaLatencyMicros;

  @Option(
      names = "--load",
      description = "beside a load: a thread per CPU that computes for 2/3 of its time and"
          + " allocates 250 MB/s")
  private boolean load;

  @Option(
      names = "--compare",
      description = "beside a C loop around clock_nanosleep, cyclictest (Debian's rt-tests), the"
          + " JDK and Netty, in turns of a second; with ratios")
  private boolean compare;

  @Option(
      names = "--idle",
      paramLabel = "TIME",
      description = "count for so long how often threads wake whose one timer is an hour ahead")
  private String idle;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "draw the histograms to FILE.svg, or FILE.png where the JDK can")
  private Path plot;

  @Option(names = "--json", description = "one JSON object in place of tables")
  private boolean json;

  /** Made by picocli. */
  public LatencyCommand() {}

  @Override
  public Integer call() throws Exception {
    if (idle != null) {
      if (compare || load || plot != null) {
        throw wrong("--idle only counts wakes: leave --compare, --load and --plot out");
      }
      return idle(Spans.parseNanos("--idle", idle, spec));
    }
    long millis = check();
    Setting setting = new Setting(intervalMicros * 1000, slackNanos, priority, threads);
    Pen pen = null;
    try {
      pen = plot == null ? null : LatePlot.pen(plot);
    } catch (IOException cannot) {
      return missing(cannot.getMessage());
    }
    String noPriority = priority == 0 ? null : Tuning.whyNoPriority(priority);
    if (noPriority != null) {
      return missing("--priority " + priority + " is not permitted: " + noPriority);
    }
    try (DmaLatency held =
        dmaLatencyMicros == null ? null : DmaLatency.hold(dmaLatencyMicros)) {
      measure(setting, millis, held != null, pen);
    } catch (IOException refused) {
      return missing(refused.getMessage());
    }
    return 0;
  }

  private static int missing(String what) {
    System.err.println("timehands: " + what);
    return Main.EXIT_PREREQUISITE;
  }

  private void measure(Setting setting, long millis, boolean held, Pen pen) throws Exception {
    long start = System.nanoTime();
    Run run;
    try (Scratch scratch = Scratch.make();
        Timehands timehands = Timehands.open();
        Load beside = load ? Load.start() : null;
        Contestants contestants = contestants(timehands, setting, held, scratch)) {
      long slice = Math.min(millis, SLICE_MILLIS);
      int rounds = (int) Math.max(1, millis / slice);
      Rounds result =
          new Comparison(contestants.all(), setting, slice, rounds).run();
      List<Target> targets =
          compare ? Target.of(result, ours(), spinning()) : List.of();
      long seconds = (System.nanoTime() - start) / 1_000_000_000;
      Map<String, String> facts = facts(timehands, beside != null);
      if (devices.contains(ClockEventDevices.DEFAULT)) {
        facts.put(ClockEventDevices.DEFAULT, contestants.defaultDevice());
      }
      run = new Run(facts, result, targets, contestants.notes(), seconds);
    }
    if (json) {
      JsonReport.print(run, System.out);
    } else {
      TextReport.print(run, System.out);
    }
    if (pen != null) {
      String title = run.facts().get("cpu") + ", " + run.facts().get("setting");
      LatePlot.of(run.rounds()).draw(pen, title);
      pen.save(plot);
    }
  }

  private String ours() {
    return OurTimers.NAME + devices.getFirst();
  }

  private String spinning() {
    return OurTimers.NAME + ClockEventDevices.plain(devices.getFirst()) + "+spin";
  }

  private Contestants contestants(
      Timehands timehands, Setting setting, boolean held, Scratch scratch)
      throws IOException, InterruptedException {
    if (!compare) {
      return Contestants.alone(devices, timehands.clocks(), setting);
    }
    long usual =
        NativeAccess.available() ? ThreadTuning.timerSlackNanos() : USUAL_SLACK_NANOS;
    return Contestants.beside(
        devices, timehands.clocks(), setting, usual, held, scratch.directory());
  }

  private Map<String, String> facts(Timehands timehands, boolean loaded) {
    Map<String, String> facts = new LinkedHashMap<>(Machine.facts());
    facts.put(
        "setting",
        String.format(
            Locale.ROOT, "interval %d us, timer slack %d ns, %s, cpu_dma_latency %s, %s%s",
            intervalMicros, slackNanos,
            priority == 0 ? "no real-time priority" : "SCHED_FIFO " + priority,
            dmaLatencyMicros == null ? "not held" : "held at " + dmaLatencyMicros + " us",
            loaded ? "under load" : "no load", threads == 1 ? "" : ", " + threads + " timers"));
    facts.put("clock", timehands.origin().toString());
    return facts;
  }

  /** Checks the ranges; returns the duration in milliseconds. */
  private long check() {
    range("--interval", intervalMicros, LEAST_INTERVAL_MICROS, MOST_INTERVAL_MICROS, "us");
    range("--threads", threads, 1, MOST_THREADS, "");
    range("--priority", priority, 0, 99, "");
    range("--slack", slackNanos, 1, 1_000_000_000, "ns");
    if (dmaLatencyMicros != null) {
      range("--dma-latency", dmaLatencyMicros, 0, 1_000_000, "us");
    }
    if (compare && threads > 1) {
      throw wrong("--compare compares one timer: leave --threads out");
    }
    if (compare && devices.getFirst().endsWith("+spin")) {
      throw wrong("--compare adds +spin itself: name the device alone, or with +lead");
    }
    for (String device : devices) {
      if (!ClockEventDevices.isName(device)) {
        throw wrong(
            "--device " + device + " must be " + ClockEventDevices.DEFAULT + " or one of "
                + ClockEventDevices.names() + ", with or without +lead or +spin");
      }
    }
    if (new HashSet<>(devices).size() < devices.size()) {
      throw wrong("--device " + String.join(",", devices) + " names one twice");
    }
    if (plot != null && !plot.toString().matches(".*\\.(svg|png)")) {
      throw wrong("--plot " + plot + " must end in .svg or .png");
    }
    if (plot != null && !Files.isDirectory(plot.toAbsolutePath().getParent())) {
      throw wrong("--plot " + plot + " lies in no directory that is there: make it before");
    }
    long millis = Spans.parseNanos("--duration", duration, spec) / 1_000_000;
    range("--duration", millis, Math.max(100, intervalMicros / 100), 86_400_000, "ms");
    return millis;
  }

  private void range(String name, long value, long least, long most, String unit) {
    if (value < least || value > most) {
      throw wrong(
          name + " " + value + " must lie in [" + least + ", " + most + "]"
              + (unit.isEmpty() ? "" : " " + unit));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int idle(long nanos) throws Exception {
    ProgressLine.show("counting wakes for " + idle);
    List<IdleExperiment.Row> rows = IdleExperiment.run(nanos);
    ProgressLine.show("");
    Map<String, String> facts = Machine.facts();
    if (json) {
      System.out.println(
          "{\"seconds\":" + Json.number(nanos / 1e9) + ",\"rows\":["
              + String.join(",\n", rows.stream().map(LatencyCommand::json).toList()) + "]}");
      return 0;
    }
    System.out.println("latency --idle " + idle + ": one timer an hour ahead");
    facts.forEach((name, fact) -> System.out.printf(Locale.ROOT, "  %-8s %s%n", name, fact));
    System.out.printf(Locale.ROOT, "%n%-44s %8s %8s%n", "", "threads", "wakes");
    for (IdleExperiment.Row row : rows) {
      System.out.printf(
          Locale.ROOT, "  %-42s %8d %8d%n", row.name(), row.threads(), row.wakes());
    }
    return 0;
  }

  private static String json(IdleExperiment.Row row) {
    return "{\"name\":" + Json.text(row.name()) + ",\"threads\":" + row.threads() + ",\"wakes\":"
        + row.wakes() + "}";
  }
}
