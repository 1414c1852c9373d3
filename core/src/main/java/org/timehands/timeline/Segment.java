package org.timehands.timeline;

import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.rate.CounterRate;

/**
 * A copy of one segment of a timeline: a straight line from a counter to all clocks, with its
 * offsets, its error bound and its status.
 *
 * <p>In the page a segment is immutable once published (rule I4: everything a reader needs is in
 * it). This copy is a plain holder that its owner fills, edits and reuses: the writer's draft of
 * the next segment, or a view for history. Not thread-safe.
 */
public final class Segment {
  /** No leap second is announced. */
  public static final long NO_LEAP = Long.MAX_VALUE;

  /** Flag of a segment that bridges a time in which the counter told nothing: UNMAPPABLE. */
  public static final long FLAG_GAP = 1L << 10;

  private static final long WIDTH_MASK = 0xFF;
  private static final int LEAP_SHIFT = 8;
  private static final long LEAP_MASK = 3L << LEAP_SHIFT;
  private static final long LEAP_INSERT = 1L << LEAP_SHIFT;
  private static final long LEAP_DELETE = 2L << LEAP_SHIFT;

  /** Sequence number, from 0. */
  public long sequence;
  /** First cycle. */
  public long startCycles;
  /** MONOTONIC at the first cycle, whole nanoseconds. */
  public long monoBaseNanos;
  /** Fraction of {@link #monoBaseNanos}, 2^-64 ns. */
  public long monoFraction;
  // Two words each, and no object: a rate that was never had before allocates nothing (0-13).
  private long slopeWhole = 1;
  private long slopeFraction;
  /** Id of the clocksource whose cycles these are. */
  public long clocksourceId;
  /** Flags and width; use the accessors. */
  long flags = 64;
  /** REALTIME minus MONOTONIC before the leap. */
  public long realOffsetNanos;
  /** MONOTONIC instant of the next leap second, or {@link #NO_LEAP}. */
  public long leapAtMonoNanos = NO_LEAP;
  /** BOOTTIME minus MONOTONIC. */
  public long bootOffsetNanos;
  /** TAI minus MONOTONIC. */
  public long taiOffsetNanos;
  /** RAW at the first cycle. */
  public long rawBaseNanos;
  /** Fraction of {@link #rawBaseNanos}, 2^-64 ns. */
  public long rawFraction;
  private long rawSlopeWhole = 1;
  private long rawSlopeFraction;
  /** Error bound of MONOTONIC at the first cycle. */
  public long errorNanos;
  /** Growth of the bound, 2^-64 per nanosecond. */
  public long errorRate;
  /** The reference's own bound, added for REALTIME and TAI; MAX when nobody vouches. */
  public long referenceErrorNanos;
  /** Error bound of RAW at the first cycle. */
  public long rawErrorNanos;
  /** Growth of RAW's bound, 2^-64 per nanosecond. */
  public long rawErrorRate;
  /** Cycles from the start after which the status is at best HOLDOVER. */
  public long holdoverAfterCycles = Long.MAX_VALUE;
  /** Cycles from the start after which the status is at best FREERUNNING. */
  public long freerunAfterCycles = Long.MAX_VALUE;
  /** Status at the start. */
  public TimeStatus status = TimeStatus.FREERUNNING;
  /** Reason of the status. */
  public StatusReason reason = StatusReason.NO_REFERENCE;
  /**
   * By how many cycles a reader extends the horizon: L. On a page that others may write to, 10 us
   * or more: far more than two CPUs and two loads can be apart when an absurd promise is taken back
   * (docs/decisions.md, rule I2), which nothing less covers.
   */
  public long stepCycles = 1;
  /** How far past the horizon a reader may go without asking what happened meanwhile: G. */
  public long gapCycles = Long.MAX_VALUE;
  /** Count of clock-was-set events so far. */
  public long clockWasSetSeq;
  /** Count of clocksource changes so far. */
  public long clocksourceChangedSeq;
  /** Host MONOTONIC minus ours, when last seen. */
  public long hostMonoOffsetNanos;
  /** Host MONOTONIC_RAW minus our RAW, when last seen. */
  public long hostRawOffsetNanos;
  /** Host BOOTTIME minus host MONOTONIC, when last seen. */
  public long hostBootOffsetNanos;

