package org.timehands.bench.jmh;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The JDK's own clocks. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class JdkBench {
  private static final Clock UTC = Clock.systemUTC();

  /** System.nanoTime. */
  @Benchmark
  public long nanoTime() {
    return System.nanoTime();
  }

  /** System.currentTimeMillis. */
  @Benchmark
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  /** Instant.now, with the object. */
  @Benchmark
  public Instant instantNow() {
    return Instant.now();
  }

  /** Clock.systemUTC().instant, with the object. */
  @Benchmark
  public Instant clockInstant() {
    return UTC.instant();
  }
}
