package org.timehands.timeout;

import org.timehands.linux.LineLimit;

/**
 * Logs slow callbacks, at most one in {@link LineLimit#INTERVAL_NANOS}, with the number of those
 * held back: a callback of 5 ms that is due all the time is slow two hundred times a second. The
 * counter and other listeners are told of each.
 *
 * <p>Thread-safe.
 */
final class SlowLog {
  /** For all timeouts of this process. */
  static final SlowLog COMMON =
      new SlowLog(System.getLogger(TimeoutListener.class.getName()), new LineLimit());

  private final System.Logger log;
  private final LineLimit limit;

  SlowLog(System.Logger log, LineLimit limit) {
    this.log = log;
    this.limit = limit;
  }

  void slow(Object callback, long tookNanos) {
    limit.warn(log, () -> "timeout callback " + callback + " took " + tookNanos + " ns");
  }
}
