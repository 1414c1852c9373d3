package org.timehands.journal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Learns from the samples themselves how noisy clock and reference are: the most likely wander of
 * the frequency, floor of the noise, and asymmetry of the delays. Immutable once made; a pure
 * function of its input.
 *
 * <p>The noise of a sample is told by its bracket. If half a bracket is wider than the narrowest
 * around by e, something was late by 2e in all, on the way there or back; the error that this
 * makes lies anywhere in ±e, with variance e²/3. If it is late mostly on one way, the error is
 * correlated with e, and most of it can be taken out: the asymmetry says how much (as chrony's
 * "asymmetry of jitter" does).
 */
final class NoiseFit {
  /**
   * The narrowest bracket is looked for among so many samples on either side: the more, the closer
   * to the path's own, unless the path changes. The likelihood decides.
   */
  private static final int[] NEAR = {50, 500};

  private static final double LEAST_LOG_WALK = -8;
  private static final double MOST_LOG_WALK = 10;
  private static final double LEAST_LOG_FLOOR = -4;
  private static final double MOST_LOG_FLOOR = 0;
  private static final double MOST_ASYMMETRY = 0.951;
  private static final double[] STEPS = {2, 1, 0.5, 0.25};

  /** Steps of the floor and of the asymmetry, in steps of the walk. */
  private static final double FLOOR_STEP = 0.5;
  private static final double ASYMMETRY_STEP = 0.2;

  /** An asymmetry is believed only if it is so much likelier: Akaike's price of a parameter. */
  private static final double ASYMMETRY_PRICE = 1;

  /** No noise is below this, in ns². */
  private static final double LEAST_VARIANCE = 1;

  private final double[] seconds;
  private final double[] phase;
  private final double[] excess;
  private final double medianHalf;
  private final Map<Guess, Double> tried = new HashMap<>();
  private Guess best;

  /** What is guessed: logarithms to base 10, and the asymmetry. */
  private record Guess(double logWalk, double logFloor, double asymmetry) {
    Guess with(int which, double step) {
      return switch (which) {
        case 0 -> new Guess(logWalk + step, logFloor, asymmetry);
        case 1 -> new Guess(logWalk, logFloor + FLOOR_STEP * step, asymmetry);
        default -> new Guess(logWalk, logFloor, asymmetry + ASYMMETRY_STEP * step);
      };
    }

    boolean isAllowed() {
      return logWalk >= LEAST_LOG_WALK
          && logWalk <= MOST_LOG_WALK
          && logFloor >= LEAST_LOG_FLOOR
          && logFloor <= MOST_LOG_FLOOR
          && Math.abs(asymmetry) <= MOST_ASYMMETRY;
    }
  }

  private double likelihood;

  private NoiseFit(double[] seconds, double[] phase, double[] half, int near) {
    this.seconds = seconds;
    this.phase = phase;
    double[] narrowest = least(half, near);
    this.excess = new double[half.length];
    for (int i = 0; i < half.length; i++) {
      excess[i] = half[i] - narrowest[i];
    }
    this.medianHalf = median(half);
  }

  /**
   * Fits.
   *
   * @param seconds when each sample was taken
   * @param phase what it said, in ns
   * @param half half its bracket, in ns
   */
  static NoiseFit of(double[] seconds, double[] phase, double[] half) {
    NoiseFit best = null;
    for (int near : NEAR) {
      NoiseFit fit = new NoiseFit(seconds, phase, half, near);
      fit.search();
      best = best == null || fit.likelihood > best.likelihood ? fit : best;
    }
    return best;
  }

  /** Coordinate by coordinate, in steps that get smaller. */
  private void search() {
    double firstFloor = Math.log10(Math.max(1e-3, 0.2 * median(excess) / medianHalf));
    best = new Guess(0, Math.clamp(Math.rint(firstFloor * 4) / 4, -3, -1), 0);
    likelihood = score(best);
    for (double step : STEPS) {
      boolean better = true;
      while (better) {
        better = false;
        for (int turn = 0; turn < 6; turn++) {
          Guess next = best.with(turn / 2, turn % 2 == 0 ? step : -step);
          double here = next.isAllowed() ? score(next) : Double.NEGATIVE_INFINITY;
          if (here > likelihood + 1e-9) {
            likelihood = here;
            best = next;
            better = true;
          }
        }
      }
    }
  }

  private double score(Guess guess) {
    return tried.computeIfAbsent(guess, this::logLikelihood);
  }

  private double logLikelihood(Guess guess) {
    double price = guess.asymmetry == 0 ? 0 : ASYMMETRY_PRICE;
    return Smoother.logLikelihood(
            seconds, phases(guess), variances(guess), Math.pow(10, guess.logWalk))
        - price;
  }

  private double[] phases(Guess guess) {
    double[] corrected = phase.clone();
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] -= guess.asymmetry * excess[i];
    }
    return corrected;
  }

  private double[] variances(Guess guess) {
    double floor = medianHalf * Math.pow(10, guess.logFloor);
    double known = 1 - guess.asymmetry * guess.asymmetry;
    double[] variances = new double[excess.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = known * excess[i] * excess[i] / 3 + floor * floor + LEAST_VARIANCE;
    }
    return variances;
  }

  /** Smooths with what was learnt. */
  Smoother smooth() {
    return Smoother.of(seconds, phases(best), variances(best), Math.pow(10, best.logWalk));
  }

  /** How much the variance of the frequency grows in a second, in (ns/s)². */
  double walk() {
    return Math.pow(10, best.logWalk);
  }

  /** The share of the lateness that is on one way, in (-1, 1). */
  double asymmetry() {
    return best.asymmetry;
  }

  /** The least of the values around each, so many on either side. */
  static double[] least(double[] values, int near) {
    double[] least = new double[values.length];
    // Places whose value may yet be the least of a window, from the least on, ascending.
    int[] places = new int[values.length];
    int first = 0;
    int end = 0;
    for (int i = 0, taken = 0; i < values.length; i++) {
      for (; taken < values.length && taken <= i + near; taken++) {
        while (end > first && values[places[end - 1]] >= values[taken]) {
          end--;
        }
        places[end++] = taken;
      }
      if (places[first] < i - near) {
        first++;
      }
      least[i] = values[places[first]];
    }
    return least;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
