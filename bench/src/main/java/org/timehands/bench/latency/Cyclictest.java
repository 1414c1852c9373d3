package org.timehands.bench.latency;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cyclictest that is installed (Debian's package rt-tests), a process for each slice. It counts
 * whole microseconds: half of one is added.
 */
final class Cyclictest implements Contestant {
  /** Its row. */
  static final String NAME = "C cyclictest";

  private static final int MOST_MICROS = 100_000;
  private static final long NANOS_PER_TICK = 10_000_000;
  private static final Path SELF = Path.of("/proc/self/stat");

  /* proc_pid_stat(5), counted from behind the name: cutime and cstime. */
  private static final int CHILD_USER = 13;
  private static final int CHILD_SYSTEM = 14;

  private final Path program;
  private final Setting setting;
  private final boolean holdsLatency;

  private Cyclictest(Path program, Setting setting, boolean holdsLatency) {
    this.program = program;
    this.setting = setting;
    this.holdsLatency = holdsLatency;
  }

  /**
   * Looks for it on the PATH.
   *
   * @param holdsLatency whether /dev/cpu_dma_latency is held at 0 for all; else it is told not to
   *     do that for itself
   */
  static Optional<Cyclictest> find(Setting setting, boolean holdsLatency) {
    String path = System.getenv("PATH");
    for (String each : (path == null ? "" : path).split(":", -1)) {
      Path program = Path.of(each, "cyclictest");
      if (!each.isEmpty() && Files.isExecutable(program)) {
        return Optional.of(new Cyclictest(program, setting, holdsLatency));
      }
    }
    return Optional.empty();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isJava() {
    return false;
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-q", "-t", "1", "-i", Long.toString(intervalNanos / 1000)));
    command.addAll(List.of("-h", Integer.toString(MOST_MICROS)));
    command.addAll(List.of("-D", Long.toString(Math.ceilDiv(millis, 1000))));
    if (setting.priority() > 0) {
      command.addAll(List.of("-p", Integer.toString(setting.priority())));
    }
    if (!holdsLatency) {
      command.add("--laptop");
    }
    long cpu = ownCpuNanos();
    String said =
        Tuning.inherited(
            setting.slackNanos(),
            () -> {
              Process process =
                  new ProcessBuilder(command)
                      .redirectError(ProcessBuilder.Redirect.DISCARD)
                      .start();
              String out =
                  new String(
                      process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
              if (process.waitFor() != 0) {
                throw new IOException("cyclictest ended with code " + process.exitValue());
              }
              return out;
            });
    Slice counted = parse(said);
    return new Slice(counted.late(), 0, 0, ownCpuNanos() - cpu, -1);
  }

  /** Reads lines "MICROS COUNT" and the comments behind them. */
  static Slice parse(String said) throws IOException {
    LateHistogram late = new LateHistogram();
    long overflows = 0;
    long max = 0;
    try {
      for (String line : said.lines().toList()) {
        String[] words = line.strip().split("\\s+", -1);
        if (line.startsWith("# Histogram Overflows:")) {
          overflows = Long.parseLong(words[3]);
        } else if (line.startsWith("# Max Latencies:")) {
          max = Long.parseLong(words[3]);
        } else if (words.length == 2 && !line.startsWith("#")) {
          late.add(Long.parseLong(words[0]) * 1000 + 500, Long.parseLong(words[1]));
        }
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException wrong) {
      throw new IOException("cyclictest's histogram is not understood", wrong);
    }
    // What is beyond the histogram's end is known by its number and its largest.
    late.add(max * 1000 + 500, overflows);
    if (late.total() == 0) {
      throw new IOException("cyclictest's histogram is empty");
    }
    return new Slice(late, 0, 0, 0, -1);
  }

  /** What ended children have used, in steps of 10 ms. */
  @Override
  public long ownCpuNanos() {
    try {
      String stat = Files.readString(SELF);
      String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(words[CHILD_USER]) + Long.parseLong(words[CHILD_SYSTEM]))
          * NANOS_PER_TICK;
    } catch (IOException untold) {
      return 0;
    }
  }
}
