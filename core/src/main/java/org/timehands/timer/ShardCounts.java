package org.timehands.timer;

/** What a shard counts. Guarded by the shard's lock. */
final class ShardCounts {
  long wakeups;
  long idleWakeups;
  long expired;
  long merged;
  long deferred;
  long retries;
  long hangs;
  long maxHangNanos;
  long maxLateNanos;
  long slowCallbacks;
  long failures;
  long programs;
  long ticks;
  long missedTicks;

  ShardCounts() {}

  TimerStatistics statistics(long queued) {
    return new TimerStatistics(
        queued,
        wakeups,
        idleWakeups,
        expired,
        merged,
        deferred,
        retries,
        hangs,
        maxHangNanos,
        maxLateNanos,
        slowCallbacks,
        failures,
        programs,
        ticks,
        missedTicks);
  }
}
