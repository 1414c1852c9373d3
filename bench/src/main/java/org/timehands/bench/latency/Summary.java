package org.timehands.bench.latency;

import java.util.List;

/**
 * A row over several slices.
 *
 * @param late how late its waits ended
 * @param missed instants that had passed before the wait for the one before had ended
 * @param early waits that ended before their instant
 * @param cpuNanos processor time for each wait
 * @param bytes that the waiting threads allocated for each wait; NaN if unknown
 */
record Summary(LateHistogram late, long missed, long early, double cpuNanos, double bytes) {
  static Summary of(List<Slice> slices) {
    LateHistogram late = new LateHistogram();
    long missed = 0;
    long early = 0;
    double cpu = 0;
    double bytes = 0;
    for (Slice slice : slices) {
      late.add(slice.late());
      missed += slice.missed();
      early += slice.early();
      cpu += slice.cpuNanos();
      bytes += slice.bytes() < 0 ? Double.NaN : slice.bytes();
    }
    double waits = Math.max(1, late.total());
    return new Summary(late, missed, early, cpu / waits, bytes / waits);
  }

  double p50Micros() {
    return late.quantile(0.5) / 1e3;
  }

  double p99Micros() {
    return late.quantile(0.99) / 1e3;
  }

  double p999Micros() {
    return late.quantile(0.999) / 1e3;
  }

  double maxMicros() {
    return late.max() / 1e3;
  }
}
