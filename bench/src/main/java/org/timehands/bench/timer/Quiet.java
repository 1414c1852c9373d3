package org.timehands.bench.timer;

import org.timehands.timer.TimerOptions;
import org.timehands.timer.TimerReports;

/** Timers that do not log when they pause: a line each would be what is measured. */
final class Quiet implements TimerReports {
  private Quiet() {}

  /** The default options, with so many shards. */
  static TimerOptions options(int shards) {
    return TimerOptions.defaults().withShards(shards).withReports(new Quiet());
  }

  @Override
  public void hang(long spentNanos, long pauseNanos) {}
}
