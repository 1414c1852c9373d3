package org.timehands.clocksource;

import java.math.BigInteger;
import java.util.List;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;

/**
 * What a counter's cycle is worth in nanoseconds of another clock, with a bound on the error that
 * holds whatever the scheduler did: the slope between two {@link Bracket brackets}.
 *
 * <p>The clock's time at the counter's cycle is known to the width of a bracket at each end and to
 * the steps in which both count, so the slope lies between
 *
 * <pre>
 *   (nanos - step) / (cycles from the first's before to the last's after, + step)     and
 *   (nanos + step) / (cycles from the first's after to the last's before, - step)
 * </pre>
 *
 * <p>where a step is what rounding down hides: the clock's is given, the counter's is the greatest
 * common divisor of all differences seen (some TSCs count 26 at a time). The slope given is the
 * one between the middles, and the error is the distance to the farther limit, rounded up. Nothing
 * is assumed of the distribution of delays: regression over all brackets would mostly be ten times
 * closer, but its error could only be guessed.
 *
 * <p>Whether the two clocks keep that ratio is another question: see the drift bound of the
 * clocksource, and {@link #refine}, which notices when they did not. Immutable and thread-safe.
 *
 * @param rate how fast the counter counts
 * @param errorPpb the true slope lies within this many parts per billion of {@code rate}
 * @param begin the bracket at the beginning
 * @param end the bracket at the end
 * @param stepNanos the step in which the clock counts, at least 1
 * @param stepCycles the step in which the counter counts, at least 1
 */
