package org.timehands.bench.latency;

/**
 * What all that are compared have in common.
 *
 * @param intervalNanos from each instant to the next
 * @param slackNanos timer slack of the threads that wait
 * @param priority SCHED_FIFO's, or 0 for none
 * @param threads how many wait at the same time, each on a shard of its own
 */
record Setting(long intervalNanos, long slackNanos, int priority, int threads) {
  /** The same with another interval, to warm up. */
  Setting every(long nanos) {
    return new Setting(nanos, slackNanos, priority, threads);
  }
}
