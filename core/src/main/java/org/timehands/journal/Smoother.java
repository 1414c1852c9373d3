package org.timehands.journal;

/**
 * A Kalman filter forward and a Rauch-Tung-Striebel pass backward over the phase and the frequency
 * of a clock whose frequency walks at random (H. E. Rauch, F. Tung, C. T. Striebel, "Maximum
 * likelihood estimates of linear dynamic systems", AIAA Journal 3, 1965).
 *
 * <p>Phases are in nanoseconds, times in seconds, frequencies in nanoseconds per second. A pure
 * function of its input. Not thread-safe.
 */
final class Smoother {
  /** A frequency may be off by so much at first: 1000 ppm, in ns/s. */
  private static final double FREQUENCY_PRIOR = 1e6;

  /** A phase may be off by so much at first beside what its first observation says, in ns. */
  private static final double PHASE_PRIOR = 1e6;

  /** The first innovations say what the priors were, not how good the model is. */
  private static final int SETTLING = 3;

  private final double[] seconds;
  private final double[] phase;
  private final double[] variance;
  private final double walk;

  // One row an observation: phase, frequency, and their covariance (3 numbers).
  private final double[][] filtered;
  private final double[][] predicted;
  private final double[][] smoothed;
  private final double[] surprise;

  private Smoother(double[] seconds, double[] phase, double[] variance, double walk) {
    this.seconds = seconds;
    this.phase = phase;
    this.variance = variance;
    this.walk = walk;
    int n = seconds.length;
    filtered = new double[n][5];
    predicted = new double[n][5];
    smoothed = new double[n][5];
    surprise = new double[n];
  }

  /**
   * Smooths.
   *
   * @param seconds when each observation was made, ascending
   * @param phase what was observed
   * @param variance of the error of each observation
   * @param walk how much the variance of the frequency grows in a second
   */
  static Smoother of(double[] seconds, double[] phase, double[] variance, double walk) {
    Smoother smoother = new Smoother(seconds, phase, variance, walk);
    smoother.forward();
    smoother.backward();
    return smoother;
  }

  /** The logarithm of the likelihood of observations, but for a constant. */
  static double logLikelihood(
      double[] seconds, double[] phase, double[] variance, double walk) {
    double[] state = first(phase[0], variance[0]);
    double sum = 0;
    for (int i = 0; i < seconds.length; i++) {
      if (i > 0) {
        predict(state, seconds[i] - seconds[i - 1], walk);
      }
      double spread = state[2] + variance[i];
      double innovation = phase[i] - state[0];
      if (i >= SETTLING) {
        sum -= 0.5 * (Math.log(spread) + innovation * innovation / spread);
      }
      update(state, innovation, spread);
    }
    return sum;
  }

  private static double[] first(double phase, double variance) {
    return new double[] {
      phase, 0, variance + PHASE_PRIOR * PHASE_PRIOR, 0, FREQUENCY_PRIOR * FREQUENCY_PRIOR
    };
  }

  /** Moves a state ahead by so many seconds. */
  private static void predict(double[] state, double by, double walk) {
    state[0] += state[1] * by;
    state[2] += 2 * state[3] * by + state[4] * by * by + walk * by * by * by / 3;
    state[3] += state[4] * by + walk * by * by / 2;
    state[4] += walk * by;
  }

  private static void update(double[] state, double innovation, double spread) {
    double phaseGain = state[2] / spread;
    double frequencyGain = state[3] / spread;
    state[0] += phaseGain * innovation;
    state[1] += frequencyGain * innovation;
    state[4] -= frequencyGain * state[3];
    state[3] -= phaseGain * state[3];
    state[2] -= phaseGain * state[2];
  }

  private void forward() {
    double[] state = first(phase[0], variance[0]);
    for (int i = 0; i < seconds.length; i++) {
      if (i > 0) {
        predict(state, seconds[i] - seconds[i - 1], walk);
      }
      System.arraycopy(state, 0, predicted[i], 0, 5);
      double spread = state[2] + variance[i];
      double innovation = phase[i] - state[0];
      surprise[i] = innovation * innovation / spread;
      update(state, innovation, spread);
      System.arraycopy(state, 0, filtered[i], 0, 5);
    }
  }

  private void backward() {
    int last = seconds.length - 1;
    System.arraycopy(filtered[last], 0, smoothed[last], 0, 5);
    for (int i = last - 1; i >= 0; i--) {
      System.arraycopy(filtered[i], 0, smoothed[i], 0, 5);
      lookAhead(smoothed[i], i + 1, seconds[i + 1] - seconds[i]);
    }
  }

  /**
   * Improves a filtered state by what is known of a later one.
   *
   * @param state the state; is changed
   * @param next the later observation
   * @param by how many seconds later
   */
  private void lookAhead(double[] state, int next, double by) {
    double[] forecast = predicted[next];
    double[] known = smoothed[next];
    // P F', with F = (1 by; 0 1).
    double a = state[2] + state[3] * by;
    double b = state[3];
    double c = state[3] + state[4] * by;
    double d = state[4];
    double determinant = forecast[2] * forecast[4] - forecast[3] * forecast[3];
    // The gain C = P F' / P(next), by Cramer's rule.
    double c00 = (a * forecast[4] - b * forecast[3]) / determinant;
    double c01 = (b * forecast[2] - a * forecast[3]) / determinant;
    double c10 = (c * forecast[4] - d * forecast[3]) / determinant;
    double c11 = (d * forecast[2] - c * forecast[3]) / determinant;
    double phaseNews = known[0] - forecast[0];
    double frequencyNews = known[1] - forecast[1];
    state[0] += c00 * phaseNews + c01 * frequencyNews;
    state[1] += c10 * phaseNews + c11 * frequencyNews;
    double e0 = known[2] - forecast[2];
    double e1 = known[3] - forecast[3];
    double e2 = known[4] - forecast[4];
    state[2] += c00 * (c00 * e0 + c01 * e1) + c01 * (c00 * e1 + c01 * e2);
    state[3] += c10 * (c00 * e0 + c01 * e1) + c11 * (c00 * e1 + c01 * e2);
    state[4] += c10 * (c10 * e0 + c11 * e1) + c11 * (c10 * e1 + c11 * e2);
  }

  /**
   * The phase at a moment between the first and the last observation, from all observations.
   *
   * @param i the last observation at or before that moment
   * @param at the moment
   * @param into receives the phase and its variance
   */
  void at(int i, double at, double[] into) {
    double[] state = filtered[i].clone();
    double since = at - seconds[i];
    if (i == seconds.length - 1 || since == 0) {
      into[0] = smoothed[i][0];
      into[1] = smoothed[i][2];
      return;
    }
    predict(state, since, walk);
    lookAhead(state, i + 1, seconds[i + 1] - at);
    into[0] = state[0];
    into[1] = state[2];
  }

  /** How surprising observation i was: its squared innovation over what was expected, about 1. */
  double surprise(int i) {
    return surprise[i];
  }

  /** The smoothed phase at observation i. */
  double phaseAt(int i) {
    return smoothed[i][0];
  }
}
