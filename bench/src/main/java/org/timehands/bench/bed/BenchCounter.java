package org.timehands.bench.bed;

import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;

/**
 * The processor's counter as a clocksource, calibrated just well enough for a benchmark: against
 * the JVM's clock, over some ten milliseconds, when the class is loaded. It admits any counter that
 * can be read: what is measured is the price, not the quality.
 */
public final class BenchCounter implements ClockSource {
  private static final long CALIBRATION_NANOS = 20_000_000;

  private static final long FREQUENCY_HZ = Counter.available() ? calibrate() : 1_000_000_000;

  /** The counter. */
  public BenchCounter() {}

  /** The counter's slope, nanoseconds per cycle. */
  public static Slope slope() {
    return Slope.ofFrequency(FREQUENCY_HZ);
  }

  /** So many nanoseconds in cycles, at least one. */
  public static long cycles(long nanos) {
    boolean overflows =
        Math.multiplyHigh(nanos, FREQUENCY_HZ) != 0 || nanos * FREQUENCY_HZ < 0;
    if (overflows) {
      throw new IllegalArgumentException(nanos + " ns are too many for a benchmark");
    }
    return Math.max(1, nanos * FREQUENCY_HZ / 1_000_000_000);
  }

  /** So many cycles in nanoseconds, rounded down. */
  public static long nanos(long cycles) {
    return Math.multiplyHigh(cycles, 1_000_000_000) == 0 && cycles * 1_000_000_000 >= 0
        ? cycles * 1_000_000_000 / FREQUENCY_HZ
        : cycles / FREQUENCY_HZ * 1_000_000_000;
  }

  private static long calibrate() {
    // The narrowest of some brackets at each end; see spikes on calibration: within 0.1 ppm.
    long[] from = bracket();
    long end = from[1] + CALIBRATION_NANOS;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    long[] to = bracket();
    return Math.round((to[0] - from[0]) * 1e9 / (to[1] - from[1]));
  }

  private static long[] bracket() {
    long[] best = new long[2];
    long width = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      long before = Counter.readOrdered();
      long nanos = System.nanoTime();
      long after = Counter.readOrdered();
      if (after - before < width) {
        width = after - before;
        best[0] = before + (after - before) / 2;
        best[1] = nanos;
      }
    }
    return best;
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public long id() {
    return System.getProperty("os.arch").equals("aarch64") ? CNTVCT : TSC;
  }

  @Override
  public int widthBits() {
    return 64;
  }

  @Override
  public long frequencyHz() {
    return FREQUENCY_HZ;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "for benchmarks only: nobody has checked it";
  }

  @Override
  public long read() {
    return Counter.readOrdered();
  }

  @Override
  public long readRelaxed() {
    return Counter.readRelaxed();
  }

  @Override
  public long readCostNanos() {
    return 20;
  }

  @Override
  public long driftBoundPpb() {
    return 100_000;
  }

  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.UNKNOWN;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }
}
