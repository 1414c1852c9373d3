package org.timehands.bench.jmh;

import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.core.time.SystemTimeProvider;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.core.time.UniqueMicroTimeProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Chronicle-Core's time providers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ChronicleBench {
  private static final TimeProvider SYSTEM = SystemTimeProvider.INSTANCE;
  private static final TimeProvider UNIQUE = UniqueMicroTimeProvider.INSTANCE;

  /** SystemTimeProvider, nanoseconds. */
  @Benchmark
  public long systemNanos() {
    return SYSTEM.currentTimeNanos();
  }

  /** SystemTimeProvider, milliseconds. */
  @Benchmark
  public long systemMillis() {
    return SYSTEM.currentTimeMillis();
  }

  /** UniqueMicroTimeProvider: no two calls get the same microsecond. */
  @Benchmark
  public long uniqueMicros() {
    return UNIQUE.currentTimeMicros();
  }
}
