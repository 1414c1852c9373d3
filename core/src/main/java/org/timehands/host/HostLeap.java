package org.timehands.host;

import org.timehands.timeline.Segment;

/**
 * A leap second that the host's kernel has announced: foretold in the segments before it is due, so
 * that every reader leaps at the instant itself, and recognised when the host has leapt. Not
 * thread-safe.
 */
/*
 * N12. Linux leaps in the tick after the instant, so for up to a tick its REALTIME is a second
 * ahead; ours is right. A sample from that time says that nothing has happened yet:
 *
 *      sample      instant   host leaps   sample: a step of -1 s        sample
 *   -----|------------*----------|-----------|----------------------------|-----> host's clocks
 *     announced    readers       |       recognised: folded into      (not leapt by
 *     in a segment  leap         |       the offset, no step           then: taken back)
 *                      nothing is published here
 */
final class HostLeap {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;

  /** A host that has not leapt so long after the instant does not leap any more. */
  private static final long GRACE_NANOS = 2 * SECOND;

  /** A sample is taken in less time than this. */
  private static final long SAMPLE_NANOS = 1_000_000;

  private int sign;
  private long atRealNanos;
  private boolean spent;
  private long leaptSeconds;

  /**
   * Takes what the host announces.
   *
   * @param announced +1 to insert, -1 to delete a second at the end of the UTC day, 0 for neither
   * @param realNanos the host's REALTIME
   * @param stepped whether the host's clock was stepped just now
   */
  void announced(int announced, long realNanos, boolean stepped) {
    if (announced == 0) {
      sign = 0;
      spent = false;
      return;
    }
    if (sign != 0 && realNanos >= atRealNanos + GRACE_NANOS) {
      // It has not leapt, and nothing says that it will.
      sign = 0;
      spent = true;
    }
    boolean plans = stepped || announced != sign;
    if (plans && (stepped || !spent)) {
      long midnight = (Math.floorDiv(realNanos, DAY) + 1) * DAY;
      sign = announced;
      spent = false;
      // A second that is deleted is the last of the day: midnight comes where it would begin.
      atRealNanos = announced > 0 ? midnight : midnight - SECOND;
    }
  }

  /**
   * Whether a change of the host's REALTIME is the leap; if so, it has been.
   *
   * @param changeNanos how far the host's clock was seen to change
   * @param noiseNanos how far that may be off
   * @param realNanos the host's REALTIME after it
   */
  boolean happened(long changeNanos, long noiseNanos, long realNanos) {
    boolean due = sign != 0 && realNanos >= atRealNanos - SECOND - SAMPLE_NANOS;
    if (!due || Math.abs(changeNanos + sign * SECOND) > noiseNanos) {
      return false;
    }
    leaptSeconds += sign;
    sign = 0;
    spent = true;
    return true;
  }

  /** Whether the leap is due and the host may or may not have leapt: nothing is to be published. */
  boolean isDue(long realNanos) {
    return sign != 0
        && realNanos >= atRealNanos - SAMPLE_NANOS
        && realNanos < atRealNanos + GRACE_NANOS;
  }

  /** How many seconds were inserted so far, less those that were deleted. */
  long leaptSeconds() {
    return leaptSeconds;
  }

  /** Writes the leap into a segment whose offset of REALTIME is as it is to be. */
  void state(Segment next) {
    next.setLeap(atRealNanos - next.realOffsetNanos, sign);
  }

  /** Whether a segment says something else of the leap, beside some noise. */
  boolean differs(Segment newest, long realOffsetNanos, long noiseNanos) {
    boolean elsewhere =
        Math.abs(newest.leapAtMonoNanos - (atRealNanos - realOffsetNanos)) > noiseNanos;
    return newest.leapSign() != sign || (sign != 0 && elsewhere);
  }

  /** REALTIME minus MONOTONIC of a segment at an instant of MONOTONIC: after a leap, one less. */
  static long realOffset(Segment of, long monoNanos) {
    boolean past = of.leapSign() != 0 && monoNanos >= of.leapAtMonoNanos;
    return of.realOffsetNanos - (past ? of.leapSign() * SECOND : 0);
  }
}
