package org.timehands.bench.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.timekeeping.Timekeeper;

/** Who takes part, in the order of the rows; closes them all. */
record Contestants(List<Contestant> all, List<String> notes) implements AutoCloseable {
  static final String THREAD_POOL = "ScheduledThreadPoolExecutor";
  static final String FORK_JOIN = "ForkJoinPool";

  /** Only ours, on each of some devices. */
  static Contestants alone(List<String> devices, Timekeeper clocks, Setting setting) {
    List<Contestant> all = new ArrayList<>();
    devices.forEach(each -> all.add(new OurTimers(each, clocks, setting)));
    return new Contestants(all, List.of());
  }

  /**
   * Ours and the peers.
   *
   * @param devices of ours; the first takes part with a spin tail and by itself, too
   * @param usualSlackNanos the slack of threads that nobody tunes
   * @param holdsLatency whether /dev/cpu_dma_latency is held
   * @param directory for the C program
   */
  static Contestants beside(
      List<String> devices,
      Timekeeper clocks,
      Setting setting,
      long usualSlackNanos,
      boolean holdsLatency,
      Path directory)
      throws IOException, InterruptedException {
    List<Contestant> all = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    String plain = ClockEventDevices.plain(devices.getFirst());
    Set<String> ours = new LinkedHashSet<>(devices);
    ours.add(plain);
    ours.add(plain + "+spin");
    ours.forEach(each -> all.add(new OurTimers(each, clocks, setting)));
    try {
      all.add(CLoop.start(directory, setting));
    } catch (IOException refused) {
      notes.add(refused.getMessage());
    }
    Optional<Cyclictest> cyclictest = Cyclictest.find(setting, holdsLatency);
    if (cyclictest.isPresent()) {
      all.add(cyclictest.get());
      notes.add(
          holdsLatency
              ? "cyclictest and all others run with /dev/cpu_dma_latency held at 0"
              : "cyclictest runs with --laptop: by itself it would hold /dev/cpu_dma_latency at 0,"
                  + " which --dma-latency 0 does for all");
    } else {
      notes.add("no cyclictest: install Debian's rt-tests");
    }
    all.add(new ParkLoop(setting));
    Setting usual = new Setting(setting.intervalNanos(), usualSlackNanos, 0, 1);
    all.add(JdkScheduler.threadPool(THREAD_POOL, usual));
    all.add(JdkScheduler.forkJoin(FORK_JOIN, usual));
    all.add(JdkScheduler.threadPool(THREAD_POOL + ", tuned", setting));
    all.add(JdkScheduler.forkJoin(FORK_JOIN + ", tuned", setting));
    notes.add(
        "the JDK's schedulers run as they come, with timer slack " + usualSlackNanos
            + " ns; tuned, with the same as ours"
            + (setting.priority() > 0 ? "; ForkJoinPool's threads cannot have a priority" : ""));
    all.add(new NettyWheel(setting));
    return new Contestants(all, notes);
  }

  /** What the default of timers has chosen; empty where it takes no part. */
  String defaultDevice() {
    return all.stream()
        .filter(each -> each.name().equals(OurTimers.NAME + ClockEventDevices.DEFAULT))
        .map(each -> ((OurTimers) each).devices())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() throws IOException {
    for (Contestant each : all) {
      each.close();
    }
  }
}
