package org.timehands.clocksource;

import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The step in which a clock of the host counts, found by reading it.
 *
 * <p>{@code clock_getres} says 1 ns whatever counter stands beneath, so it is not asked.
 */
final class HostSteps {
  /* These count faster than 1 GHz, or are scaled from what does: a nanosecond and its rounding. */
  private static final Set<String> FAST = Set.of("tsc", "kvm-clock", "xen");
  private static final long FAST_STEP_NANOS = 2;

  private static final int READS = 1000;

  /* A clock that does not move in that many reads has no step worth the name. */
  private static final long NEVER_NANOS = 1_000_000_000L;

  private HostSteps() {}

  /**
   * An upper bound of a clock's step.
   *
   * @param clockNanos the clock
   * @param kernelClocksource what the kernel drives it by
   * @return nanoseconds, at least 1
   */
  static long stepNanos(LongSupplier clockNanos, String kernelClocksource) {
    if (FAST.contains(kernelClocksource)) {
      return FAST_STEP_NANOS;
    }
    // Two successive reads differ by nothing or by whole steps, each rounded down to nanoseconds.
    long least = NEVER_NANOS;
    long last = clockNanos.getAsLong();
    for (int i = 0; i < READS; i++) {
      long next = clockNanos.getAsLong();
      if (next > last) {
        least = Math.min(least, next - last);
      }
      last = next;
    }
    return Math.min(NEVER_NANOS, least + 1);
  }
}
