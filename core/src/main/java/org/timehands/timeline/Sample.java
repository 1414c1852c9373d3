package org.timehands.timeline;

import org.timehands.fixed.Fixed;
import org.timehands.linux.Memory;

/**
 * All clocks, their bounds and their status at one cycle of one counter, filled by one read of a
 * {@link Timeline}.
 *
 * <p>A reusable holder: filling it allocates nothing. It keeps what one segment says and works out
 * bounds and status when asked for them. Not thread-safe; keep one per thread. Instants and bounds
 * are in nanoseconds.
 */
public final class Sample {
  private static final long UNFILLED =
      ((long) StatusReason.NO_REFERENCE.code() << 32) | TimeStatus.FREERUNNING.code();

  private long sequence;
  private long clocksourceId;
  private long startCycles;
  private long sinceStart;
  private long elapsedNanos;
  private long monoNanos;
  private long rawNanos;
  private long realNanos;
  private long bootNanos;
  private long taiNanos;
  private long error;
  private long errorRate;
  private long referenceError = Long.MAX_VALUE;
  private long rawError;
  private long rawErrorRate;
  private long holdoverAfter;
  private long freerunAfter;
  private long statusWord = UNFILLED;
  private long flags;
  private long clockWasSetSeq;
  private long clocksourceChangedSeq;
  private StatusReason heldReason = StatusReason.NO_REFERENCE;

  /** An empty sample: its status is STALE. */
  public Sample() {}

  /** Fills this from a slot, without the check that the slot is still the segment's. */
  void fill(long slot, long k, long d, StatusReason why) {
    long elapsed = Timeline.lineNanos(slot, d);
    long mono = Memory.get(slot + Page.MONO_BASE) + elapsed;
    long word = Memory.get(slot + Page.FLAGS);
    sequence = k;
    sinceStart = d;
    startCycles = Memory.get(slot + Page.START);
    clocksourceId = Memory.get(slot + Page.CLOCKSOURCE);
    elapsedNanos = elapsed;
    monoNanos = mono;
    realNanos =
        mono
            + Memory.get(slot + Page.OFF_REAL)
            + Segment.leapCorrection(mono, Memory.get(slot + Page.LEAP_AT), word);
    bootNanos = mono + Memory.get(slot + Page.OFF_BOOT);
    taiNanos = mono + Memory.get(slot + Page.OFF_TAI);
    rawNanos = Timeline.rawNanos(slot, d);
    flags = word;
    heldReason = why;
    fillBounds(slot);
  }

  private void fillBounds(long slot) {
    error = Memory.get(slot + Page.ERR);
    errorRate = Memory.get(slot + Page.ERR_RATE);
    referenceError = Memory.get(slot + Page.REF_ERR);
    rawError = Memory.get(slot + Page.RAW_ERR);
    rawErrorRate = Memory.get(slot + Page.RAW_RATE);
    holdoverAfter = Memory.get(slot + Page.HOLDOVER_AFTER);
    freerunAfter = Memory.get(slot + Page.FREERUN_AFTER);
    statusWord = Memory.get(slot + Page.STATUS);
    clockWasSetSeq = Memory.get(slot + Page.CLOCK_WAS_SET_SEQ);
    clocksourceChangedSeq = Memory.get(slot + Page.CS_CHANGED_SEQ);
  }

  /** Takes a stamp only. */
  void fillStamp(long id, long start, long d) {
    clocksourceId = id;
    startCycles = start;
    sinceStart = d;
  }

  /** The segment that answered. */
  public long sequence() {
    return sequence;
  }

  /** The cycle that was answered. */
  public long cycles() {
    return startCycles + sinceStart;
  }

  /** The clocksource whose cycle it is. */
  public long clocksourceId() {
    return clocksourceId;
  }

  /** MONOTONIC. */
  public long monoNanos() {
    return monoNanos;
  }

  /** MONOTONIC_RAW. */
  public long rawNanos() {
    return rawNanos;
  }

  /** REALTIME, nanoseconds since 1970-01-01T00:00:00Z. */
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

  /** Bound of MONOTONIC and BOOTTIME: what it was at the segment's start, and its growth since. */
  public long errorNanos() {
    return Fixed.addBound(error, Fixed.growth(elapsedNanos, errorRate));
  }

  /** Bound of REALTIME and TAI; {@link Long#MAX_VALUE} when nobody vouches for the wall clock. */
  public long wallErrorNanos() {
    return Fixed.addBound(errorNanos(), referenceError);
  }

  /** Bound of RAW. */
  public long rawErrorNanos() {
    return Fixed.addBound(rawError, Fixed.growth(elapsedNanos, rawErrorRate));
  }

  /** Whether this is the last promised time instead of the present one. */
  public boolean isHeld() {
    return heldReason != null;
  }

  /** Whether the cycle lies in a time in which the counter told nothing. */
  public boolean isGap() {
    return (flags & Segment.FLAG_GAP) != 0;
  }

  /** How often the wall clock had been set. */
  public long clockWasSetSeq() {
    return clockWasSetSeq;
  }

  /** How often the clocksource had changed. */
  public long clocksourceChangedSeq() {
    return clocksourceChangedSeq;
  }

  /** How far this can be trusted. */
  public TimeStatus status() {
    if (heldReason != null) {
      return TimeStatus.STALE;
    }
    TimeStatus published = TimeStatus.of((int) statusWord);
    if (sinceStart >= freerunAfter) {
      return published.worse(TimeStatus.FREERUNNING);
    }
    return sinceStart >= holdoverAfter ? published.worse(TimeStatus.HOLDOVER) : published;
  }

  /** Why the status is what it is. */
  public StatusReason reason() {
    if (heldReason != null) {
      return heldReason;
    }
    TimeStatus now = status();
    if (now == TimeStatus.of((int) statusWord)) {
      return StatusReason.of((int) (statusWord >>> 32));
    }
    return now == TimeStatus.FREERUNNING
        ? StatusReason.REFERENCE_LOST
        : StatusReason.REFERENCE_SILENT;
  }
}
