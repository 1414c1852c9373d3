package org.timehands.stability;

/**
 * The family of deviations that is built on second and third differences of phase.
 *
 * <p>Formulas: W. Riley, Handbook of Frequency Stability Analysis, NIST SP 1065 (2008), 5.2. One
 * pass over the data for each averaging factor.
 */
final class Deviations {
  private Deviations() {}

  /** ADEV with a step of {@code factor} points between the terms, OADEV with a step of 1. */
  static double allan(Phase phase, int factor, int step) {
    double[] x = phase.points();
    double sum = 0;
    long terms = 0;
    for (int i = 0; i < x.length - 2 * factor; i += step) {
      double d = x[i + 2 * factor] - 2 * x[i + factor] + x[i];
      sum += d * d;
      terms++;
    }
    double tau = factor * phase.intervalSeconds();
    return Math.sqrt(sum / (2 * terms)) / tau;
  }

  /** HDEV with a step of {@code factor} points between the terms, OHDEV with a step of 1. */
  static double hadamard(Phase phase, int factor, int step) {
    double[] x = phase.points();
    double sum = 0;
    long terms = 0;
    for (int i = 0; i < x.length - 3 * factor; i += step) {
      double d = third(x, i, factor);
      sum += d * d;
      terms++;
    }
    double tau = factor * phase.intervalSeconds();
    return Math.sqrt(sum / (6 * terms)) / tau;
  }

  /** MDEV: second differences of phase that is averaged over {@code factor} points. */
  static double modified(Phase phase, int factor) {
    double[] x = phase.points();
    Sum window = new Sum();
    for (int i = 0; i < factor; i++) {
      window.add(x[i + 2 * factor] - 2 * x[i + factor] + x[i]);
    }
    int terms = x.length - 3 * factor + 1;
    double sum = 0;
    for (int j = 0; j < terms; j++) {
      double d = window.value();
      sum += d * d;
      if (j + 1 < terms) {
        // What enters the window less what leaves it is a third difference.
        window.add(third(x, j, factor));
      }
    }
    double tau = factor * phase.intervalSeconds();
    return Math.sqrt(sum / (2.0 * terms)) / tau / factor;
  }

  private static double third(double[] x, int at, int factor) {
    return x[at + 3 * factor]
        - 3 * x[at + 2 * factor]
        + 3 * x[at + factor]
        - x[at];
  }
}
