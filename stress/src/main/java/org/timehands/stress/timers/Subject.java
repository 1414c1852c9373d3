package org.timehands.stress.timers;

import org.timehands.timer.ClockTimer;

/** One timer, and what the model says of it. */
final class Subject {
  final int index;
  final boolean soft;
  ClockTimer timer;
  /** The clock that it is armed on, or -1. */
  int clock = -1;
  long softNanos;
  long hardNanos;
  /** Its clock when it was armed or set last: before that nothing was late. */
  long floorNanos;
  /** Place among those that were queued. */
  long rank;
  boolean running;

  Subject(int index, boolean soft) {
    this.index = index;
    this.soft = soft;
  }

  boolean isArmed() {
    return clock >= 0;
  }

  /** Whether it stands before another in their clock's queue. */
  boolean precedes(Subject other) {
    return hardNanos < other.hardNanos || hardNanos == other.hardNanos && rank < other.rank;
  }

  @Override
  public String toString() {
    return "timer " + index + (soft ? " (soft)" : "") + " on clock " + clock + " ["
        + softNanos + ", " + hardNanos + "]";
  }
}
