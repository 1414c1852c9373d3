package org.timehands.journal;

/**
 * A stretch of samples, smoothed: the estimate at every moment within it, and how far it may be
 * off. Immutable once made; a pure function of its input.
 */
/*
 * The bound has four parts.
 *
 *   what no statistics can tell   Delays that are always longer on one way than on the other shift
 *                                 every sample alike, by half the narrowest bracket at most. The
 *                                 narrowest of a few samples, and the widest such around: so a path
 *                                 that gets longer is noticed before its samples weigh.
 *   chance                        4.5 standard deviations of the smoother, widened where samples
 *                                 surprised it more than it expected.
 *   contradiction                 An estimate outside of a bracket that surely holds the truth is
 *                                 wrong by at least that much; twice that is added.
 *   the reference                 What it declares of itself, the worst around.
 */
final class HindsightWindow {
  private static final double SIGMAS = 4.5;

  /** A bound of 146 years is none. */
  private static final double MOST_NANOS = 0x1p62;

  /** The narrowest bracket of so many samples on either side is the path's own. */
  private static final int PATH_NEAR = 8;

  /** The worst of so many samples on either side counts. */
  private static final int WORST_NEAR = 32;

  /** Surprises are averaged over so many samples on either side. */
  private static final int SURPRISE_NEAR = 16;

  private final long firstRawNanos;
  private final double[] seconds;
  private final Smoother smoother;
  private final double[] fixedNanos;
  private final double[] widening;
  private final double[] declaredNanos;

  /**
   * Smooths.
   *
   * @param rawNanos the unsteered line's time of each sample, ascending
   * @param phaseNanos the reference's time minus that
   * @param halfNanos half of each bracket
   * @param declaredNanos what the reference declared; MAX if nothing
   */
  HindsightWindow(long[] rawNanos, long[] phaseNanos, long[] halfNanos, long[] declaredNanos) {
    int n = rawNanos.length;
    firstRawNanos = rawNanos[0];
    seconds = new double[n];
    double[] phase = new double[n];
    double[] half = new double[n];
    double[] declared = new double[n];
    for (int i = 0; i < n; i++) {
      seconds[i] = (rawNanos[i] - firstRawNanos) / 1e9;
      phase[i] = phaseNanos[i] - phaseNanos[0];
      half[i] = halfNanos[i];
      boolean vouches = declaredNanos[i] != Long.MAX_VALUE;
      declared[i] = vouches ? declaredNanos[i] : Double.POSITIVE_INFINITY;
    }
    smoother = NoiseFit.of(seconds, phase, half).smooth();
    this.declaredNanos = most(declared);
    widening = widening();
    fixedNanos = most(NoiseFit.least(half, PATH_NEAR));
    double[] contradiction = new double[n];
    for (int i = 0; i < n; i++) {
      double outside = Math.abs(smoother.phaseAt(i) - phase[i]) - half[i];
      contradiction[i] = 2 * Math.max(0, outside);
    }
    double[] worst = most(contradiction);
    for (int i = 0; i < n; i++) {
      fixedNanos[i] += worst[i];
    }
  }

  private double[] widening() {
    int n = seconds.length;
    double[] sum = new double[n + 1];
    for (int i = 0; i < n; i++) {
      sum[i + 1] = sum[i] + smoother.surprise(i);
    }
    double[] widening = new double[n];
    for (int i = 0; i < n; i++) {
      int from = Math.max(0, i - SURPRISE_NEAR);
      int to = Math.min(n, i + SURPRISE_NEAR + 1);
      widening[i] = Math.sqrt(Math.max(1, (sum[to] - sum[from]) / (to - from)));
    }
    return widening;
  }

  private static double[] most(double[] values) {
    double[] negative = values.clone();
    for (int i = 0; i < negative.length; i++) {
      negative[i] = -negative[i];
    }
    double[] most = NoiseFit.least(negative, WORST_NEAR);
    for (int i = 0; i < most.length; i++) {
      most[i] = -most[i];
    }
    return most;
  }

  /**
   * The estimate at a moment.
   *
   * @param i the last sample at or before it
   * @param rawNanos the moment, on the unsteered line
   * @param phaseBase the phase of the first sample
   * @param into receives it
   */
  void at(int i, long rawNanos, long phaseBase, HindsightEstimate into) {
    double[] phase = new double[2];
    smoother.at(i, (rawNanos - firstRawNanos) / 1e9, phase);
    int next = Math.min(i + 1, seconds.length - 1);
    double sigma = Math.sqrt(Math.max(0, phase[1])) * Math.max(widening[i], widening[next]);
    double bound =
        Math.max(fixedNanos[i], fixedNanos[next])
            + SIGMAS * sigma
            + Math.max(declaredNanos[i], declaredNanos[next])
            + 1;
    into.realNanos = rawNanos + phaseBase + Math.round(phase[0]);
    into.sigmaNanos = (long) Math.ceil(sigma);
    into.boundNanos = bound < MOST_NANOS ? (long) Math.ceil(bound) : Long.MAX_VALUE;
  }
}
