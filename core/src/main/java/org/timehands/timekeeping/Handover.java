package org.timehands.timekeeping;

import java.math.BigInteger;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * What one counter shows while another shows a certain cycle, as far as it can be known: both were
 * read in a bracket, and their rates are known to some parts per billion. Immutable.
 */
/*
 * A9: the new line starts at the upper bound of the new counter Y at the moment when the old one X
 * shows the horizon H. Readers for whom Y is not there yet stand still at the end of X.
 *
 *   X      x0 ---------- x1 ------- H         read: x0, then y, then x1
 *   Y            y .................|....|
 *                               lower  upper    Y at X == H lies between; time stands still until
 *                                               Y is at upper: upper - lower at most
 *
 * Both counters round down. X was less than x0 + 1 when it was read, and Y less than y + 1; so from
 * the first reading on Y has gone at most H - x0 cycles of X further, and from the last one on at
 * least H - (x1 + 1). Before the readings it is the other way round. What CPUs may differ by is
 * added at both ends. Model: stress, ClocksourceModel.RULE; midpoint and low end are its mutants.
 */
final class Handover {
  /** So many brackets are looked at; the narrowest counts. */
  private static final int BRACKETS = 5;

  private static final int MAX_BRACKETS = 1_000;
  private static final long PPT_PER_PPB = 1_000;
  private static final long MOST_DOUBT_PPB = 900_000_000;

  private final long before;
  private final long middle;
  private final long after;
  private final Slope fastest;
  private final Slope slowest;
  private final Slope toSlope;
  private final long skewCycles;

  /**
   * One of the two counters.
   *
   * @param source the counter
   * @param slope its nanoseconds per cycle
   * @param anchorCycles near which its counts lie, so that a narrow one can be widened
   * @param doubtPpb how far its rate may be off, drift and calibration together
   */
  record Side(ClockSource source, Slope slope, long anchorCycles, long doubtPpb) {
    long read() {
      return widen(source.read(), anchorCycles, source.widthBits());
    }
  }

  private Handover(Side from, Side to, long before, long middle, long after) {
    this.before = before;
    this.middle = middle;
    this.after = after;
    toSlope = to.slope;
    BigInteger ratio =
        from.slope.toBigInteger().shiftLeft(Long.SIZE).divide(to.slope.toBigInteger());
    Slope rate =
        new Slope(ratio.shiftRight(Long.SIZE).longValueExact(), ratio.longValue());
    long doubt = Math.min(MOST_DOUBT_PPB, from.doubtPpb + to.doubtPpb + 1) * PPT_PER_PPB;
    // Two units for the roundings of both steps: they count where the ratio is tiny.
    fastest = unitsMore(rate.plusPpt(doubt), 2);
    slowest = unitsMore(rate.plusPpt(-doubt), -2);
    long skew = from.source.skewBoundCycles();
    skewCycles = to.source.skewBoundCycles() + (skew == 0 ? 0 : most(skew));
  }

  private static Slope unitsMore(Slope slope, long units) {
    BigInteger sum = slope.toBigInteger().add(BigInteger.valueOf(units)).max(BigInteger.ZERO);
    return new Slope(sum.shiftRight(Long.SIZE).longValueExact(), sum.longValue());
  }

  /** A count of few bits as the number nearest to another that ends in it. */
  static long widen(long count, long anchorCycles, int widthBits) {
    int shift = Long.SIZE - widthBits;
    return anchorCycles + (((count - anchorCycles) << shift) >> shift);
  }

  /**
   * Reads both counters.
   *
   * @throws IllegalStateException if this thread is stopped so often that a narrow counter may have
   *     come round between the readings
   */
  static Handover take(Side from, Side to) {
    Handover best = null;
    for (int tries = 1; tries <= MAX_BRACKETS; tries++) {
      long before = from.read();
      long middle = to.read();
      long after = from.read();
      if (best == null || after - before < best.after - best.before) {
        best = new Handover(from, to, before, middle, after);
      }
      boolean sure = best.isSure(from, to);
      if (sure && (tries >= BRACKETS || best.after == best.before)) {
        return best;
      }
    }
    throw new IllegalStateException(
        "clocksources " + from.source.name() + " and " + to.source.name()
            + " could not be read close enough together in " + MAX_BRACKETS
            + " tries: the machine is too busy for so narrow a counter; try again");
  }

  private boolean isSure(Side from, Side to) {
    return isSure(from, after - before) && isSure(to, most(Math.max(0, after - before)));
  }

  private static boolean isSure(Side side, long cycles) {
    int width = side.source.widthBits();
    return cycles >= 0 && (width == Long.SIZE || cycles < 1L << (width - 3));
  }

  /** The most that the new counter can show when the old one shows a cycle. */
  long upperCycles(long fromCycles) {
    return middle + 1 + skewCycles + most(fromCycles - before);
  }

  /** The least that the new counter can show when the old one shows a cycle. */
  long lowerCycles(long fromCycles) {
    return middle - skewCycles + least(fromCycles - after - 1);
  }

  /**
   * How far the new line may lie behind the old one, in nanoseconds: from the least to the most,
   * which is as long as time may stand still, and the cycle that a count leaves off.
   */
  long doubtNanos(long fromCycles) {
    long cycles = upperCycles(fromCycles) - lowerCycles(fromCycles) + 1;
    return Fixed.wholeNanos(cycles, toSlope.whole(), toSlope.fraction(), 0) + 1;
  }

  private long most(long cycles) {
    return cycles >= 0 ? down(cycles, fastest) + 1 : -down(-cycles, slowest);
  }

  private long least(long cycles) {
    return cycles >= 0 ? down(cycles, slowest) : -down(-cycles, fastest) - 1;
  }

  private static long down(long cycles, Slope rate) {
    return Fixed.wholeNanos(cycles, rate.whole(), rate.fraction(), 0);
  }
}