  /** An empty segment; fill it before use. */
  public Segment() {}

  /** The width of the counter in bits, 8..64; narrower counts are widened at every read. */
  public int widthBits() {
    return (int) (flags & WIDTH_MASK);
  }

  /** Sets the width of the counter in bits. */
  public void setWidthBits(int bits) {
    if (bits < 8 || bits > 64) {
      throw new IllegalArgumentException("counter of " + bits + " bits must have 8 to 64");
    }
    flags = (flags & ~WIDTH_MASK) | bits;
  }

  /** Whether this segment bridges a time in which the counter told nothing. */
  public boolean isGap() {
    return (flags & FLAG_GAP) != 0;
  }

  /** Marks this segment as a bridge, or as an ordinary one. */
  public void setGap(boolean gap) {
    flags = gap ? flags | FLAG_GAP : flags & ~FLAG_GAP;
  }

  /**
   * The sign of the announced leap second: +1 inserts a second (REALTIME repeats one), -1 deletes
   * one, 0 is none.
   */
  public int leapSign() {
    long leap = flags & LEAP_MASK;
    return leap == LEAP_INSERT ? 1 : leap == LEAP_DELETE ? -1 : 0;
  }

  /** Announces a leap second at a MONOTONIC instant; sign 0 withdraws it. */
  public void setLeap(long atMonoNanos, int sign) {
    flags &= ~LEAP_MASK;
    leapAtMonoNanos = sign == 0 ? NO_LEAP : atMonoNanos;
    if (sign != 0) {
      flags |= sign > 0 ? LEAP_INSERT : LEAP_DELETE;
    }
  }

  /** The rate of MONOTONIC and all clocks built on it; a new object. */
  public CounterRate rate() {
    return new Slope(slopeWhole, slopeFraction);
  }

  /** Sets the rate of MONOTONIC and all clocks built on it. */
  public void setRate(CounterRate rate) {
    Slope slope = Slope.of(rate);
    slopeWhole = slope.whole();
    slopeFraction = slope.fraction();
  }

  /** The rate of RAW, which is never steered; a new object. */
  public CounterRate rawRate() {
    return new Slope(rawSlopeWhole, rawSlopeFraction);
  }

  /** Sets the rate of RAW. */
  public void setRawRate(CounterRate rate) {
    Slope slope = Slope.of(rate);
    rawSlopeWhole = slope.whole();
    rawSlopeFraction = slope.fraction();
  }

  /**
   * Has MONOTONIC run at a rate against RAW; allocates nothing.
   *
   * @param part how much faster or slower, in 2^-64 of RAW's rate, unsigned
   * @param faster whether it is faster
   * @throws IllegalArgumentException if the slope leaves its range
   */
  public void steer(long part, boolean faster) {
    steerFrom(rawSlopeWhole, rawSlopeFraction, part, faster);
  }

  /**
   * Has MONOTONIC run at a rate against a nominal one, as {@link CounterRate#plusPpt} has it;
   * allocates nothing.
   *
   * @param nominal the rate that counts as nominal
   * @param ppt parts per trillion, in (-10^12, 10^12); negative slows down
   * @throws IllegalArgumentException if the rate or the slope leaves its range
   */
  public void steerFrom(CounterRate nominal, long ppt) {
    Slope slope = Slope.of(nominal);
    steerFrom(slope.whole(), slope.fraction(), Fixed.ratePpt(ppt), ppt > 0);
  }

