package org.timehands.bench.jmh;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.timehands.bench.bed.Bed;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.Updater;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Reading;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Timekeeper;

/**
 * Our reads, as users call them: through a {@link Timekeeper} that is an ordinary field of an
 * ordinary object, which the JIT compiler may not take for a constant.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class TimelineBench {
  /** The timeline that all threads read. */
  @State(Scope.Benchmark)
  public static class Shared {
    /** "process": private memory; "files": two mapped files, as the shared page. */
    @Param("process")
    public String memory;

    /** How often another thread changes the slope; 0 is never. */
    @Param("0")
    public int updatesPerSecond;

    Timekeeper clocks;
    InstantSource instants;
    private Bed bed;
    private Updater updater;

    /** Makes the timeline. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      bed = memory.equals("files") ? Bed.ofFiles() : Bed.ofProcess();
      clocks = bed.timekeeper();
      instants = clocks.instantSource();
      if (updatesPerSecond > 0) {
        updater =
            new Updater(Pins.updater(), updatesPerSecond, slope -> bed.update(slope, () -> {}));
      }
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void close() {
      if (updater != null) {
        updater.close();
      }
      bed.close();
    }
  }

  /** The holders of one thread. */
  @State(Scope.Thread)
  public static class Holders {
    final Snapshot snapshot = new Snapshot();
    final Reading reading = new Reading();
  }

  /** MONOTONIC, ordered. */
  @Benchmark
  public long monotonic(Shared shared) {
    return shared.clocks.monotonicNanos();
  }

  /** MONOTONIC, relaxed. */
  @Benchmark
  public long monotonicRelaxed(Shared shared) {
    return shared.clocks.monotonicNanosRelaxed();
  }

  /** REALTIME, ordered. */
  @Benchmark
  public long realtime(Shared shared) {
    return shared.clocks.realtimeNanos();
  }

  /** REALTIME, relaxed. */
  @Benchmark
  public long realtimeRelaxed(Shared shared) {
    return shared.clocks.realtimeNanosRelaxed();
  }

  /** MONOTONIC_RAW, ordered. */
  @Benchmark
  public long raw(Shared shared) {
    return shared.clocks.rawNanos();
  }

  /** REALTIME with its bound and status, into a holder. */
  @Benchmark
  public Reading reading(Shared shared, Holders holders) {
    return shared.clocks.read(ClockId.REALTIME, holders.reading);
  }

  /** All clocks with bounds, status and the counter, into a holder. */
  @Benchmark
  public Snapshot snapshot(Shared shared, Holders holders) {
    return shared.clocks.snapshot(holders.snapshot);
  }

  /** The same, and then every clock, bound and status is asked for. */
  @Benchmark
  public long snapshotUsed(Shared shared, Holders holders) {
    Snapshot now = shared.clocks.snapshot(holders.snapshot);
    return now.realtimeNanos()
        + now.monotonicNanos()
        + now.rawNanos()
        + now.boottimeNanos()
        + now.taiNanos()
        + now.boundNanos(ClockId.REALTIME)
        + now.boundNanos(ClockId.MONOTONIC)
        + now.boundNanos(ClockId.MONOTONIC_RAW)
        + now.cycles()
        + now.status().hashCode();
  }

  /** REALTIME as an object of java.time. */
  @Benchmark
  public Instant instant(Shared shared) {
    return shared.instants.instant();
  }

  /** REALTIME in milliseconds, through java.time. */
  @Benchmark
  public long millis(Shared shared) {
    return shared.instants.millis();
  }
}
