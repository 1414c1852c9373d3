package org.timehands.bench.bed;

import java.util.Arrays;

/**
 * A few numbers that stand for many: the median, and how far the middle four fifths reach.
 *
 * @param median half are below
 * @param low a tenth is below
 * @param high a tenth is above
 * @param count how many there were
 */
public record Summary(double median, double low, double high, int count) {
  /**
   * Summarises numbers.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Summary of(double... numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("a summary of no numbers: measure at least one round");
    }
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return new Summary(
        quantile(sorted, 0.5), quantile(sorted, 0.1), quantile(sorted, 0.9), sorted.length);
  }

  /** Between two neighbours where the quantile falls between them. */
  private static double quantile(double[] sorted, double part) {
    double place = part * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
