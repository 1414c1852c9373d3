package org.timehands.bench.alternatives;

/**
 * All clocks of an alternative at one cycle, and the words behind their bounds: what {@code Sample}
 * is to the timeline. A reusable holder, not thread-safe.
 */
public final class AllClocks {
  long cycles;
  long elapsedNanos;
  long clocksourceId;
  long monoNanos;
  long rawNanos;
  long realNanos;
  long bootNanos;
  long taiNanos;
  long errorNanos;
  long errorRate;
  long referenceErrorNanos;
  long rawErrorNanos;
  long rawErrorRate;
  long holdoverAfterCycles;
  long freerunAfterCycles;
  long status;
  long clockWasSetSeq;
  long clocksourceChangedSeq;

  /** An empty holder. */
  public AllClocks() {}

  /** The cycle that was read. */
  public long cycles() {
    return cycles;
  }

  /** MONOTONIC. */
  public long monoNanos() {
    return monoNanos;
  }

  /** REALTIME. */
  public long realNanos() {
    return realNanos;
  }

  /** BOOTTIME. */
  public long bootNanos() {
    return bootNanos;
  }

  /** TAI. */
  public long taiNanos() {
    return taiNanos;
  }

  /** MONOTONIC_RAW. */
  public long rawNanos() {
    return rawNanos;
  }
}
