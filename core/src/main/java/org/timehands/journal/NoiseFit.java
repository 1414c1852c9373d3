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
 *
 * <p>From few samples much can be read that is not there. So a clock is thought to be a crystal
 * until the samples say otherwise, an asymmetry has its price, and no sample is believed to have
 * met the least delay itself: of n samples the narrowest is late too, by about 1/sqrt(n) of what is
 * usual.
 *
 * <p>If the path gets longer by d in all ({@link PathChanges}), most likely one way does, and what
 * is measured is shifted by as much as half of d, all at once, where no clock can follow. How much
 * is taken from how the clock went on; the shortest path is the one that counts. Within the bound
 * all of it stays: nobody can see it.
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

  /**
   * An asymmetry, or a shift, is believed only if it is so much likelier, in logarithms: more than
   * Akaike's 1, which is for many samples.
   */
  private static final double PRICE = 4;

  /**
   * How many decades the walk of a frequency may well be off that of a crystal, 1 (ns/s)² in a
   * second: a temperature that swings is three off, and is found.
   */
  private static final double WALK_DECADES = 1.5;

  /** How late the narrowest of n samples is, times sqrt(n), in what is usual. */
  private static final double NARROWEST = 0.7;

  /** No noise is below this, in ns². */
  private static final double LEAST_VARIANCE = 1;

  private final double[] seconds;
  private final double[] phase;
  private final double[] excess;
  private final double medianHalf;
  private final double leastFloor;
  private final int[] starts;
  private final double[] shortest;
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
    this.starts = PathChanges.of(half);
    double[] narrowest = PathChanges.least(half, starts, near);
    this.shortest = new double[starts.length];
    Arrays.fill(shortest, Double.POSITIVE_INFINITY);
    this.excess = new double[half.length];
    for (int i = 0; i < half.length; i++) {
      excess[i] = half[i] - narrowest[i];
    }
    for (int p = 0; p < starts.length; p++) {
      for (int i = starts[p]; i < endOf(p); i++) {
        shortest[p] = Math.min(shortest[p], half[i]);
      }
    }
    this.medianHalf = median(half);
    int together = Math.min(half.length, 2 * near + 1);
    this.leastFloor = NARROWEST * median(excess) / Math.sqrt(together);
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
    double price = guess.asymmetry == 0 ? 0 : PRICE;
    double decades = guess.logWalk / WALK_DECADES;
    return unshift(guess, phases(guess), variances(guess)) - price - decades * decades / 2;
  }

  private double[] phases(Guess guess) {
    double[] corrected = phase.clone();
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] -= guess.asymmetry * excess[i];
    }
    return corrected;
  }

  /**
   * Takes out what longer paths have shifted, as far as that is likelier.
   *
   * @param phases are changed
   * @return the logarithm of the likelihood
   */
  private double unshift(Guess guess, double[] phases, double[] variances) {
    double walk = Math.pow(10, guess.logWalk);
    double here = Smoother.logLikelihood(seconds, phases, variances, walk);
    double least = Arrays.stream(shortest).min().orElse(0);
    for (int p = 0; p < starts.length; p++) {
      double most = shortest[p] - least;
      if (most <= 0) {
        continue;
      }
      // The logarithm of the likelihood is a parabola of the shift: three points tell it.
      shift(phases, p, most);
      double up = Smoother.logLikelihood(seconds, phases, variances, walk);
      shift(phases, p, -2 * most);
      double down = Smoother.logLikelihood(seconds, phases, variances, walk);
      shift(phases, p, most);
      double slope = (up - down) / 2;
      double bend = (up + down) / 2 - here;
      double best = bend < 0 ? Math.clamp(-slope / (2 * bend), -1, 1) : 0;
      double gain = slope * best + bend * best * best - PRICE;
      if (gain > 0) {
        shift(phases, p, best * most);
        here += gain;
      }
    }
    return here;
  }

  private void shift(double[] phases, int piece, double by) {
    for (int i = starts[piece]; i < endOf(piece); i++) {
      phases[i] += by;
    }
  }

  private int endOf(int piece) {
    return piece + 1 < starts.length ? starts[piece + 1] : phase.length;
  }

  private double[] variances(Guess guess) {
    double floor = Math.max(leastFloor, medianHalf * Math.pow(10, guess.logFloor));
    double known = 1 - guess.asymmetry * guess.asymmetry;
    double[] variances = new double[excess.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = known * excess[i] * excess[i] / 3 + floor * floor + LEAST_VARIANCE;
    }
    return variances;
  }

  /** Smooths with what was learnt. */
  Smoother smooth() {
    double[] phases = phases(best);
    double[] variances = variances(best);
    unshift(best, phases, variances);
    return Smoother.of(seconds, phases, variances, Math.pow(10, best.logWalk));
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

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
