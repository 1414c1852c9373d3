package org.timehands.timekeeping;

import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;

/**
 * Who vouches for a steered clock, and for how much: bounds and status of its segments (rule I6).
 *
 * <p>MONOTONIC and RAW are compared with an ideal clock of the counter's nominal rate: the bound
 * grows by the counter's drift, the doubt about its slope, and all that it is steered. REALTIME has
 * a bound from when adjtimex clears {@code STA_UNSYNC} on; its largest error is then taken at its
 * word, and grows from there. Pure functions.
 */
final class Vouching {
  /** Silence of who disciplines the clock after which the status is HOLDOVER: FLL's 2048 s. */
  private static final long HOLDOVER_NANOS = 2_048_000_000_000L;

  private static final long NANOS_PER_MICRO = 1_000;
  private static final long GAIN_PER_PPB = 1L << 32;
  private static final long MOST_PPB = 999_999_999;

  private Vouching() {}

  /** What a counter tells no finer than: a cycle. */
  static long resolutionNanos(Slope slope) {
    return slope.whole() + 1;
  }

  /** A growth in parts per billion as a segment has it; no more than double. */
  static long rateOf(long ppb) {
    return Fixed.ratePpb(Math.min(MOST_PPB, ppb));
  }

  /**
   * Writes rates of growth and status.
   *
   * @param next the segment
   * @param status the {@code STA_} bits
   * @param gainScaled how fast the clock is steered off its nominal rate
   * @param counterPpb how far that may be off the truth
   */
  static void apply(Segment next, int status, long gainScaled, long counterPpb) {
    next.rawErrorRate = rateOf(counterPpb);
    next.errorRate =
        gainScaled == 0
            ? next.rawErrorRate
            : rateOf(counterPpb + Math.abs(gainScaled) / GAIN_PER_PPB + 1);
    boolean vouched = (status & Timex.STA_UNSYNC) == 0;
    if (vouched && next.status == TimeStatus.FREERUNNING) {
      next.status = TimeStatus.SYNCHRONIZED;
      next.reason = StatusReason.FOLLOWING;
    } else if (!vouched && next.status != TimeStatus.FREERUNNING) {
      next.status = TimeStatus.FREERUNNING;
      next.reason = StatusReason.REFERENCE_LOST;
      next.holdoverAfterCycles = Long.MAX_VALUE;
    }
    if (!vouched) {
      next.referenceErrorNanos = Long.MAX_VALUE;
    }
  }

  /** What adjtimex vouches for: its largest error, and what is still to be slewed. */
  static long boundNanos(Ntp ntp, NtpState state) {
    long left = Math.abs(ntp.phaseLeftNanos(state));
    return Fixed.addBound(state.maxErrorMicros() * NANOS_PER_MICRO, left);
  }

  /** Somebody vouches for REALTIME to so many nanoseconds, from the segment's start on. */
  static void renew(Segment next, long boundNanos) {
    next.status = TimeStatus.SYNCHRONIZED;
    next.reason = StatusReason.FOLLOWING;
    next.errorNanos = next.cycleNanos() + 1;
    next.referenceErrorNanos = boundNanos;
    next.holdoverAfterCycles = next.rawCyclesUntil(HOLDOVER_NANOS, Beginning.MAX_CYCLES);
  }

  /** Nobody can say how long the machine slept but the one who told. */
  static void doubt(Segment next) {
    next.referenceErrorNanos = Long.MAX_VALUE;
    if (next.status != TimeStatus.FREERUNNING) {
      next.status = TimeStatus.HOLDOVER;
      next.reason = StatusReason.REFERENCE_SILENT;
    }
  }

  /** Somebody has set the clock. */
  static void setByHand(Segment next) {
    next.status = TimeStatus.FREERUNNING;
    next.reason = StatusReason.SET_BY_HAND;
    next.holdoverAfterCycles = Long.MAX_VALUE;
  }
}
