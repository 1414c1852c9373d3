package org.timehands.bench.timer;

import java.util.List;
import org.timehands.bench.bed.Summary;

/**
 * A ratio that is wanted.
 *
 * @param row whose figure
 * @param base beside whose
 * @param limit what the ratio should not exceed
 */
record Target(Place row, Place base, double limit) {
  private static final double ONE_THREAD = 1 / 1.5;
  private static final double TWO_THREADS = 1 / 2.0;
  private static final double UNDISTURBED = 1.5;
  private static final double SETS = 1.5;
  private static final int ARMED = 100_000;

  static final List<Target> ALL =
      List.of(
          churn(1, Peers.TIMERS, ONE_THREAD),
          churn(2, Peers.SHARDED, TWO_THREADS),
          sets(1),
          sets(4),
          new Target(
              new Place(Undisturbed.GROUP, Undisturbed.BESIDE, Undisturbed.P99),
              new Place(Undisturbed.GROUP, Undisturbed.ALONE, Undisturbed.P99),
              UNDISTURBED));

  private static Target churn(int threads, String row, double limit) {
    String group = Churn.group(ARMED, threads);
    return new Target(
        new Place(group, row, Churn.BOTH), new Place(group, Peers.FORK_JOIN, Churn.BOTH), limit);
  }

  private static Target sets(int shards) {
    return new Target(
        new Place(Sets.GROUP, Sets.name(shards, Sets.MANY), Sets.SHARE),
        new Place(Sets.GROUP, Sets.name(shards, Sets.FEW), Sets.SHARE),
        SETS);
  }

  boolean isIn(Figures figures) {
    return figures.has(row) && figures.has(base);
  }

  boolean isMet(Summary ratio) {
    return ratio.median() <= limit;
  }

  String title() {
    return row.group() + ": " + row.row() + " / " + base.row() + ", " + row.column();
  }
}
