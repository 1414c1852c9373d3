package org.timehands.bench.read;

/**
 * How long to measure.
 *
 * @param sessions how many JVMs, one after the other: each compiles and lays out memory anew
 * @param sessionMillis what one of them may take, warm-up included
 * @param warmupMillis per row, before the first round
 * @param sliceMillis per row and round
 * @param stallMillis per publication in the stall experiment
 */
record Plan(
    int sessions, long sessionMillis, long warmupMillis, long sliceMillis, long stallMillis) {
  /** About three and a half minutes. */
  static final Plan DEFAULT = new Plan(3, 60_000, 200, 30, 2_500);

  /** Less than a minute. */
  static final Plan QUICK = new Plan(1, 38_000, 100, 20, 800);

  /** Rounds are made until the time is up, but never fewer than this. */
  static final int ROUNDS_LEAST = 3;

  /** About how long the whole takes. */
  long totalMillis() {
    return sessions * sessionMillis;
  }
}
