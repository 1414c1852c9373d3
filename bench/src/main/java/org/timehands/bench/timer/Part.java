package org.timehands.bench.timer;

/** A part of the run; each has a JVM of its own. */
enum Part {
  /** Arming, cancelling, re-arming, a burst that expires; bytes. */
  CHURN,
  /** Many that expire in a second. */
  EXPIRY,
  /** A process that waits for an hour. */
  IDLE,
  /** A clock that is set with many armed. */
  SETS,
  /** Queues beside one another. */
  QUEUES,
  /** Precise timers beside timeouts. */
  UNDISTURBED
}
