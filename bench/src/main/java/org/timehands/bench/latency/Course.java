package org.timehands.bench.latency;

import java.util.concurrent.CountDownLatch;

/**
 * One waiter's way through a slice: instants at a fixed distance, and how late each wait for one
 * ended. Instants that have passed when a wait ends are missed, not caught up, as C's loop does.
 *
 * <p>The waiter alone uses it until {@link #awaitEnd} has returned to somebody else.
 */
final class Course {
  private final long intervalNanos;
  private final long endNanos;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final LateHistogram late = new LateHistogram();
  private long nextNanos;
  private long missed;
  private long early;

  /**
   * A course whose first instant is an interval ahead.
   *
   * @param nowNanos the waiter's clock
   * @param intervalNanos from each instant to the next
   * @param millis how long it lasts
   */
  Course(long nowNanos, long intervalNanos, long millis) {
    this.intervalNanos = intervalNanos;
    nextNanos = nowNanos + intervalNanos;
    endNanos = nextNanos + millis * 1_000_000;
  }

  /** What to wait for. */
  long nextNanos() {
    return nextNanos;
  }

  /**
   * A wait has ended: counts it and goes on to the next instant.
   *
   * @param nowNanos the waiter's clock
   * @return whether there is another wait
   */
  boolean woke(long nowNanos) {
    long lateness = nowNanos - nextNanos;
    if (lateness < 0) {
      // A peer may: it waits for the same instant again, and it is said.
      early++;
      return true;
    }
    late.add(lateness);
    long periods = lateness / intervalNanos + 1;
    missed += periods - 1;
    nextNanos += periods * intervalNanos;
    if (nextNanos < endNanos) {
      return true;
    }
    ended.countDown();
    return false;
  }

  /** Waits until the last wait has ended; then what was counted may be looked at. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  LateHistogram late() {
    return late;
  }

  long missed() {
    return missed;
  }

  long early() {
    return early;
  }
}
