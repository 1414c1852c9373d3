package org.timehands.timer;

import org.timehands.linux.LineLimit;

/**
 * Logs hangs: short ones for those who look for them, the others at most once in {@link
 * LineLimit#INTERVAL_NANOS}, with the number of those held back. A shard that is overloaded hangs
 * some ten times a second; to write that down each time takes more from it. Counters and other
 * reports are of each hang.
 *
 * <p>Thread-safe.
 */
final class HangLog {
  /** For all timers of this process. */
  static final HangLog COMMON =
      new HangLog(System.getLogger("org.timehands.timer"), new LineLimit());

  private final System.Logger log;
  private final LineLimit limit;

  HangLog(System.Logger log, LineLimit limit) {
    this.log = log;
    this.limit = limit;
  }

  void hang(long spentNanos, long pauseNanos) {
    if (spentNanos < TimerReports.SHORT_HANG_NANOS) {
      log.log(System.Logger.Level.DEBUG, text(spentNanos, pauseNanos));
      return;
    }
    String held = limit.admit();
    if (held != null) {
      log.log(System.Logger.Level.WARNING, text(spentNanos, pauseNanos) + held);
    }
  }

  private static String text(long spentNanos, long pauseNanos) {
    return "Timers have hung: callbacks took " + spentNanos
        + " ns, and others were due again; pausing " + pauseNanos + " ns";
  }
}
