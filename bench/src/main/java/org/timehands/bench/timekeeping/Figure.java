package org.timehands.bench.timekeeping;

import java.util.Arrays;

/**
 * One figure of a run.
 *
 * @param group what was done
 * @param name what was measured
 * @param value the figure
 * @param unit its unit
 * @param limit what it should not exceed; NaN if nothing says so
 */
record Figure(String group, String name, double value, String unit, double limit) {
  /** A figure that nothing limits. */
  static Figure of(String group, String name, double value, String unit) {
    return new Figure(group, name, value, unit, Double.NaN);
  }

  boolean hasLimit() {
    return !Double.isNaN(limit);
  }

  boolean isMet() {
    return value <= limit;
  }

  /**
   * The value of which a part lies below.
   *
   * @param values at least one; sorted by this
   * @param part in [0, 1]
   */
  static long quantile(long[] values, double part) {
    Arrays.sort(values);
    int place = (int) Math.ceil(part * values.length) - 1;
    return values[Math.clamp(place, 0, values.length - 1)];
  }
}
