package org.timehands.timeline;

import org.timehands.fixed.Fixed;
import org.timehands.linux.Memory;

/**
 * All clocks, their bounds and their status at one cycle of one counter, filled by one read of a
 * {@link Timeline}.
 *
 * <p>A reusable holder: filling it allocates nothing. Not thread-safe; keep one per thread.
 * Instants and bounds are in nanoseconds.
 */
public final class Sample {
  /** The cycle that was answered. */
  public long cycles;
  /** The clocksource whose cycle it is. */
  public long clocksourceId;
  /** The segment that answered. */
  public long sequence;
  /** MONOTONIC. */
  public long monoNanos;
  /** MONOTONIC_RAW. */
  public long rawNanos;
  /** REALTIME, nanoseconds since 1970-01-01T00:00:00Z. */
  public long realNanos;
  /** BOOTTIME. */
  public long bootNanos;
  /** TAI. */
  public long taiNanos;
  /** Bound of MONOTONIC and BOOTTIME. */
  public long errorNanos;
  /** Bound of REALTIME and TAI; MAX when nobody vouches for the wall clock. */
  public long wallErrorNanos;
  /** Bound of RAW. */
  public long rawErrorNanos;
  /** How far this can be trusted. */
  public TimeStatus status = TimeStatus.STALE;
  /** Why. */
  public StatusReason reason = StatusReason.NO_REFERENCE;
  /** Whether this is the last promised time instead of the present one. */
  public boolean held;
  /** Whether the cycle lies in a time in which the counter told nothing. */
  public boolean gap;
  /** Count of clock-was-set events so far. */
  public long clockWasSetSeq;
  /** Count of clocksource changes so far. */
  public long clocksourceChangedSeq;

  /** Fills this from a slot, without the check that the slot is still the segment's. */
  void fill(long slot, long k, long d, StatusReason heldReason) {
    sequence = k;
    cycles = Memory.get(slot + Page.START) + d;
    clocksourceId = Memory.get(slot + Page.CLOCKSOURCE);
    long elapsed = Timeline.lineNanos(slot, d);
    long mono = Memory.get(slot + Page.MONO_BASE) + elapsed;
    long flags = Memory.get(slot + Page.FLAGS);
    monoNanos = mono;
    realNanos =
        mono
            + Memory.get(slot + Page.OFF_REAL)
            + Segment.leapCorrection(mono, Memory.get(slot + Page.LEAP_AT), flags);
    bootNanos = mono + Memory.get(slot + Page.OFF_BOOT);
    taiNanos = mono + Memory.get(slot + Page.OFF_TAI);
    rawNanos = Timeline.rawNanos(slot, d);
    fillBounds(slot, elapsed);
    clockWasSetSeq = Memory.get(slot + Page.CLOCK_WAS_SET_SEQ);
    clocksourceChangedSeq = Memory.get(slot + Page.CS_CHANGED_SEQ);
    gap = (flags & Segment.FLAG_GAP) != 0;
    fillStatus(slot, d, heldReason);
  }

  private void fillBounds(long slot, long elapsed) {
    long error =
        Fixed.addBound(
            Memory.get(slot + Page.ERR),
            Fixed.growth(elapsed, Memory.get(slot + Page.ERR_RATE)));
    errorNanos = error;
    wallErrorNanos = Fixed.addBound(error, Memory.get(slot + Page.REF_ERR));
    rawErrorNanos =
        Fixed.addBound(
            Memory.get(slot + Page.RAW_ERR),
            Fixed.growth(elapsed, Memory.get(slot + Page.RAW_RATE)));
  }

  private void fillStatus(long slot, long d, StatusReason heldReason) {
    held = heldReason != null;
    if (held) {
      status = TimeStatus.STALE;
      reason = heldReason;
      return;
    }
    long word = Memory.get(slot + Page.STATUS);
    status = TimeStatus.of((int) word);
    reason = StatusReason.of((int) (word >>> 32));
    if (d >= Memory.get(slot + Page.FREERUN_AFTER)) {
      if (status != TimeStatus.FREERUNNING) {
        status = TimeStatus.FREERUNNING;
        reason = StatusReason.REFERENCE_LOST;
      }
    } else if (d >= Memory.get(slot + Page.HOLDOVER_AFTER)
        && status == TimeStatus.SYNCHRONIZED) {
      status = TimeStatus.HOLDOVER;
      reason = StatusReason.REFERENCE_SILENT;
    }
  }
}