public record Calibration(
    CounterRate rate, long errorPpb, Bracket begin, Bracket end, long stepNanos, long stepCycles) {
  /** The largest error that still deserves the name: a tenth, as no host's clock slews faster. */
  public static final long MAX_ERROR_PPB = 100_000_000;

  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000L);

  /**
   * The slope between the narrowest of the brackets at either end.
   *
   * @param begin successive brackets at the beginning of the window, not empty
   * @param end successive brackets at its end, taken after those, not empty
   * @param stepNanos the step in which the clock counts, at least 1
   * @throws CalibrationException if the counter stood still or ran back, if the clock did, or if
   *     the window is too short to say anything
   */
  public static Calibration of(List<Bracket> begin, List<Bracket> end, long stepNanos)
      throws CalibrationException {
    Bracket first = Bracket.narrowest(begin);
    Bracket last = Bracket.narrowest(end);
    end.getFirst().checkFollows(begin.getLast());
    long stepCycles = stepOf(begin, begin.getFirst().beforeCycles(), 0);
    return between(
        first, last, stepNanos, stepOf(end, begin.getLast().afterCycles(), stepCycles));
  }

  /**
   * The slope from the same beginning to a later end: the longer the window, the smaller the error.
   *
   * @param later successive brackets taken after this calibration, not empty
   * @return the better calibration; this one if the later brackets are so wide that it is better
   * @throws CalibrationException as {@link #of}, and if no one slope explains both windows: then
   *     the counter or the clock has changed its rate, and calibration must begin anew
   */
  public Calibration refine(List<Bracket> later) throws CalibrationException {
    Bracket last = Bracket.narrowest(later);
    later.getFirst().checkFollows(end);
    long step = stepOf(later, end.afterCycles(), stepCycles);
    Calibration longer = between(begin, last, stepNanos, step);
    if (!agreesWith(longer)) {
      throw new CalibrationException(
          "the rate has changed: " + this + " first, but " + longer
              + " to a later end: calibrate anew");
    }
    return longer.errorPpb <= errorPpb ? longer : this;
  }

  /** Whether some slope lies within the bounds of both. */
  public boolean agreesWith(Calibration other) {
    return lowest().compareTo(other.highest()) <= 0 && other.lowest().compareTo(highest()) <= 0;
  }

  /** The window in nanoseconds of the clock. */
  public long windowNanos() {
    return end.nanos() - begin.nanos();
  }

  /** The counter's frequency in hertz, rounded to nearest. */
  public long frequencyHz() {
    return rate.frequencyHz();
  }

  /** In words, for reports: frequency, error and window. */
  @Override
  public String toString() {
    return frequencyHz() + " Hz +- " + errorPpb + " ppb over " + windowNanos() + " ns";
  }

  /**
   * The greatest common divisor of the differences between readings, and of another.
   *
   * <p>It is a multiple of the true step, so it errs on the safe side where little is known.
   */
  private static long stepOf(List<Bracket> brackets, long beforeCycles, long other) {
    long step = other;
    long last = beforeCycles;
    for (Bracket bracket : brackets) {
      step = greatestCommonDivisor(step, bracket.beforeCycles() - last);
      step = greatestCommonDivisor(step, bracket.widthCycles());
      last = bracket.afterCycles();
    }
    return step;
  }

  private static long greatestCommonDivisor(long a, long b) {
    long divisor = a;
    long rest = b;
    while (rest != 0) {
      long next = divisor % rest;
      divisor = rest;
      rest = next;
    }
    return divisor;
  }

  private static Calibration between(
      Bracket first, Bracket last, long stepNanos, long stepCycles) throws CalibrationException {
    if (stepNanos < 1) {
      throw new IllegalArgumentException(
          "clock step of " + stepNanos + " ns must be at least 1 ns");
    }
    long nanos = last.nanos() - first.nanos();
    long mostCycles = last.afterCycles() - first.beforeCycles();
    long leastCycles = last.beforeCycles() - first.afterCycles();
    if (nanos <= 0) {
      throw new CalibrationException(
          "the clock to calibrate against did not move: take a longer window");
    }
    if (mostCycles <= 0) {
      throw new CalibrationException(
          "the counter did not move in " + nanos + " ns: it stands still, or its cycle is longer"
              + " than the window");
    }
    if (leastCycles <= stepCycles || nanos <= stepNanos) {
      throw tooShort(first, last, stepNanos, stepCycles);
    }
    Slope slope = slopeOf(nanos, mostCycles, leastCycles);
    BigInteger scaled = slope.toBigInteger();
    BigInteger above =
        excessPpb(nanos + stepNanos, scaled.multiply(BigInteger.valueOf(leastCycles - stepCycles)));
    BigInteger below =
        excessPpb(nanos - stepNanos, scaled.multiply(BigInteger.valueOf(mostCycles + stepCycles)));
    BigInteger error = above.max(below.negate());
    if (error.compareTo(BigInteger.valueOf(MAX_ERROR_PPB)) > 0) {
      throw tooShort(first, last, stepNanos, stepCycles);
    }
    return new Calibration(slope, error.longValueExact(), first, last, stepNanos, stepCycles);
  }

  private static CalibrationException tooShort(
      Bracket first, Bracket last, long stepNanos, long stepCycles) {
    return new CalibrationException(
        "a window of " + (last.nanos() - first.nanos()) + " ns is too short for brackets of "
            + first.widthCycles() + " and " + last.widthCycles() + " cycles, a counter that seems"
            + " to step by " + stepCycles + " cycles and a clock that steps by " + stepNanos
            + " ns: the error would be above 10 %; take a longer one, or a quieter moment");
  }

  private static Slope slopeOf(long nanos, long mostCycles, long leastCycles)
      throws CalibrationException {
    BigInteger twiceCycles =
        BigInteger.valueOf(mostCycles).add(BigInteger.valueOf(leastCycles));
    BigInteger ratio = BigInteger.valueOf(nanos).shiftLeft(65).divide(twiceCycles);
    BigInteger whole = ratio.shiftRight(64);
    if (whole.compareTo(BigInteger.valueOf(Slope.WHOLE_LIMIT)) >= 0 || ratio.signum() == 0) {
      throw new CalibrationException(
          "the counter made " + leastCycles + " to " + mostCycles + " cycles in " + nanos
              + " ns: no slope in [2^-64, 2^40) ns per cycle");
    }
    return new Slope(whole.longValueExact(), ratio.longValue());
  }

  /** How far {@code nanos} lie above what a slope says, in ppb of the latter, away from zero. */
  private static BigInteger excessPpb(long nanos, BigInteger scaledNanos) {
    BigInteger excess = BigInteger.valueOf(nanos).shiftLeft(64).subtract(scaledNanos);
    BigInteger[] parts = excess.multiply(BILLION).divideAndRemainder(scaledNanos);
    return parts[0].add(BigInteger.valueOf(parts[1].signum()));
  }

  private BigInteger lowest() {
    return Slope.of(rate).toBigInteger().multiply(BILLION.subtract(BigInteger.valueOf(errorPpb)));
  }

  private BigInteger highest() {
    return Slope.of(rate).toBigInteger().multiply(BILLION.add(BigInteger.valueOf(errorPpb)));
  }
}
