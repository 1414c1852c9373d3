package org.timehands.host;

import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;

/**
 * Estimates the rate of a reference against a counter from brackets that surely hold the truth.
 *
 * <p>Each pair of observations bounds the rate between them; while the reference keeps its rate,
 * all pairs with the newest observation agree on some interval. The estimate is the middle of the
 * narrowest such interval, over as many observations as agree, newest first: a reference that
 * changes its rate empties the interval, and what is older than the change is forgotten. No
 * statistics, hence no outliers: a disturbed bracket is wide and narrows nothing (set-membership
 * estimation; Milanese and Vicino 1991). Not thread-safe; a function of its input only.
 */
public final class RateEstimator {
  /** Observations kept. */
  public static final int DEPTH = 64;

  /** Rates further off the nominal one than this are not believed, in ppt: 2000 ppm. */
  static final double LIMIT_PPT = 2e9;

  private final Slope nominal;
  private final long[] cycles = new long[DEPTH];
  private final long[] nanos = new long[DEPTH];
  private final long[] half = new long[DEPTH];
  private int count;
  private double lowPpt = -LIMIT_PPT;
  private double highPpt = LIMIT_PPT;
  private int used;

  /** An estimator of rates relative to a nominal one. */
  public RateEstimator(CounterRate nominal) {
    this.nominal = Slope.of(nominal);
  }

  /**
   * Takes an observation.
   *
   * @param atCycles the cycle, later than all before
   * @param atNanos the reference's time there
   * @param halfNanos how far that may be off, positive
   */
  public void add(long atCycles, long atNanos, long halfNanos) {
    if (count > 0 && atCycles - cycles[count - 1] <= 0) {
      throw new IllegalArgumentException(
          "cycle " + atCycles + " must come after " + cycles[count - 1]);
    }
    if (count == DEPTH) {
      thinOut();
    }
    cycles[count] = atCycles;
    nanos[count] = atNanos;
    half[count] = halfNanos;
    count++;
    estimate();
  }

  /** Forgets everything: the counter or the reference has changed. */
  public void reset() {
    count = 0;
    used = 0;
    lowPpt = -LIMIT_PPT;
    highPpt = LIMIT_PPT;
  }

  /** Whether nothing has been taken since the beginning. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Halves the density of what is old, so that the window reaches further back than its depth. */
  private void thinOut() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (i >= count / 2 || i % 2 == 0) {
        cycles[kept] = cycles[i];
        nanos[kept] = nanos[i];
        half[kept] = half[i];
        kept++;
      }
    }
    count = kept;
  }

  private void estimate() {
    double low = -LIMIT_PPT;
    double high = LIMIT_PPT;
    int newest = count - 1;
    used = 1;
    for (int i = newest - 1; i >= 0; i--) {
      long spent = cycles[newest] - cycles[i];
      long expected = Fixed.wholeNanos(spent, nominal.whole(), nominal.fraction(), 0);
      if (expected <= 0) {
        continue;
      }
      long difference = nanos[newest] - nanos[i] - expected;
      long error = half[newest] + half[i] + 1;
      double pairLow = (difference - error) * (Fixed.PPT / (double) expected);
      double pairHigh = (difference + error) * (Fixed.PPT / (double) expected);
      if (pairLow > high || pairHigh < low) {
        forgetUpTo(i);
        break;
      }
      low = Math.max(low, pairLow);
      high = Math.min(high, pairHigh);
      used++;
    }
    lowPpt = low;
    highPpt = high;
  }

  private void forgetUpTo(int last) {
    int from = last + 1;
    System.arraycopy(cycles, from, cycles, 0, count - from);
    System.arraycopy(nanos, from, nanos, 0, count - from);
    System.arraycopy(half, from, half, 0, count - from);
    count -= from;
  }

  /** The rate over nominal in parts per trillion, rounded to nearest. */
  public long ratePpt() {
    return Math.round((lowPpt + highPpt) / 2);
  }

  /** How far the rate may be off, in parts per trillion, rounded up. */
  public long uncertaintyPpt() {
    return (long) Math.ceil((highPpt - lowPpt) / 2);
  }

  /** How many observations agree with the estimate. */
  public int observations() {
    return used;
  }
}
