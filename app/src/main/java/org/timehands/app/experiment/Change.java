package org.timehands.app.experiment;

import java.util.List;

/**
 * A change of a clock's rate that an updater makes.
 *
 * @param name what people call it
 * @param fastPpt the rate before, in parts per trillion off nominal
 * @param slowPpt the rate after
 */
record Change(String name, long fastPpt, long slowPpt) {
  private static final long PPM = 1_000_000;

  /** The changes of the table in docs: from the smallest that Linux can make to the largest. */
  static final List<Change> ALL =
      List.of(
          new Change("1 mult step (137 ppb)", 0, -137_091),
          new Change("10 ppm", 0, -10 * PPM),
          new Change("+500 to -500 ppm", 500 * PPM, -500 * PPM),
          new Change("tick -10 %", 0, -100_000 * PPM));

  /** What theory says: the step back in picoseconds, for an updater stalled so long. */
  long stepPicos(long stallNanos) {
    return Math.round((fastPpt - slowPpt) * 1e-9 * stallNanos);
  }
}
