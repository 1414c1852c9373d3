package org.timehands.timer;

import org.timehands.linux.LineLimit;

/**
 * Logs hangs and slow callbacks, at most one of each in {@link LineLimit#INTERVAL_NANOS}, with the
 * number of those held back; short hangs for those who look for them. A shard that is overloaded
 * hangs some ten times a second, a callback that is slow is so each time; to write that down takes
 * more from it. Counters and other reports are of each.
 *
 * <p>Thread-safe.
 */
final class TimerLog {
  /** For all timers of this process. */
  static final TimerLog COMMON =
      new TimerLog(
          System.getLogger("org.timehands.timer"), new LineLimit(), new LineLimit());

  private final System.Logger log;
  private final LineLimit hangs;
  private final LineLimit slow;

  TimerLog(System.Logger log, LineLimit hangs, LineLimit slow) {
    this.log = log;
    this.hangs = hangs;
    this.slow = slow;
  }

  void hang(long spentNanos, long pauseNanos) {
    if (spentNanos < TimerReports.SHORT_HANG_NANOS) {
      log.log(System.Logger.Level.DEBUG, text(spentNanos, pauseNanos));
      return;
    }
    hangs.warn(log, () -> text(spentNanos, pauseNanos));
  }

  void slow(ClockTimer timer, long tookNanos) {
    String kind = timer.isSoft() ? "soft" : "hard";
    slow.warn(
        log,
        () -> "The callback " + timer.callbackName() + " of a " + kind + " timer took "
            + tookNanos + " ns");
  }

  private static String text(long spentNanos, long pauseNanos) {
    return "Timers have hung: callbacks took " + spentNanos
        + " ns, and others were due again; pausing " + pauseNanos + " ns";
  }
}
