package org.timehands.timer;

/**
 * Is told what goes wrong with callbacks. Called by the thread that ran the callback, without
 * locks; what is thrown here is dropped. The default logs.
 */
public interface TimerReports {
  /** Logs everything as a warning, but short hangs, which any crowd of timers has. */
  TimerReports LOGGING = new TimerReports() {};

  /** A hang that is shorter is logged for those who look for it (DEBUG). */
  long SHORT_HANG_NANOS = 10_000_000;

  /**
   * A callback threw; its timer rests.
   *
   * @param timer the timer
   * @param thrown what it threw
   */
  default void failed(ClockTimer timer, Throwable thrown) {
    System.getLogger("org.timehands.timer")
        .log(System.Logger.Level.WARNING, "The callback of a timer failed; it rests", thrown);
  }

  /**
   * A callback took longer than {@link TimerOptions#slowCallbackNanos}. Told each time; the default
   * logs one in 10 s, with the number of the others.
   *
   * @param timer the timer
   * @param tookNanos how long, on MONOTONIC
   */
  default void slow(ClockTimer timer, long tookNanos) {
    TimerLog.COMMON.slow(timer, tookNanos);
  }

  /**
   * Timers came due faster than their callbacks could run: the shard pauses, so that others get the
   * processor. Told each time; the default logs one in 10 s, with the number of the others.
   *
   * @param spentNanos how long it had run callbacks
   * @param pauseNanos for how long it pauses, at most 100 ms
   */
  default void hang(long spentNanos, long pauseNanos) {
    TimerLog.COMMON.hang(spentNanos, pauseNanos);
  }
}
