package org.timehands.discipline;

import java.util.Arrays;

/** What {@link Pps} remembers between two pulses. */
final class PpsState {
  static final int SHORTEST_SHIFT = 2;

  /** Seconds without a pulse until the signal counts as lost. */
  int validSeconds;

  /** The last corrections of the phase in nanoseconds, newest first. */
  final long[] phaseNanos = new long[3];

  long jitterNanos;

  /** Whether an interval has begun, and when on the raw clock. */
  boolean begun;

  long beginRawNanos;

  /** The interval is 2^shift seconds long. */
  int shift = SHORTEST_SHIFT;

  /** Good intervals in a row, negative for bad ones. */
  int row;

  long frequencyScaled;
  long stability;
  long intervals;
  long jitterCount;
  long wanderCount;
  long errorCount;

  /** The next interval is as short as can be. */
  void restartIntervals() {
    shift = SHORTEST_SHIFT;
    row = 0;
  }

  /** Forgets phase, frequency and interval; the counts for people stay. */
  void clear() {
    restartIntervals();
    Arrays.fill(phaseNanos, 0);
    begun = false;
    frequencyScaled = 0;
  }

  void set(PpsState other) {
    validSeconds = other.validSeconds;
    System.arraycopy(other.phaseNanos, 0, phaseNanos, 0, phaseNanos.length);
    jitterNanos = other.jitterNanos;
    begun = other.begun;
    beginRawNanos = other.beginRawNanos;
    shift = other.shift;
    row = other.row;
    frequencyScaled = other.frequencyScaled;
    stability = other.stability;
    intervals = other.intervals;
    jitterCount = other.jitterCount;
    wanderCount = other.wanderCount;
    errorCount = other.errorCount;
  }
}
