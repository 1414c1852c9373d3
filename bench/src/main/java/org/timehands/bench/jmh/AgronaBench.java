package org.timehands.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.CachedEpochClock;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.HighResolutionClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemEpochMicroClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Agrona's clocks. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AgronaBench {
  private static final SystemNanoClock NANO = SystemNanoClock.INSTANCE;
  private static final SystemEpochClock EPOCH = SystemEpochClock.INSTANCE;
  private static final SystemEpochMicroClock EPOCH_MICRO = new SystemEpochMicroClock();
  private static final SystemEpochNanoClock EPOCH_NANO = SystemEpochNanoClock.INSTANCE;
  private static final OffsetEpochNanoClock OFFSET = new OffsetEpochNanoClock();
  private static final CachedEpochClock CACHED_EPOCH = new CachedEpochClock();
  private static final CachedNanoClock CACHED_NANO = new CachedNanoClock();

  /** SystemNanoClock. */
  @Benchmark
  public long systemNano() {
    return NANO.nanoTime();
  }

  /** SystemEpochClock: milliseconds. */
  @Benchmark
  public long systemEpoch() {
    return EPOCH.time();
  }

  /** SystemEpochMicroClock. */
  @Benchmark
  public long systemEpochMicro() {
    return EPOCH_MICRO.microTime();
  }

  /** SystemEpochNanoClock. */
  @Benchmark
  public long systemEpochNano() {
    return EPOCH_NANO.nanoTime();
  }

  /** OffsetEpochNanoClock: nanoTime plus an offset that is sampled now and then. */
  @Benchmark
  public long offsetEpochNano() {
    return OFFSET.nanoTime();
  }

  /** HighResolutionClock. */
  @Benchmark
  public long highResolution() {
    return HighResolutionClock.epochNanos();
  }

  /** CachedEpochClock: a field that somebody else updates; not a clock read. */
  @Benchmark
  public long cachedEpoch() {
    return CACHED_EPOCH.time();
  }

  /** CachedNanoClock: a field that somebody else updates; not a clock read. */
  @Benchmark
  public long cachedNano() {
    return CACHED_NANO.nanoTime();
  }
}
