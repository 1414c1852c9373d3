package org.timehands.app.experiment;

/** The five operations on times as a number of nanoseconds. */
final class LongOps {
  private LongOps() {}

  static long add(long oneNanos, long otherNanos) {
    return oneNanos + otherNanos;
  }

  static long subtract(long oneNanos, long otherNanos) {
    return oneNanos - otherNanos;
  }

  static long addNanos(long oneNanos, long moreNanos) {
    return oneNanos + moreNanos;
  }

  static int compare(long oneNanos, long otherNanos) {
    return Long.compare(oneNanos, otherNanos);
  }

  static boolean isBefore(long oneNanos, long otherNanos) {
    return oneNanos < otherNanos;
  }
}