  private void steerFrom(long whole, long fraction, long rate, boolean faster) {
    long steered = Fixed.steeredWhole(whole, fraction, rate, faster);
    Slope.checkWhole(steered);
    slopeFraction = Fixed.steeredFraction(whole, fraction, rate, faster);
    slopeWhole = steered;
  }

  /** Whether {@link #steerFrom(CounterRate, long)} would change nothing. */
  public boolean isSteeredFrom(CounterRate nominal, long ppt) {
    Slope slope = Slope.of(nominal);
    long rate = Fixed.ratePpt(ppt);
    long whole = slope.whole();
    long fraction = slope.fraction();
    return slopeWhole == Fixed.steeredWhole(whole, fraction, rate, ppt > 0)
        && slopeFraction == Fixed.steeredFraction(whole, fraction, rate, ppt > 0);
  }

  /** Whether MONOTONIC runs as in another segment. */
  public boolean hasRateOf(Segment other) {
    return slopeWhole == other.slopeWhole && slopeFraction == other.slopeFraction;
  }

  /** How long a cycle takes, in whole nanoseconds of RAW, rounded down: a tick, or 0 or 1. */
  public long cycleNanos() {
    return rawSlopeWhole;
  }

  /** The least number of cycles in which RAW gains so many nanoseconds, or the limit. */
  public long rawCyclesUntil(long nanos, long limitCycles) {
    return Fixed.cyclesUntil(nanos, rawSlopeWhole, rawSlopeFraction, 0, limitCycles);
  }

  /** The least number of cycles from the start in which MONOTONIC gains so many, or the limit. */
  public long monoCyclesUntil(long nanos, long limitCycles) {
    return Fixed.cyclesUntil(nanos, slopeWhole, slopeFraction, monoFraction, limitCycles);
  }

  /** Nanoseconds that RAW gains in so many cycles, rounded down. */
  public long rawNanosIn(long cycles) {
    return Fixed.wholeNanos(cycles, rawSlopeWhole, rawSlopeFraction, 0);
  }

  /** MONOTONIC at so many cycles after the start. */
  public long monoAt(long cyclesFromStart) {
    return monoBaseNanos
        + Fixed.wholeNanos(cyclesFromStart, slopeWhole, slopeFraction, monoFraction);
  }

  /** RAW at so many cycles after the start. */
  public long rawAt(long cyclesFromStart) {
    return rawBaseNanos
        + Fixed.wholeNanos(cyclesFromStart, rawSlopeWhole, rawSlopeFraction, rawFraction);
  }

  static boolean isWide(long flags) {
    return (flags & 0x7F) == Long.SIZE;
  }

  /** Widens a count of a narrow counter to the one nearest to the horizon (A19). */
  static long widen(long d, long promised, long flags) {
    int shift = 64 - (int) (flags & 0x7F);
    return promised + (((d - promised) << shift) >> shift);
  }

  /** The correction of REALTIME at a MONOTONIC instant for the leap second of this segment. */
  static long leapCorrection(long monoNanos, long leapAt, long flags) {
    if (monoNanos < leapAt) {
      return 0;
    }
    long leap = flags & LEAP_MASK;
    return leap == LEAP_INSERT ? -1_000_000_000L : leap == LEAP_DELETE ? 1_000_000_000L : 0;
  }

  /**
   * Makes this the continuation of another segment from its horizon on: bases, fractions and bounds
   * are those of the other's lines at that cycle, everything else is the same (rule I3).
   *
   * @param before the segment to continue, another object than this
   * @param promisedCycles its sealed horizon, relative to its start
   */
  public void continueFrom(Segment before, long promisedCycles) {
    copyFrom(before);
    sequence = before.sequence + 1;
    startCycles = before.startCycles + promisedCycles;
    monoBaseNanos = before.monoAt(promisedCycles);
    monoFraction = Fixed.fraction(promisedCycles, before.slopeFraction, before.monoFraction);
    rawBaseNanos = before.rawAt(promisedCycles);
    rawFraction = Fixed.fraction(promisedCycles, before.rawSlopeFraction, before.rawFraction);
    long elapsed = monoBaseNanos - before.monoBaseNanos;
    errorNanos = Fixed.addBound(errorNanos, Fixed.growth(elapsed, errorRate));
    rawErrorNanos = Fixed.addBound(rawErrorNanos, Fixed.growth(elapsed, rawErrorRate));
    holdoverAfterCycles = remaining(holdoverAfterCycles, promisedCycles);
    freerunAfterCycles = remaining(freerunAfterCycles, promisedCycles);
    setGap(false);
  }

