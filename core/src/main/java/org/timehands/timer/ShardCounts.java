package org.timehands.timer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.timehands.tick.TickMode;

/** What a shard counts, in the present tick mode and in those before. Guarded by its lock. */
final class ShardCounts {
  /** Who runs so much later than the mode's resolution explains, is late. */
  static final long LATE_NANOS = 1_000_000;

  long wakeups;
  long idleWakeups;
  long deferred;
  long retries;
  long slowCallbacks;
  long failures;
  long programs;
  long ticks;
  long missedTicks;
  private long expired;
  private long merged;
  private long late;
  private long hangs;
  private long maxHangNanos;
  private long maxLateNanos;
  private long[] lateness = new long[Lateness.BUCKETS];
  /** By clock: when a pass began that left nothing due behind. */
  private final long[] servedNanos = new long[ClockView.CLOCKS];
  /** What was counted in other modes; and in this one, when it was in force before. */
  private final Map<TickMode, TimerStatistics> before = new LinkedHashMap<>();

  ShardCounts() {}

  /** What was due on a clock at an instant, and was armed before it, has run. */
  void served(int clock, long beganNanos) {
    servedNanos[clock] = beganNanos;
  }

  /**
   * A timer has expired. One that was armed for an instant long past is not late by all that: a
   * pass since then would have run it. (Unless the clock was set back: then nothing is known.)
   *
   * @param own whether the wake-up was programmed for it
   */
  void expired(int clock, long nowNanos, long hardNanos, boolean own, TickMode mode) {
    long served = servedNanos[clock];
    long lateNanos = nowNanos - (served <= nowNanos ? Math.max(served, hardNanos) : hardNanos);
    expired++;
    lateness[Lateness.bucket(lateNanos)]++;
    if (lateNanos < 0) {
      merged += own ? 0 : 1;
      return;
    }
    maxLateNanos = Math.max(maxLateNanos, lateNanos);
    if (lateNanos - mode.resolutionNanos() > LATE_NANOS) {
      late++;
    }
  }

  void hung(long spentNanos) {
    hangs++;
    maxHangNanos = Math.max(maxHangNanos, spentNanos);
  }

  /** Counts for another mode from now on. */
  void leave(TickMode mode) {
    before.merge(mode, sinceSwitch(0), TimerStatistics::plus);
    wakeups = idleWakeups = expired = merged = deferred = retries = hangs = maxHangNanos = 0;
    maxLateNanos = slowCallbacks = failures = programs = ticks = missedTicks = late = 0;
    lateness = new long[Lateness.BUCKETS];
  }

  /** What was counted, mode by mode, in the order of their first use. */
  Map<TickMode, TimerStatistics> byMode(TickMode present, long queued) {
    Map<TickMode, TimerStatistics> all = new LinkedHashMap<>(before);
    all.merge(present, sinceSwitch(queued), TimerStatistics::plus);
    return all;
  }

  private TimerStatistics sinceSwitch(long queued) {
    return new TimerStatistics(
        queued,
        wakeups,
        idleWakeups,
        expired,
        merged,
        late,
        deferred,
        retries,
        hangs,
        maxHangNanos,
        maxLateNanos,
        slowCallbacks,
        failures,
        programs,
        ticks,
        missedTicks,
        Lateness.of(lateness));
  }
}
