package org.timehands.bench.jmh;

import java.io.IOException;
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
import org.timehands.bench.alternatives.AllClocks;
import org.timehands.bench.alternatives.Alternative;
import org.timehands.bench.alternatives.ImmutableClock;
import org.timehands.bench.alternatives.LatchClock;
import org.timehands.bench.alternatives.SeqlockClock;
import org.timehands.bench.alternatives.StampedLockClock;
import org.timehands.bench.bed.BenchCounter;
import org.timehands.bench.bed.Pins;
import org.timehands.bench.bed.Updater;
import org.timehands.linux.Counter;

/** Reads of the timelines that were not built; each has a state of its own, so that calls bind. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AlternativesBench {
  /** What all alternatives share: the updater. */
  @State(Scope.Benchmark)
  public abstract static class Base {
    /** How often another thread changes the slope; 0 is never. */
    @Param("0")
    public int updatesPerSecond;

    private Updater updater;

    abstract Alternative make(long startCycles);

    /** Makes the clock. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      Alternative clock = make(Counter.readOrdered());
      if (updatesPerSecond > 0) {
        updater =
            new Updater(
                Pins.updater(), updatesPerSecond, slope -> clock.update(slope, () -> {}));
      }
    }

    /** Ends the updater. */
    @TearDown(Level.Trial)
    public void close() {
      if (updater != null) {
        updater.close();
      }
    }
  }

  /** Holds a {@link SeqlockClock}. */
  @State(Scope.Benchmark)
  public static class Seqlock extends Base {
    SeqlockClock clock;

    @Override
    Alternative make(long startCycles) {
      clock = new SeqlockClock(startCycles, BenchCounter.slope());
      return clock;
    }
  }

  /** Holds a {@link StampedLockClock}. */
  @State(Scope.Benchmark)
  public static class StampedLock extends Base {
    StampedLockClock clock;

    @Override
    Alternative make(long startCycles) {
      clock = new StampedLockClock(startCycles, BenchCounter.slope());
      return clock;
    }
  }

  /** Holds a {@link LatchClock}. */
  @State(Scope.Benchmark)
  public static class Latch extends Base {
    LatchClock clock;

    @Override
    Alternative make(long startCycles) {
      clock = new LatchClock(startCycles, BenchCounter.slope());
      return clock;
    }
  }

  /** Holds a {@link ImmutableClock}. */
  @State(Scope.Benchmark)
  public static class Immutable extends Base {
    ImmutableClock clock;

    @Override
    Alternative make(long startCycles) {
      clock = new ImmutableClock(startCycles, BenchCounter.slope());
      return clock;
    }
  }

  /** The holder of one thread. */
  @State(Scope.Thread)
  public static class Holder {
    final AllClocks clocks = new AllClocks();
  }

  /** MONOTONIC, ordered, from a {@link SeqlockClock}. */
  @Benchmark
  public long seqlock(Seqlock state) {
    return state.clock.monotonic();
  }

  /** MONOTONIC, relaxed, from a {@link SeqlockClock}. */
  @Benchmark
  public long seqlockRelaxed(Seqlock state) {
    return state.clock.monotonicRelaxed();
  }

  /** REALTIME, ordered, from a {@link SeqlockClock}. */
  @Benchmark
  public long seqlockRealtime(Seqlock state) {
    return state.clock.realtime();
  }

  /** All clocks into a holder, from a {@link SeqlockClock}. */
  @Benchmark
  public AllClocks seqlockSnapshot(Seqlock state, Holder holder) {
    state.clock.sample(holder.clocks);
    return holder.clocks;
  }

  /** MONOTONIC, ordered, from a {@link StampedLockClock}. */
  @Benchmark
  public long stampedLock(StampedLock state) {
    return state.clock.monotonic();
  }

  /** MONOTONIC, relaxed, from a {@link StampedLockClock}. */
  @Benchmark
  public long stampedLockRelaxed(StampedLock state) {
    return state.clock.monotonicRelaxed();
  }

  /** REALTIME, ordered, from a {@link StampedLockClock}. */
  @Benchmark
  public long stampedLockRealtime(StampedLock state) {
    return state.clock.realtime();
  }

  /** All clocks into a holder, from a {@link StampedLockClock}. */
  @Benchmark
  public AllClocks stampedLockSnapshot(StampedLock state, Holder holder) {
    state.clock.sample(holder.clocks);
    return holder.clocks;
  }

  /** MONOTONIC, ordered, from a {@link LatchClock}. */
  @Benchmark
  public long latch(Latch state) {
    return state.clock.monotonic();
  }

  /** MONOTONIC, relaxed, from a {@link LatchClock}. */
  @Benchmark
  public long latchRelaxed(Latch state) {
    return state.clock.monotonicRelaxed();
  }

  /** REALTIME, ordered, from a {@link LatchClock}. */
  @Benchmark
  public long latchRealtime(Latch state) {
    return state.clock.realtime();
  }

  /** All clocks into a holder, from a {@link LatchClock}. */
  @Benchmark
  public AllClocks latchSnapshot(Latch state, Holder holder) {
    state.clock.sample(holder.clocks);
    return holder.clocks;
  }

  /** MONOTONIC, ordered, from a {@link ImmutableClock}. */
  @Benchmark
  public long immutable(Immutable state) {
    return state.clock.monotonic();
  }

  /** MONOTONIC, relaxed, from a {@link ImmutableClock}. */
  @Benchmark
  public long immutableRelaxed(Immutable state) {
    return state.clock.monotonicRelaxed();
  }

  /** REALTIME, ordered, from a {@link ImmutableClock}. */
  @Benchmark
  public long immutableRealtime(Immutable state) {
    return state.clock.realtime();
  }

  /** All clocks into a holder, from a {@link ImmutableClock}. */
  @Benchmark
  public AllClocks immutableSnapshot(Immutable state, Holder holder) {
    state.clock.sample(holder.clocks);
    return holder.clocks;
  }
}
