package org.timehands.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.timehands.bench.bed.Reads;
import org.timehands.linux.HostClocks;

/** The host's clocks by clock_gettime, called without JNI. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class HostBench {
  /** clock_gettime(CLOCK_MONOTONIC). */
  @Benchmark
  public long monotonic() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  /** clock_gettime(CLOCK_REALTIME). */
  @Benchmark
  public long realtime() {
    return HostClocks.nanos(HostClocks.CLOCK_REALTIME);
  }

  /** MONOTONIC, RAW, REALTIME, BOOTTIME and TAI by five calls. */
  @Benchmark
  public long fiveClocks() {
    return Reads.fiveClocks();
  }
}
