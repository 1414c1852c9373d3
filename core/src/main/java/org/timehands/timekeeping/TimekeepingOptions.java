package org.timehands.timekeeping;

import java.util.Objects;
import java.util.Optional;
import org.timehands.discipline.LeapTable;
import org.timehands.discipline.Ntp;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;

/**
 * How a timeline is begun and steered. Immutable.
 *
 * @param startRealtimeNanos REALTIME at the beginning, in nanoseconds since 1970, not below
 *     MONOTONIC and below {@link Timekeeping#REALTIME_END_NANOS}
 * @param startMonotonicNanos MONOTONIC, RAW and BOOTTIME at the beginning, not negative
 * @param stepNanos by how much a reader extends the horizon (L): the delay of every change; at
 *     least one cycle is taken
 * @param gapNanos beyond which a reader asks what happened since the horizon (G); a quarter of a
 *     narrow counter's range at most is taken
 * @param slots segments of history, a power of two
 * @param hz intervals a second of the discipline, the kernel's HZ that is imitated, in [1, 1000]
 * @param leapTable announces leap seconds and tells TAI-UTC; empty if adjtimex alone does
 * @param slopeErrorPpb how far the counter's slope may be off, in parts per billion, in [0, 10^8]
 * @param gapProbe asked about gaps; the default believes a counter but for its going back
 * @param whileWaiting what a setter does again and again until its change is in force; at virtual
 *     time it has to let time pass
 */
public record TimekeepingOptions(
    long startRealtimeNanos,
    long startMonotonicNanos,
    long stepNanos,
    long gapNanos,
    int slots,
    int hz,
    Optional<LeapTable> leapTable,
    long slopeErrorPpb,
    GapProbe gapProbe,
    Runnable whileWaiting) {
  /** Believes the counter unless it went back: to go on then would answer from the past. */
  public static final GapProbe FORWARD_ONLY =
      (timeline, sequence, promised, now) ->
          now < 0 ? GapProbe.Verdict.HOLD : GapProbe.Verdict.EXTEND;

  private static final long MAX_SLOPE_ERROR_PPB = 100_000_000;

  /** Checks the ranges. */
  public TimekeepingOptions {
    Objects.requireNonNull(leapTable, "leapTable");
    Objects.requireNonNull(gapProbe, "gapProbe");
    Objects.requireNonNull(whileWaiting, "whileWaiting");
    Page.checkSlots(slots);
    if (startMonotonicNanos < 0 || startRealtimeNanos < startMonotonicNanos) {
      throw new IllegalArgumentException(
          "start at REALTIME " + startRealtimeNanos + " ns, MONOTONIC " + startMonotonicNanos
              + " ns: MONOTONIC must not be negative, and REALTIME not below it");
    }
    if (startRealtimeNanos >= Timekeeping.REALTIME_END_NANOS) {
      throw new IllegalArgumentException(
          "start at REALTIME " + startRealtimeNanos + " ns must lie below "
              + Timekeeping.REALTIME_END_NANOS + ", 30 years before the end of 64-bit time");
    }
    if (stepNanos < 1 || gapNanos < stepNanos) {
      throw new IllegalArgumentException(
          "horizon step of " + stepNanos + " ns must be at least 1, and the gap guard of "
              + gapNanos + " ns not below it; 250000 and 50000000 are the defaults");
    }
    checkSlopeError(slopeErrorPpb);
  }

  static void checkSlopeError(long ppb) {
    if (ppb < 0 || ppb > MAX_SLOPE_ERROR_PPB) {
      throw new IllegalArgumentException(
          "slope error of " + ppb + " ppb must lie in [0, " + MAX_SLOPE_ERROR_PPB
              + "]: calibrate for longer");
    }
  }

  /** All clocks at 0, L of 250 us, G of 50 ms, 4096 segments, 1000 Hz, no leap table. */
  public static TimekeepingOptions defaults() {
    return new TimekeepingOptions(
        0,
        0,
        250_000,
        50_000_000,
        Page.DEFAULT_SLOTS,
        Ntp.DEFAULT_HZ,
        Optional.empty(),
        0,
        FORWARD_ONLY,
        Thread::onSpinWait);
  }

  /** These options with other times to begin at. */
  public TimekeepingOptions startingAt(long realtimeNanos, long monotonicNanos) {
    return new TimekeepingOptions(
        realtimeNanos, monotonicNanos, stepNanos, gapNanos, slots, hz, leapTable, slopeErrorPpb,
        gapProbe, whileWaiting);
  }

  /** These options with another horizon step and gap guard. */
  public TimekeepingOptions withHorizon(long newStepNanos, long newGapNanos) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, newStepNanos, newGapNanos, slots, hz, leapTable,
        slopeErrorPpb, gapProbe, whileWaiting);
  }

  /** These options with another depth of history. */
  public TimekeepingOptions withSlots(int newSlots) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, newSlots, hz, leapTable,
        slopeErrorPpb, gapProbe, whileWaiting);
  }

  /** These options with other intervals of the discipline. */
  public TimekeepingOptions withHz(int newHz) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, slots, newHz, leapTable,
        slopeErrorPpb, gapProbe, whileWaiting);
  }

  /** These options with a leap table. */
  public TimekeepingOptions withLeapTable(LeapTable table) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, slots, hz,
        Optional.of(table), slopeErrorPpb, gapProbe, whileWaiting);
  }

  /** These options for an auxiliary clock: no leap table, and no deeper history than need be. */
  TimekeepingOptions aside() {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos,
        Math.min(slots, AuxClocks.SLOTS), hz, Optional.empty(), slopeErrorPpb, gapProbe,
        whileWaiting);
  }

  /** These options for a slope that is known so well. */
  public TimekeepingOptions withSlopeErrorPpb(long newErrorPpb) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, slots, hz, leapTable,
        newErrorPpb, gapProbe, whileWaiting);
  }

  /** These options with another probe. */
  public TimekeepingOptions withGapProbe(GapProbe newProbe) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, slots, hz, leapTable,
        slopeErrorPpb, newProbe, whileWaiting);
  }

  /** These options with something else to do while a setter waits. */
  public TimekeepingOptions waitingBy(Runnable newWhileWaiting) {
    return new TimekeepingOptions(
        startRealtimeNanos, startMonotonicNanos, stepNanos, gapNanos, slots, hz, leapTable,
        slopeErrorPpb, gapProbe, newWhileWaiting);
  }
}
