package org.timehands.timer;

/** What a timer runs when it expires. */
@FunctionalInterface
public interface TimerCallback {
  /** What happens to the timer after its callback. */
  enum Next {
    /** It rests, unless somebody has armed it meanwhile. */
    DONE,
    /**
     * It is queued again with the expiry that it now has ({@link ClockTimer#forward}), unless
     * somebody has armed it or waits to cancel it.
     */
    AGAIN
  }

  /**
   * Runs. A hard timer's callback delays all timers of its shard: it should take microseconds. What
   * it throws is reported, and the timer rests.
   *
   * @param timer the timer, which may be armed and forwarded here, but not cancelled by {@link
   *     ClockTimer#cancel}, which would wait for itself
   * @param nowNanos its clock as read before this was run; never below its expiry
   */
  Next expired(ClockTimer timer, long nowNanos);

  /** Is called if the timers are closed while this one is armed; it will not expire. */
  default void closed(ClockTimer timer) {}
}