  private static long remaining(long after, long spent) {
    return after == Long.MAX_VALUE ? after : Math.max(0, after - spent);
  }

  /** Copies every field of another segment. */
  public void copyFrom(Segment other) {
    sequence = other.sequence;
    startCycles = other.startCycles;
    monoBaseNanos = other.monoBaseNanos;
    monoFraction = other.monoFraction;
    slopeWhole = other.slopeWhole;
    slopeFraction = other.slopeFraction;
    clocksourceId = other.clocksourceId;
    flags = other.flags;
    realOffsetNanos = other.realOffsetNanos;
    leapAtMonoNanos = other.leapAtMonoNanos;
    bootOffsetNanos = other.bootOffsetNanos;
    taiOffsetNanos = other.taiOffsetNanos;
    rawBaseNanos = other.rawBaseNanos;
    rawFraction = other.rawFraction;
    rawSlopeWhole = other.rawSlopeWhole;
    rawSlopeFraction = other.rawSlopeFraction;
    errorNanos = other.errorNanos;
    errorRate = other.errorRate;
    referenceErrorNanos = other.referenceErrorNanos;
    rawErrorNanos = other.rawErrorNanos;
    rawErrorRate = other.rawErrorRate;
    holdoverAfterCycles = other.holdoverAfterCycles;
    freerunAfterCycles = other.freerunAfterCycles;
    status = other.status;
    reason = other.reason;
    stepCycles = other.stepCycles;
    gapCycles = other.gapCycles;
    clockWasSetSeq = other.clockWasSetSeq;
    clocksourceChangedSeq = other.clocksourceChangedSeq;
    hostMonoOffsetNanos = other.hostMonoOffsetNanos;
    hostRawOffsetNanos = other.hostRawOffsetNanos;
    hostBootOffsetNanos = other.hostBootOffsetNanos;
  }

  /** Writes all words but the sequence number to a slot. Plain stores: the caller orders them. */
  void store(long slot) {
    Memory.set(slot + Page.START, startCycles);
    Memory.set(slot + Page.MONO_BASE, monoBaseNanos);
    Memory.set(slot + Page.MONO_FRAC, monoFraction);
    Memory.set(slot + Page.SLOPE_FRAC, slopeFraction);
    Memory.set(slot + Page.SLOPE_INT, slopeWhole);
    Memory.set(slot + Page.CLOCKSOURCE, clocksourceId);
    Memory.set(slot + Page.FLAGS, flags);
    Memory.set(slot + Page.OFF_REAL, realOffsetNanos);
    Memory.set(slot + Page.LEAP_AT, leapAtMonoNanos);
    Memory.set(slot + Page.OFF_BOOT, bootOffsetNanos);
    Memory.set(slot + Page.OFF_TAI, taiOffsetNanos);
    Memory.set(slot + Page.RAW_BASE, rawBaseNanos);
    Memory.set(slot + Page.RAW_FRAC, rawFraction);
    Memory.set(slot + Page.RAW_SLOPE_FRAC, rawSlopeFraction);
    Memory.set(slot + Page.RAW_SLOPE_INT, rawSlopeWhole);
    Memory.set(slot + Page.ERR, errorNanos);
    Memory.set(slot + Page.ERR_RATE, errorRate);
    Memory.set(slot + Page.REF_ERR, referenceErrorNanos);
    Memory.set(slot + Page.RESERVED, 0);
    Memory.set(slot + Page.RAW_ERR, rawErrorNanos);
    Memory.set(slot + Page.RAW_RATE, rawErrorRate);
    Memory.set(slot + Page.HOLDOVER_AFTER, holdoverAfterCycles);
    Memory.set(slot + Page.FREERUN_AFTER, freerunAfterCycles);
    Memory.set(slot + Page.STATUS, ((long) reason.code() << 32) | status.code());
    Memory.set(slot + Page.STEP, stepCycles);
    Memory.set(slot + Page.GAP, gapCycles);
    Memory.set(slot + Page.CLOCK_WAS_SET_SEQ, clockWasSetSeq);
    Memory.set(slot + Page.CS_CHANGED_SEQ, clocksourceChangedSeq);
    Memory.set(slot + Page.HOST_MONO_OFF, hostMonoOffsetNanos);
    Memory.set(slot + Page.HOST_RAW_OFF, hostRawOffsetNanos);
    Memory.set(slot + Page.HOST_BOOT_OFF, hostBootOffsetNanos);
  }

