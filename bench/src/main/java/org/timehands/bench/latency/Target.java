package org.timehands.bench.latency;

import java.util.ArrayList;
import java.util.List;

/**
 * A promise about lateness: how a row compares with another of the same run.
 *
 * @param row what is promised about
 * @param base what it is compared with
 * @param part which quantile
 * @param limit the highest ratio that keeps the promise
 */
record Target(String row, String base, double part, double limit) {
  private static final double MEDIAN = 0.5;
  private static final double P99 = 0.99;

  /** The promises about a run's rows. */
  static List<Target> of(Rounds rounds, String ours, String spinning) {
    List<Target> all = new ArrayList<>();
    for (String c : List.of(CLoop.NAME, Cyclictest.NAME)) {
      all.add(new Target(ours, c, MEDIAN, 1.1));
      all.add(new Target(ours, c, P99, 1.1));
    }
    all.add(new Target(spinning, CLoop.NAME, MEDIAN, 0.2));
    all.add(new Target(spinning, CLoop.NAME, P99, 1.0));
    String jdk = better(rounds, Contestants.THREAD_POOL, Contestants.FORK_JOIN);
    all.add(new Target(ours, jdk, MEDIAN, 0.8));
    all.add(new Target(spinning, jdk, MEDIAN, 0.25));
    all.removeIf(each -> !rounds.has(each.row) || !rounds.has(each.base));
    return all;
  }

  /** Whichever of two rows has the lower median. */
  static String better(Rounds rounds, String one, String other) {
    if (!rounds.has(one) || !rounds.has(other)) {
      return rounds.has(one) ? one : other;
    }
    long first = rounds.summary(one).late().quantile(MEDIAN);
    return first <= rounds.summary(other).late().quantile(MEDIAN) ? one : other;
  }

  Rounds.Ratio ratio(Rounds rounds) {
    return rounds.ratio(row, base, part);
  }

  boolean isMet(Rounds rounds) {
    return ratio(rounds).all() <= limit;
  }

  String quantile() {
    return part == MEDIAN ? "p50" : "p99";
  }
}
