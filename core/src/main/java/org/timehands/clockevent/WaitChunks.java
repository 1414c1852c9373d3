package org.timehands.clockevent;

/**
 * How long to wait on a clock whose rate is not quite that of the clock that is waited for.
 *
 * <p>A device counts the host's nanoseconds, a timer those of its own clock, and either may be
 * slewed while the wait goes on. An early wake costs a little work, a late one is an error that
 * nobody can take back. So a long wait is cut: seven eighths of it first, and so on, until what is
 * left is at most {@link #FINAL_NANOS}. An hour takes six wakes, the first after 52 minutes. Why an
 * eighth: the host's clock may be slewed by 10 %, by chrony or adjtimex, at any time, and nobody
 * tells. Rates that differ by up to 12.5 % never make a chunk late, and the last one is late by the
 * difference of the rates times {@link #FINAL_NANOS} at most: 50 microseconds at 500 ppm, where one
 * wait for an hour would be late by 1.8 s (hazard A25; {@code WaitChunksTest}).
 */
public final class WaitChunks {
  /** A wait that is not longer than this is not cut. */
  public static final long FINAL_NANOS = 100_000_000;

  private WaitChunks() {}

  /**
   * The next chunk of a wait.
   *
   * @param remainingNanos what remains on the clock that is waited for; {@link Long#MAX_VALUE} if
   *     there is nothing to wait for
   * @return how long to wait before looking at that clock again, on the other clock; not negative
   */
  public static long next(long remainingNanos) {
    if (remainingNanos == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    if (remainingNanos <= FINAL_NANOS) {
      return Math.max(0, remainingNanos);
    }
    return Math.max(FINAL_NANOS, remainingNanos - (remainingNanos >> 3));
  }

  /**
   * Whether a wake that is already programmed comes in time for another instant, whatever the rates
   * are: so that nothing has to be programmed for it.
   *
   * @param wakeInNanos how far ahead that wake was estimated to be
   * @param remainingNanos how far ahead the instant is, both on the same clock
   */
  public static boolean comesInTime(long wakeInNanos, long remainingNanos) {
    if (wakeInNanos > remainingNanos) {
      return false;
    }
    // Not "wakeInNanos <= remainingNanos" alone: a wake an hour ahead may come 1.8 s late at 500
    // ppm, and would take an instant just behind it along. TimersTest.aFarWakeIsNotTrusted.
    return wakeInNanos <= FINAL_NANOS || wakeInNanos <= remainingNanos - (remainingNanos >> 3);
  }
}
