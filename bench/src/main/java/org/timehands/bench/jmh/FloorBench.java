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
import org.timehands.linux.Counter;

/** What no clock can be cheaper than: the bare downcalls. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class FloorBench {
  /** The ordered counter read: rdtscp, or what the machine has. */
  @Benchmark
  public long counterOrdered() {
    return Counter.readOrdered();
  }

  /** The relaxed counter read: rdtsc. */
  @Benchmark
  public long counterRelaxed() {
    return Counter.readRelaxed();
  }

  /** The counter behind a fence: lfence; rdtsc. */
  @Benchmark
  public long counterFenced() {
    return Counter.readFenced();
  }

  /** A critical downcall that does nothing. */
  @Benchmark
  public long emptyDowncall() {
    return Reads.emptyDowncall(1);
  }
}
