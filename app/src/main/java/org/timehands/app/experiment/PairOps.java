package org.timehands.app.experiment;

/**
 * The five operations on times as a pair of seconds and nanoseconds, normalised: the part below a
 * second is not negative. The result is written where the caller says.
 */
final class PairOps {
  private static final int SECOND_NANOS = 1_000_000_000;

  /** A time. */
  static final class Pair {
    long sec;
    int nsec;

    Pair() {}

    /** The time of so many nanoseconds. */
    static Pair of(long nanos) {
      Pair pair = new Pair();
      pair.sec = Math.floorDiv(nanos, SECOND_NANOS);
      pair.nsec = Math.floorMod(nanos, SECOND_NANOS);
      return pair;
    }

    long nanos() {
      return sec * SECOND_NANOS + nsec;
    }
  }

  private PairOps() {}

  static void add(Pair one, Pair other, Pair sum) {
    long sec = one.sec + other.sec;
    int nsec = one.nsec + other.nsec;
    if (nsec >= SECOND_NANOS) {
      nsec -= SECOND_NANOS;
      sec++;
    }
    sum.sec = sec;
    sum.nsec = nsec;
  }

  static void subtract(Pair one, Pair other, Pair difference) {
    long sec = one.sec - other.sec;
    int nsec = one.nsec - other.nsec;
    if (nsec < 0) {
      nsec += SECOND_NANOS;
      sec--;
    }
    difference.sec = sec;
    difference.nsec = nsec;
  }

  static void addNanos(Pair one, long nanos, Pair sum) {
    long sec = one.sec + nanos / SECOND_NANOS;
    int nsec = one.nsec + (int) (nanos % SECOND_NANOS);
    if (nsec >= SECOND_NANOS) {
      nsec -= SECOND_NANOS;
      sec++;
    } else if (nsec < 0) {
      nsec += SECOND_NANOS;
      sec--;
    }
    sum.sec = sec;
    sum.nsec = nsec;
  }

  static int compare(Pair one, Pair other) {
    if (one.sec != other.sec) {
      return one.sec < other.sec ? -1 : 1;
    }
    return Integer.compare(one.nsec, other.nsec);
  }

  static boolean isBefore(Pair one, Pair other) {
    return one.sec < other.sec || (one.sec == other.sec && one.nsec < other.nsec);
  }
}
