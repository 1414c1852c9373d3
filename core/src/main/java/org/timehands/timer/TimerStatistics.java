package org.timehands.timer;

/**
 * What timers have done since they were started, summed over their shards; or what they have done
 * in one tick mode.
 *
 * @param queued armed now and not due
 * @param wakeups how often a device's event, or a call by hand, had them look
 * @param idleWakeups of these, how often nothing was due: chunks of long waits, cancelled timers,
 *     devices that woke early
 * @param expired how many timers have expired
 * @param merged of these, how many ran within their slack because something else woke the shard
 * @param late of these, how many ran more than a millisecond later than their slack and the tick
 *     mode's resolution explain
 * @param deferred of these, how many were handed to the executor
 * @param retries how often more was due after a pass of callbacks
 * @param hangs how often that went on for too long, and a pause was made
 * @param maxHangNanos the longest time spent before such a pause
 * @param maxLateNanos the most that a timer was late when it expired, beyond its slack
 * @param slowCallbacks how many callbacks took too long
 * @param failures how many callbacks threw
 * @param programs how often a device was programmed
 * @param ticks how many ticks have passed while there was a beat
 * @param missedTicks of these, how many passed without a look: while idle, or too late
 * @param lateness how late those that have expired were
 */
public record TimerStatistics(
    long queued,
    long wakeups,
    long idleWakeups,
    long expired,
    long merged,
    long late,
    long deferred,
    long retries,
    long hangs,
    long maxHangNanos,
    long maxLateNanos,
    long slowCallbacks,
    long failures,
    long programs,
    long ticks,
    long missedTicks,
    Lateness lateness) {
  /** Nothing done. */
  static final TimerStatistics NONE =
      new TimerStatistics(
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Lateness.NONE);

  TimerStatistics plus(TimerStatistics o) {
    return new TimerStatistics(
        queued + o.queued,
        wakeups + o.wakeups,
        idleWakeups + o.idleWakeups,
        expired + o.expired,
        merged + o.merged,
        late + o.late,
        deferred + o.deferred,
        retries + o.retries,
        hangs + o.hangs,
        Math.max(maxHangNanos, o.maxHangNanos),
        Math.max(maxLateNanos, o.maxLateNanos),
        slowCallbacks + o.slowCallbacks,
        failures + o.failures,
        programs + o.programs,
        ticks + o.ticks,
        missedTicks + o.missedTicks,
        lateness.plus(o.lateness));
  }
}
