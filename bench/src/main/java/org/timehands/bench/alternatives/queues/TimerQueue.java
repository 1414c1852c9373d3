package org.timehands.bench.alternatives.queues;

/**
 * A queue of timers in the order of their keys, and of their arming where keys are equal. A timer
 * is known by its number, and its object is there before it is armed: callers own their timers.
 *
 * <p>Not thread-safe.
 */
public interface TimerQueue {
  /** What it is called in tables. */
  String title();

  /**
   * Queues a timer.
   *
   * @param timer its number, of one that is not queued
   * @param key when it is due, not negative
   */
  void add(int timer, long key);

  /** Takes a timer out that is queued. */
  void remove(int timer);

  /** The number of the first timer; the queue is not empty. */
  int first();

  /** The key of the first timer; the queue is not empty. */
  long firstKey();

  /** How many are queued. */
  int size();
}
