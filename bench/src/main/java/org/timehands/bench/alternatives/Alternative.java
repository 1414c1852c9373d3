package org.timehands.bench.alternatives;

import org.timehands.fixed.Slope;

/**
 * A timeline that was not built, under one set of names so that one experiment can drive them all.
 *
 * <p>Benchmarks call the classes themselves, so that no call goes through this interface there.
 */
public interface Alternative {
  /** What it is called in tables. */
  String title();

  /** MONOTONIC, ordered. */
  long monotonic();

  /** MONOTONIC, relaxed. */
  long monotonicRelaxed();

  /** REALTIME, ordered. */
  long realtime();

  /** All clocks at once, ordered. */
  void sample(AllClocks into);

  /**
   * Changes the slope from now on, as an adjustment of the clock does. One thread at a time.
   *
   * @param slope the new slope
   * @param midway runs in the middle of the update, where a writer may lose its CPU
   */
  void update(Slope slope, Runnable midway);
}
