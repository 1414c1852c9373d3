package org.timehands.stress.live;

/** A clock that live readers read: ours, or one that is known to fail. */
interface LiveClock {
  /** The time in nanoseconds. */
  long read();

  /** The same on a mapping that may not be written to. */
  long readOnly();
}
