package org.timehands.stability;

/**
 * Phase data: the time error of one clock against another, in seconds, at equal intervals.
 *
 * <p>Immutable and thread-safe.
 */
public final class Phase {
  /** Least number of points that say anything. */
  public static final int MIN_POINTS = 2;

  private final double[] seconds;
  private final double intervalSeconds;

  private Phase(double[] seconds, double intervalSeconds) {
    if (!(intervalSeconds > 0) || Double.isInfinite(intervalSeconds)) {
      throw new IllegalArgumentException(
          "interval of " + intervalSeconds + " s between points must be a positive number");
    }
    if (seconds.length < MIN_POINTS) {
      throw new IllegalArgumentException(
          seconds.length + " points of phase are too few; give at least " + MIN_POINTS);
    }
    this.seconds = seconds;
    this.intervalSeconds = intervalSeconds;
  }

  /**
   * Phase as it was measured.
   *
   * @param seconds time errors; copied
   * @param intervalSeconds time between two of them, positive
   * @throws IllegalArgumentException if there are fewer than two, one is no finite number, or the
   *     interval is not positive; says which
   */
  public static Phase of(double[] seconds, double intervalSeconds) {
    check(seconds, "phase");
    return new Phase(seconds.clone(), intervalSeconds);
  }

  /**
   * Phase from the frequency of each interval, beginning at 0: one point more.
   *
   * @param fractional fractional frequencies, each the mean over its interval
   * @param intervalSeconds length of an interval, positive
   * @throws IllegalArgumentException if there is none, one is no finite number, or the interval is
   *     not positive; says which
   */
  public static Phase ofFrequency(double[] fractional, double intervalSeconds) {
    check(fractional, "frequency");
    double[] seconds = new double[fractional.length + 1];
    Sum sum = new Sum();
    for (int i = 0; i < fractional.length; i++) {
      sum.add(fractional[i] * intervalSeconds);
      seconds[i + 1] = sum.value();
    }
    return new Phase(seconds, intervalSeconds);
  }

  private static void check(double[] values, String what) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            what + " at index " + i + " is " + values[i] + ", not a finite number");
      }
    }
  }

  /** Number of points. */
  public int size() {
    return seconds.length;
  }

  /** Time between two points, in seconds. */
  public double intervalSeconds() {
    return intervalSeconds;
  }

  /** The time error at a point, in seconds. */
  public double at(int index) {
    return seconds[index];
  }

  /** The points themselves, not to be written. */
  double[] points() {
    return seconds;
  }
}