  /** Reads all words but the sequence number from a slot; the caller checks that afterwards. */
  void load(long slot) {
    startCycles = Memory.get(slot + Page.START);
    monoBaseNanos = Memory.get(slot + Page.MONO_BASE);
    monoFraction = Memory.get(slot + Page.MONO_FRAC);
    slopeWhole = slopeWholeAt(slot + Page.SLOPE_INT);
    slopeFraction = Memory.get(slot + Page.SLOPE_FRAC);
    clocksourceId = Memory.get(slot + Page.CLOCKSOURCE);
    flags = Memory.get(slot + Page.FLAGS);
    realOffsetNanos = Memory.get(slot + Page.OFF_REAL);
    leapAtMonoNanos = Memory.get(slot + Page.LEAP_AT);
    bootOffsetNanos = Memory.get(slot + Page.OFF_BOOT);
    taiOffsetNanos = Memory.get(slot + Page.OFF_TAI);
    rawBaseNanos = Memory.get(slot + Page.RAW_BASE);
    rawFraction = Memory.get(slot + Page.RAW_FRAC);
    rawSlopeWhole = slopeWholeAt(slot + Page.RAW_SLOPE_INT);
    rawSlopeFraction = Memory.get(slot + Page.RAW_SLOPE_FRAC);
    errorNanos = Memory.get(slot + Page.ERR);
    errorRate = Memory.get(slot + Page.ERR_RATE);
    referenceErrorNanos = Memory.get(slot + Page.REF_ERR);
    rawErrorNanos = Memory.get(slot + Page.RAW_ERR);
    rawErrorRate = Memory.get(slot + Page.RAW_RATE);
    holdoverAfterCycles = Memory.get(slot + Page.HOLDOVER_AFTER);
    freerunAfterCycles = Memory.get(slot + Page.FREERUN_AFTER);
    long statusWord = Memory.get(slot + Page.STATUS);
    status = TimeStatus.of((int) statusWord);
    reason = StatusReason.of((int) (statusWord >>> 32));
    stepCycles = Memory.get(slot + Page.STEP);
    gapCycles = Memory.get(slot + Page.GAP);
    clockWasSetSeq = Memory.get(slot + Page.CLOCK_WAS_SET_SEQ);
    clocksourceChangedSeq = Memory.get(slot + Page.CS_CHANGED_SEQ);
    hostMonoOffsetNanos = Memory.get(slot + Page.HOST_MONO_OFF);
    hostRawOffsetNanos = Memory.get(slot + Page.HOST_RAW_OFF);
    hostBootOffsetNanos = Memory.get(slot + Page.HOST_BOOT_OFF);
  }

  private static long slopeWholeAt(long address) {
    // A torn or damaged slot may hold any bits here; the sequence check rejects it later.
    return Memory.get(address) & (Slope.WHOLE_LIMIT - 1);
  }
}
