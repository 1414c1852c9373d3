package org.timehands.timeline;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;

/**
 * A change of a timeline's counter: measures where the new counter stands when the old one reaches
 * the horizon, and is the edit that goes on from there. No reader waits, nothing is stopped.
 *
 * <p>MONOTONIC goes on without a step and never back; it stands still for at most {@link
 * #standstillNanos}, which is added to the bounds. What steers it (the slope over the raw one) is
 * carried over, and so is all else but what is counted in cycles. Use it once: measure, make the
 * new counter known ({@link Counters#add}), append, {@link TimelineWriter#awaitCommit}. Read the
 * timeline before it is measured, so that the horizon is not hours old. Not thread-safe.
 */
/*
 * A9. The new segment must count only from a cycle of the new counter Y at which the old one X has
 * certainly come to the sealed horizon H, because the head is only a hint:
 *
 *   reader A                              reader B
 *   new segment, Y = start: answers T(H)
 *   (tells B)                             old segment, X = H - 1: answers T(H - 1): time went back
 *
 * So the start is the upper bound of Y at X = H, from a bracket Y, X, Y that was taken before:
 *
 *     y0    x    y1                H                start = y1 + the most that Y can count while
 *   --|-----|-----|----------------|-----> X                X goes from x to H
 *                         |--------|
 *                        low      start          Y is here when X = H
 *
 * To the most belong: the width of the bracket; the step in which each counter counts, since a
 * count is shown late by up to a step; how far CPUs differ in either; and the drift of both. A
 * reader that finds Y before the start asks X, and X saturates at H - 1 (Timeline.move). It stands
 * still from X = H to Y = start, which is start - low at most. Test: CounterChangeTest.
 */
public final class CounterChange implements TimelineWriter.Edit {
  /** How many brackets are taken, of which the narrowest counts. */
  private static final int BRACKETS = 16;

  /** A counter's step is looked for in so many reads, at least and at most. */
  private static final int STEP_READS = 8;
  private static final int STEP_READS_MAX = 200;

  /** Horizons further ahead of the old counter than this times GAP are not its own any more. */
  private static final int FURTHEST_GAPS = 4;

  /** CPUs that differ by more than this are not admitted; an unexamined counter counts so. */
  private static final long SKEW_LIMIT_NANOS = 10_000;

  private static final long BILLION = 1_000_000_000L;
  private static final long CYCLES_LIMIT = 1L << 62;

  private final ClockSource to;
  private final Slope slope;
  private final long slopeErrorPpb;
  private final Bracket bracket;
  private final long fromStepCycles;
  private final long toStepCycles;
  private final long fromSkewCycles;
  private final boolean forced;
  private final History history;
  private long standstillNanos;

