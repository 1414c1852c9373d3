package org.timehands.bench.bed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Tells how much of the machine others took while we measured: processes that are not ours, by
 * {@code /proc/stat} against our own CPU time, and the hypervisor, by steal time. Not thread-safe.
 */
public final class NoiseMeter {
  private static final Path STAT = Path.of("/proc/stat");
  private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on Linux.

  // Fields of the line "cpu", proc_stat(5): user nice system idle iowait irq softirq steal.
  private static final int IDLE = 3;
  private static final int IOWAIT = 4;
  private static final int STEAL = 7;

  private record Reading(long wallNanos, long busyNanos, long stealNanos, long ownNanos) {}

  private final LongSupplier children;
  private Reading last;

  /**
   * A meter that starts now.
   *
   * @param children CPU nanoseconds of processes of ours besides this one
   */
  public NoiseMeter(LongSupplier children) {
    this.children = children;
    last = read();
  }

  /** How busy others were since the last call, or since this was made. */
  public Noise lap() {
    Reading now = read();
    Reading before = last;
    last = now;
    double wall = Math.max(1, now.wallNanos - before.wallNanos);
    double busy = now.busyNanos - before.busyNanos;
    double own = now.ownNanos - before.ownNanos;
    return new Noise(
        Math.max(0, (busy - own) / wall), (now.stealNanos - before.stealNanos) / wall);
  }

  private Reading read() {
    long[] ticks = ticks();
    long busy = 0;
    for (int i = 0; i < STEAL; i++) {
      busy += i == IDLE || i == IOWAIT ? 0 : ticks[i];
    }
    long own = children.getAsLong();
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      own += system.getProcessCpuTime();
    }
    return new Reading(
        System.nanoTime(), busy * NANOS_PER_TICK, ticks[STEAL] * NANOS_PER_TICK, own);
  }

  private static long[] ticks() {
    try {
      return parse(Files.readString(STAT));
    } catch (IOException untold) {
      return new long[STEAL + 1];
    }
  }

  /** The first eight numbers of the line for all CPUs; zeros where it does not stand. */
  static long[] parse(String stat) {
    String line = stat.lines().findFirst().orElse("");
    String[] words = line.strip().split("\\s+", -1);
    if (!words[0].equals("cpu") || words.length < STEAL + 2) {
      return new long[STEAL + 1];
    }
    return Arrays.stream(words, 1, STEAL + 2).mapToLong(Long::parseLong).toArray();
  }
}
