package org.timehands.timeout;

/**
 * What is told of callbacks that misbehave; called on the thread that ran the callback. The default
 * logs.
 */
public interface TimeoutListener {
  /**
   * A callback took {@link TimeoutsOptions#slowNanos} or longer. Told each time; the default logs
   * one in 10 s, with the number of the others.
   *
   * @param callback the object that was called
   * @param tookNanos how long; good to 1 %, exact by hand
   */
  default void slow(Object callback, long tookNanos) {
    SlowLog.COMMON.slow(callback, tookNanos);
  }

  /**
   * A callback threw, or its executor refused it (it has run on the wheel's own thread then).
   *
   * @param callback the object that was called
   * @param thrown what was thrown
   */
  default void failed(Object callback, Throwable thrown) {
    System.getLogger(TimeoutListener.class.getName())
        .log(System.Logger.Level.WARNING, "timeout callback " + callback + " threw", thrown);
  }
}