  /** The horizon lies so far ahead of the old counter that the measurement means nothing. */
  public static final class StaleException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    StaleException(String message) {
      super(message);
    }
  }

  /** The old counter between two reads of the new one. */
  private record Bracket(long before, long from, long after) {
    long width(int shift) {
      return ((after - before) << shift) >>> shift;
    }
  }

  private CounterChange(
      ClockSource from, ClockSource to, CounterRate rate, long slopeErrorPpb, boolean forced,
      History history) {
    this.to = Objects.requireNonNull(to, "to");
    this.slope = Slope.of(rate);
    if (from.id() == to.id()) {
      throw new IllegalArgumentException(
          "clocksource " + to.name() + " is the present one already: name another");
    }
    if (slopeErrorPpb < 0 || slopeErrorPpb + to.driftBoundPpb() >= BILLION) {
      throw new IllegalArgumentException(
          "slope of " + to.name() + " may be off by " + slopeErrorPpb + " ppb and drift by "
              + to.driftBoundPpb() + ": together they must lie in [0, 10^9); calibrate it");
    }
    this.slopeErrorPpb = slopeErrorPpb;
    this.forced = forced;
    this.history = history;
    this.fromStepCycles = stepCycles(from);
    this.toStepCycles = stepCycles(to);
    this.fromSkewCycles = from.skewBoundCycles();
    this.bracket = narrowest(from, to);
  }

  /**
   * Measures for a change.
   *
   * @param from the present counter
   * @param to the new one; if it is narrower than 64 bits and the timeline was on it before, give
   *     it a new era instead, or use {@link #measure(ClockSource, ClockSource, CounterRate, long,
   *     History)}
   * @param rate how fast the new one counts
   * @param slopeErrorPpb how far that may be off, beside the counter's own drift bound
   * @return the edit to append
   * @throws IllegalArgumentException if it is the same counter, or its rate is not known
   */
  public static CounterChange measure(
      ClockSource from, ClockSource to, CounterRate rate, long slopeErrorPpb) {
    return new CounterChange(from, to, rate, slopeErrorPpb, false, null);
  }

  /**
   * Measures for a change back to a narrow counter: counts on from where the timeline left it.
   *
   * @param history the timeline's
   */
  public static CounterChange measure(
      ClockSource from, ClockSource to, CounterRate rate, long slopeErrorPpb, History history) {
    return new CounterChange(from, to, rate, slopeErrorPpb, false, history);
  }

  /**
   * Measures for a change away from a counter that has gone back or does not count at all: the new
   * one counts from now on. Readers that still believe the old one may see time go back, as they do
   * anyhow while they are on it; what is published does not.
   */
  public static CounterChange measureAwayFrom(
      ClockSource broken, ClockSource to, CounterRate rate, long slopeErrorPpb, History history) {
    return new CounterChange(broken, to, rate, slopeErrorPpb, true, history);
  }

  /** The least difference between reads, which is a step or more; 1 if it does not move. */
  private static long stepCycles(ClockSource source) {
    int shift = Long.SIZE - source.widthBits();
    long least = Long.MAX_VALUE;
    long last = source.read();
    for (int i = 0; i < STEP_READS || (least == Long.MAX_VALUE && i < STEP_READS_MAX); i++) {
      long next = source.read();
      long step = ((next - last) << shift) >> shift;
      if (step > 0) {
        least = Math.min(least, step);
      }
      last = next;
    }
    return least == Long.MAX_VALUE ? 1 : least;
  }

  private static Bracket narrowest(ClockSource from, ClockSource to) {
    int shift = Long.SIZE - to.widthBits();
    Bracket best = null;
    for (int i = 0; i < BRACKETS; i++) {
      long before = to.read();
      Bracket next = new Bracket(before, from.read(), to.read());
      // A later one of the same width is better: it lies nearer to the horizon.
      if (best == null || next.width(shift) <= best.width(shift)) {
        best = next;
      }
    }
    return best;
  }

  /**
   * Makes a continuation count the new counter.
   *
   * @throws StaleException if the horizon lies so far ahead of the old counter that this was
   *     measured too long ago, or the counter went back since: measure again; if that does not
   *     help, {@link #measureAwayFrom}
   */
  @Override
  public void apply(Segment next) {
    int shift = Long.SIZE - next.widthBits();
    long ahead = ((next.startCycles - bracket.from) << shift) >> shift;
    if (ahead / FURTHEST_GAPS > next.gapCycles && !forced) {
      throw new StaleException(
          "horizon lies " + ahead + " cycles ahead of the counter, " + FURTHEST_GAPS + " times "
              + next.gapCycles + " are likely: measured too long ago, or the counter went back");
    }
    ahead = forced ? Math.min(ahead, 0) : ahead;
    long ratePpb = Fixed.growth(BILLION, next.rawErrorRate) + slopeErrorPpb + to.driftBoundPpb();
    int toShift = Long.SIZE - to.widthBits();
    long high =
        bracket.width(toShift) + toStepCycles + skewCycles()
            + most(ahead, next, ratePpb);
    long low = least(ahead, next, ratePpb);
    standstillNanos = wholeNanos(Math.max(high - low, 1), slope) + 1;
    long start = countedOn(bracket.before, next) + high;
    convert(next);
    next.startCycles = start;
    next.clocksourceId = to.id();
    next.setWidthBits(to.widthBits());
    // Each cycle of the new counter is shown for a step.
    long open = standstillNanos + wholeNanos(toStepCycles, slope) + 1;
    next.errorNanos = Fixed.addBound(next.errorNanos, open);
    next.rawErrorNanos = Fixed.addBound(next.rawErrorNanos, open);
    long added = Fixed.ratePpb(slopeErrorPpb + to.driftBoundPpb());
    next.errorRate = addRates(next.errorRate, added);
    next.rawErrorRate = added;
  }

  /** How long time stands still at the change at most; known once it was appended. */
  public long standstillNanos() {
    return standstillNanos;
  }

  private long skewCycles() {
    return Math.min(to.skewBoundCycles(), cyclesOf(SKEW_LIMIT_NANOS, slope));
  }

  /** The most that the new counter counts while the old one goes so many cycles. */
  private long most(long ahead, Segment on, long ratePpb) {
    Slope raw = Slope.of(on.rawRate());
    long cycles = ahead + hiddenCycles(raw);
    if (cycles < 0) {
      long nanos = wholeNanos(-cycles, raw);
      return -floorCycles(nanos - part(nanos, ratePpb));
    }
    long nanos = wholeNanos(cycles, raw) + 1;
    return cyclesOf(nanos + part(nanos, ratePpb), slope) + 1;
  }

  /** What a count of the old counter may hide: that it is shown late, or by another CPU. */
  private long hiddenCycles(Slope raw) {
    return fromStepCycles + Math.min(fromSkewCycles, cyclesOf(SKEW_LIMIT_NANOS, raw));
  }

  /** The least that the new counter counts while the old one goes so many cycles. */
  private long least(long ahead, Segment on, long ratePpb) {
    Slope raw = Slope.of(on.rawRate());
    long cycles = ahead - hiddenCycles(raw);
    if (cycles < 0) {
      long nanos = wholeNanos(-cycles, raw) + 1;
      return -cyclesOf(nanos + part(nanos, ratePpb), slope) - 1;
    }
    long nanos = wholeNanos(cycles, raw);
    return floorCycles(Math.max(nanos - part(nanos, ratePpb), 0));
  }

  private static long part(long nanos, long ppb) {
    return Fixed.growth(nanos, Fixed.ratePpb(Math.min(ppb, BILLION - 1)));
  }

  private static long wholeNanos(long cycles, Slope by) {
    return Fixed.wholeNanos(cycles, by.whole(), by.fraction(), 0);
  }

  private static long cyclesOf(long nanos, Slope by) {
    return Fixed.cyclesUntil(nanos, by, 0, CYCLES_LIMIT);
  }

  private long floorCycles(long nanos) {
    return Math.max(cyclesOf(nanos, slope) - 1, 0);
  }

  /** What is counted in cycles, counted in those of the new counter. */
  private void convert(Segment next) {
    Slope raw = Slope.of(next.rawRate());
    boolean stands = raw.whole() == 0 && raw.fraction() == 0;
    long steered = stands ? 0 : next.rate().pptOver(raw);
    long gapLimit =
        to.widthBits() == Long.SIZE ? Long.MAX_VALUE : 1L << (to.widthBits() - 2);
    long gap = Math.min(converted(next.gapCycles, raw), gapLimit);
    next.stepCycles = Math.min(converted(next.stepCycles, raw), gap);
    next.gapCycles = gap;
    next.holdoverAfterCycles = converted(next.holdoverAfterCycles, raw);
    next.freerunAfterCycles = converted(next.freerunAfterCycles, raw);
    next.setRate(slope.plusPpt(steered));
    next.setRawRate(slope);
  }

  private long converted(long cycles, Slope raw) {
    // So many nanoseconds as 2^62 cycles may be: nothing to be reached.
    boolean endless =
        Math.unsignedMultiplyHigh(cycles, raw.whole()) != 0
            || cycles * raw.whole() < 0
            || cycles == Long.MAX_VALUE;
    return endless ? Long.MAX_VALUE : Math.max(1, cyclesOf(wholeNanos(cycles, raw) + 1, slope));
  }

  private static long addRates(long a, long b) {
    long sum = a + b;
    return Long.compareUnsigned(sum, a) < 0 ? -1 : sum;
  }

  /**
   * A narrow count, counted on from where the timeline was on that counter last; history tells
   * cycles of one id apart by nothing but their numbers.
   */
  private long countedOn(long cycles, Segment next) {
    if (to.widthBits() == Long.SIZE || history == null) {
      return cycles;
    }
    Segment last = new Segment();
    for (long k = next.sequence - 1; k >= history.oldest(); k--) {
      long word = history.segment(k, last);
      if (word >= 0 && last.clocksourceId == to.id()) {
        long end = last.startCycles + (word >>> 1);
        long since = next.monoBaseNanos - last.monoAt(word >>> 1);
        boolean slept = next.bootOffsetNanos != last.bootOffsetNanos;
        return near(cycles, end, since, slept);
      }
    }
    return cycles;
  }

  private long near(long cycles, long end, long sinceNanos, boolean slept) {
    int shift = Long.SIZE - to.widthBits();
    long range = 1L << to.widthBits();
    if (slept || sinceNanos / 1_000 > wholeNanos(range / 4, slope)) {
      throw new IllegalStateException(
          to.name() + " was left " + sinceNanos + " ns ago and has " + to.widthBits()
              + " bits: how often it has wrapped is not known; register it anew, with a new era");
    }
    long expected = end + cyclesOf(sinceNanos, slope);
    return expected + (((cycles - expected) << shift) >> shift);
  }
}
