package org.timehands.bench.read;

import java.util.List;
import org.timehands.bench.bed.Summary;

/**
 * A promise about the price of a read: how it compares with another row of the same run.
 *
 * @param row what is promised about
 * @param base what it is compared with
 * @param limit the highest ratio that keeps the promise
 */
record Target(String row, String base, double limit) {
  static final List<Target> ALL =
      List.of(
          new Target(Rows.MONOTONIC_RELAXED, Rows.NANO_TIME, 0.60),
          new Target(Rows.MONOTONIC, Rows.NANO_TIME, 1.00),
          new Target(Rows.MONOTONIC_RELAXED, Rows.RELAXED, 1.20),
          new Target(Rows.MONOTONIC, Rows.ORDERED, 1.30),
          new Target(Rows.SNAPSHOT, Rows.FIVE_CLOCKS, 0.25),
          new Target(Rows.MONOTONIC + Rows.FILES, Rows.MONOTONIC, 1.10),
          new Target(Rows.MONOTONIC_RELAXED + Rows.FILES, Rows.MONOTONIC_RELAXED, 1.10),
          new Target(Rows.SNAPSHOT + Rows.FILES, Rows.SNAPSHOT, 1.10),
          new Target(Rows.INSTANT, Rows.INSTANT_NOW, 0.80),
          new Target(Rows.MONOTONIC + Rows.UPDATED, Rows.MONOTONIC, 1.10),
          new Target(Rows.MONOTONIC_RELAXED + Rows.UPDATED, Rows.MONOTONIC_RELAXED, 1.10),
          new Target(Rows.SNAPSHOT + Rows.UPDATED, Rows.SNAPSHOT, 1.10),
          new Target(Rows.MONOTONIC + " x2", Rows.MONOTONIC, 1.15),
          new Target(Rows.MONOTONIC_RELAXED + " x2", Rows.MONOTONIC_RELAXED, 1.15),
          new Target(Rows.SNAPSHOT + " x2", Rows.SNAPSHOT, 1.15));

  /** Whether both rows were measured. */
  boolean isIn(Results results) {
    return results.has(row) && results.has(base);
  }

  boolean isMet(Summary ratio) {
    return ratio.median() <= limit;
  }
}
