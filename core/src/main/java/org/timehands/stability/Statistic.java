package org.timehands.stability;

/**
 * A statistic of a clock's stability over an averaging time.
 *
 * <p>Deviations of frequency are numbers without a unit; TDEV and MTIE are seconds. Definitions:
 * NIST SP 1065 (2008), 5.2 and 5.3; for MTIE ITU-T G.810.
 */
public enum Statistic {
  /** Allan deviation from differences that do not overlap. */
  ADEV(2, false) {
    @Override
    double compute(Phase phase, int factor) {
      return Deviations.allan(phase, factor, factor);
    }
  },
  /** Allan deviation from all differences: surer than ADEV, of the same meaning. */
  OADEV(2, false) {
    @Override
    double compute(Phase phase, int factor) {
      return Deviations.allan(phase, factor, 1);
    }
  },
  /** Modified Allan deviation: tells white from flicker phase noise. */
  MDEV(3, false) {
    @Override
    double compute(Phase phase, int factor) {
      return Deviations.modified(phase, factor);
    }
  },
  /** Time deviation: MDEV as a time error. */
  TDEV(3, true) {
    @Override
    double compute(Phase phase, int factor) {
      double tau = factor * phase.intervalSeconds();
      return Deviations.modified(phase, factor) * tau / Math.sqrt(3);
    }
  },
  /** Hadamard deviation from differences that do not overlap: blind to a steady drift. */
  HDEV(3, false) {
    @Override
    double compute(Phase phase, int factor) {
      return Deviations.hadamard(phase, factor, factor);
    }
  },
  /** Hadamard deviation from all differences. */
  OHDEV(3, false) {
    @Override
    double compute(Phase phase, int factor) {
      return Deviations.hadamard(phase, factor, 1);
    }
  },
  /** Largest change of the time error within the averaging time. */
  MTIE(1, true) {
    @Override
    double compute(Phase phase, int factor) {
      return TimeIntervalError.largest(phase, factor);
    }
  };

  private final int span;
  private final boolean isTime;

  Statistic(int span, boolean isTime) {
    this.span = span;
    this.isTime = isTime;
  }

  abstract double compute(Phase phase, int factor);

  /** Whether its values are seconds; else they have no unit. */
  public boolean isTime() {
    return isTime;
  }

  /**
   * How many terms it has for an averaging factor; 0 when the data are too short.
   *
   * @param points number of points of phase
   * @param factor averaging factor, positive
   */
  public long terms(int points, int factor) {
    if (this == MDEV || this == TDEV) {
      return Math.max(0, points - 3L * factor + 1);
    }
    long all = Math.max(0, points - (long) span * factor);
    return this == ADEV || this == HDEV ? Math.ceilDiv(all, factor) : all;
  }

  /**
   * The largest averaging factor for which it has a value.
   *
   * @param points number of points of phase, at least 2
   * @return 0 if there is none
   */
  public int largestFactor(int points) {
    return this == MDEV || this == TDEV ? (points / 3) : (points - 1) / span;
  }

  /**
   * Its value over {@code factor} intervals; time and memory grow with the number of points only.
   *
   * @param phase the data
   * @param factor averaging factor, in [1, {@link #largestFactor}]
   * @throws IllegalArgumentException if the factor is out of its range
   */
  public double of(Phase phase, int factor) {
    int largest = largestFactor(phase.size());
    if (factor < 1 || factor > largest) {
      throw new IllegalArgumentException(
          name() + " over " + factor + " intervals of " + phase.size()
              + " points: the factor must lie in [1, " + largest + "]");
    }
    return compute(phase, factor);
  }
}
