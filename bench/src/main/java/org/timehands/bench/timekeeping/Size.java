package org.timehands.bench.timekeeping;

/**
 * How much to measure.
 *
 * @param setters calls of each setter
 * @param changes changes of the clocksource
 * @param sliceMillis a slice of reading
 * @param rounds pairs of slices
 * @param conversions stamps converted at a time
 */
record Size(int setters, int changes, long sliceMillis, int rounds, int conversions) {
  /** About a minute. */
  static final Size DEFAULT = new Size(3000, 3000, 200, 25, 1 << 22);

  /** About ten seconds. */
  static final Size QUICK = new Size(500, 500, 60, 9, 1 << 20);
}
