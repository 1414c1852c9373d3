package org.timehands.bench.timer;

import java.util.List;

/**
 * How much to measure.
 *
 * @param rounds how often each row is measured, in turn with the others
 * @param sliceMillis how long each time
 * @param armed with how many armed
 * @param expiring how many expire within a second
 * @param idleSeconds how long an idle process is watched
 * @param phaseMillis how long lateness is watched with timeouts, and without
 * @param queued with how many queued the queues are compared
 */
record Size(
    int rounds,
    long sliceMillis,
    List<Integer> armed,
    List<Integer> expiring,
    int idleSeconds,
    long phaseMillis,
    List<Integer> queued) {
  /** Some five minutes. */
  static final Size DEFAULT =
      new Size(
          11,
          80,
          List.of(1_000, 10_000, 100_000, 1_000_000),
          List.of(100_000, 1_000_000),
          60,
          4_000,
          List.of(1_000, 10_000, 100_000, 400_000, 1_000_000, 4_000_000));

  /** Less than a minute and a half. */
  static final Size QUICK =
      new Size(
          5,
          40,
          List.of(1_000, 100_000),
          List.of(100_000),
          10,
          1_000,
          List.of(1_000, 100_000, 400_000));
}
