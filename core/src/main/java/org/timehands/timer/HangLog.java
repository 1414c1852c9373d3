package org.timehands.timer;

import java.util.function.LongSupplier;
import org.timehands.linux.HostClocks;

/**
 * Logs hangs: short ones for those who look for them, the others at most once in {@link
 * #INTERVAL_NANOS}, with the number of those held back, as the kernel's {@code printk_ratelimit}
 * does. A shard that is overloaded hangs some ten times a second; to write that down each time
 * takes more from it. Counters and other reports are of each hang.
 *
 * <p>Thread-safe.
 */
/*
 * field               | read       | write      | guard
 * saidNanos, heldBack | under this | under this | this
 */
final class HangLog {
  /** Between two lines. */
  static final long INTERVAL_NANOS = 10_000_000_000L;

  /** For all timers of this process. */
  static final HangLog COMMON =
      new HangLog(
          System.getLogger("org.timehands.timer"),
          () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC));

  private static final long NEVER = Long.MIN_VALUE;

  private final System.Logger log;
  private final LongSupplier clock;
  private long saidNanos = NEVER;
  private long heldBack;

  HangLog(System.Logger log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
  }

  void hang(long spentNanos, long pauseNanos) {
    if (spentNanos < TimerReports.SHORT_HANG_NANOS) {
      log.log(System.Logger.Level.DEBUG, text(spentNanos, pauseNanos));
      return;
    }
    long before = admit();
    if (before >= 0) {
      String held = before == 0 ? "" : "; " + before + " like it before were not logged";
      log.log(System.Logger.Level.WARNING, text(spentNanos, pauseNanos) + held);
    }
  }

  private static String text(long spentNanos, long pauseNanos) {
    return "Timers have hung: callbacks took " + spentNanos
        + " ns, and others were due again; pausing " + pauseNanos + " ns";
  }

  /** How many have been held back since the last line, if this one may be one; else -1. */
  private synchronized long admit() {
    long now = clock.getAsLong();
    if (saidNanos != NEVER && now - saidNanos < INTERVAL_NANOS) {
      heldBack++;
      return -1;
    }
    saidNanos = now;
    long before = heldBack;
    heldBack = 0;
    return before;
  }
}
