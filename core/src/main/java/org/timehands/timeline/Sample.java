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
  /* The slot's words from HOLDOVER_AFTER to CS_CHANGED_SEQ are kept as they stand. */
  private static final int HOLDOVER_AFTER = 0;
  private static final int FREERUN_AFTER = place(Page.FREERUN_AFTER);
  private static final int STATUS = place(Page.STATUS);
  private static final int CLOCK_WAS_SET_SEQ = place(Page.CLOCK_WAS_SET_SEQ);
  private static final int CS_CHANGED_SEQ = place(Page.CS_CHANGED_SEQ);
  private static final int KEPT_WORDS = CS_CHANGED_SEQ + 1;

  private static final int NOT_HELD = -1;

  private static final long UNFILLED =
      ((long) StatusReason.NO_REFERENCE.code() << 32) | TimeStatus.FREERUNNING.code();

  private long sequence;
  private long clocksourceId;
  private long startCycles;
  private long sinceStart;
  private long elapsedNanos;
  private long lateNanos;
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
  private long flags;
  // A number, because a store of a reference costs the collector's barrier.
  private int heldCode = StatusReason.NO_REFERENCE.code();
  private final long[] kept = new long[KEPT_WORDS];

  /** An empty sample: its status is STALE. */
  public Sample() {
    kept[STATUS] = UNFILLED;
  }

  /**
   * Fills this from a slot, but for the stamp, and without the check that the slot is still the
   * segment's.
   *
   * @param address of the slot
   * @param k the segment's sequence number
   * @param d cycles since its start
   * @param why the reason that d is the last promised cycle and not the present one, or null
   */
  // One method on purpose. The JIT compiler gives each method that it compiles room for some
  // twenty inlined accesses (NodeCountInliningCutoff) and calls those beyond, at 2 ns apiece. In
  // pieces, or shorter, this would be inlined into its callers and take their room; a method above
  // 325 bytes (FreqInlineSize) is compiled by itself. SampleShapeTest holds the size. The last
  // words are read by a loop because one access stands for all of them until it is unrolled.
  void fill(long address, long k, long d, StatusReason why) {
    long slot = Memory.known(address);
    long elapsed =
        Fixed.wholeNanos(
            d,
            Memory.get(slot + Page.SLOPE_INT),
            Memory.get(slot + Page.SLOPE_FRAC),
            Memory.get(slot + Page.MONO_FRAC));
    long mono = Memory.get(slot + Page.MONO_BASE) + elapsed;
    long word = Memory.get(slot + Page.FLAGS);
    long leap = Segment.leapCorrection(mono, Memory.get(slot + Page.LEAP_AT), word);
    sequence = k;
    elapsedNanos = elapsed;
    lateNanos = 0;
    flags = word;
    monoNanos = mono;
    realNanos = mono + Memory.get(slot + Page.OFF_REAL) + leap;
    bootNanos = mono + Memory.get(slot + Page.OFF_BOOT);
    taiNanos = mono + Memory.get(slot + Page.OFF_TAI);
    rawNanos =
        Memory.get(slot + Page.RAW_BASE)
            + Fixed.wholeNanos(
                d,
                Memory.get(slot + Page.RAW_SLOPE_INT),
                Memory.get(slot + Page.RAW_SLOPE_FRAC),
                Memory.get(slot + Page.RAW_FRAC));
    error = Memory.get(slot + Page.ERR);
    errorRate = Memory.get(slot + Page.ERR_RATE);
    referenceError = Memory.get(slot + Page.REF_ERR);
    rawError = Memory.get(slot + Page.RAW_ERR);
    rawErrorRate = Memory.get(slot + Page.RAW_RATE);
    heldCode = why == null ? NOT_HELD : why.code();
    long[] into = kept;
    for (int i = 0; i < KEPT_WORDS; i++) {
      into[i] = Memory.get(slot + Page.HOLDOVER_AFTER + 8L * i);
    }
  }

  /**
   * Says that the answer is for another cycle than the present one, so that the bounds grow by what
   * lies between: a reader that stands still says how far it may be off.
   *
   * @param address of the slot
   * @param cycles how many, not negative; {@link Long#MAX_VALUE} if nobody knows
   */
  void late(long address, long cycles) {
    long slot = Memory.known(address);
    long nanos =
        Fixed.wholeNanos(
            cycles,
            Memory.get(slot + Page.RAW_SLOPE_INT),
            Memory.get(slot + Page.RAW_SLOPE_FRAC),
            0);
    lateNanos = cycles == Long.MAX_VALUE || nanos < 0 ? Long.MAX_VALUE : nanos + 1;
  }

  /** Takes the stamp: whose cycle, where the segment starts, and how far from there. */
  void fillStamp(long id, long start, long d) {
    clocksourceId = id;
    startCycles = start;
    sinceStart = d;
  }

  /** Fills this from a copy of a segment as from its slot. */
  void fill(SegmentCopy from, long d) {
    long elapsed =
        Fixed.wholeNanos(
            d, from.get(Page.SLOPE_INT), from.get(Page.SLOPE_FRAC), from.get(Page.MONO_FRAC));
    long mono = from.get(Page.MONO_BASE) + elapsed;
    flags = from.get(Page.FLAGS);
    sequence = from.sequence();
    elapsedNanos = elapsed;
    lateNanos = 0;
    monoNanos = mono;
    realNanos =
        mono
            + from.get(Page.OFF_REAL)
            + Segment.leapCorrection(mono, from.get(Page.LEAP_AT), flags);
    bootNanos = mono + from.get(Page.OFF_BOOT);
    taiNanos = mono + from.get(Page.OFF_TAI);
    rawNanos =
        from.get(Page.RAW_BASE)
            + Fixed.wholeNanos(
                d,
                from.get(Page.RAW_SLOPE_INT),
                from.get(Page.RAW_SLOPE_FRAC),
                from.get(Page.RAW_FRAC));
    error = from.get(Page.ERR);
    errorRate = from.get(Page.ERR_RATE);
    referenceError = from.get(Page.REF_ERR);
    rawError = from.get(Page.RAW_ERR);
    rawErrorRate = from.get(Page.RAW_RATE);
    heldCode = NOT_HELD;
    System.arraycopy(
        from.words, SegmentCopy.place(Page.HOLDOVER_AFTER), kept, 0, KEPT_WORDS);
  }

  private static int place(long word) {
    return (int) ((word - Page.HOLDOVER_AFTER) >>> 3);
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

  /**
   * Bound of MONOTONIC and BOOTTIME: what it was at the segment's start, its growth since, and, if
   * this is not the present time, what lies between; {@link Long#MAX_VALUE} if nobody knows.
   */
  public long errorNanos() {
    return bound(error, errorRate);
  }

  private long bound(long atStart, long rate) {
    if (lateNanos == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    long grown = Fixed.addBound(atStart, Fixed.growth(elapsedNanos + lateNanos, rate));
    return Fixed.addBound(grown, lateNanos);
  }

  /** Bound of REALTIME and TAI; {@link Long#MAX_VALUE} when nobody vouches for the wall clock. */
  public long wallErrorNanos() {
    return Fixed.addBound(errorNanos(), referenceError);
  }

  /** Bound of RAW. */
  public long rawErrorNanos() {
    return bound(rawError, rawErrorRate);
  }

  /**
   * How far before or after the answered cycle the counter stood when it was read, rounded up: 0 if
   * the answer is the present cycle's, as nearly all are and all that history converts; {@link
   * Long#MAX_VALUE} if nobody knows. The bounds have grown by this, so only where it is 0 are they
   * what {@link History} says of the same cycle.
   */
  public long lateNanos() {
    return lateNanos;
  }

  /** Whether this is the last promised time instead of the present one. */
  public boolean isHeld() {
    return heldCode != NOT_HELD;
  }

  /** Whether the cycle lies in a time in which the counter told nothing. */
  public boolean isGap() {
    return (flags & Segment.FLAG_GAP) != 0;
  }

  /** How often the wall clock had been set. */
  public long clockWasSetSeq() {
    return kept[CLOCK_WAS_SET_SEQ];
  }

  /** How often the clocksource had changed. */
  public long clocksourceChangedSeq() {
    return kept[CS_CHANGED_SEQ];
  }

  /** How far this can be trusted. */
  public TimeStatus status() {
    if (heldCode != NOT_HELD) {
      return TimeStatus.STALE;
    }
    TimeStatus published = TimeStatus.of((int) kept[STATUS]);
    if (sinceStart >= kept[FREERUN_AFTER]) {
      return published.worse(TimeStatus.FREERUNNING);
    }
    return sinceStart >= kept[HOLDOVER_AFTER] ? published.worse(TimeStatus.HOLDOVER) : published;
  }

  /** Why the status is what it is. */
  public StatusReason reason() {
    if (heldCode != NOT_HELD) {
      return StatusReason.of(heldCode);
    }
    TimeStatus now = status();
    if (now == TimeStatus.of((int) kept[STATUS])) {
      return StatusReason.of((int) (kept[STATUS] >>> 32));
    }
    return now == TimeStatus.FREERUNNING
        ? StatusReason.REFERENCE_LOST
        : StatusReason.REFERENCE_SILENT;
  }
}
