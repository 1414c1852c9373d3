package org.timehands.timer.jmx;

import java.util.List;

/**
 * What a management client sees of timers: {@code org.timehands:type=Timers,name=...}. Looking
 * costs each shard's lock for a moment, and changes nothing. Registered by {@link TimersBean}.
 */
public interface TimersMXBean {
  /** How timers are woken now: {@code tickless}, or the beat, such as {@code dynamic 1000 Hz}. */
  String getTickMode();

  /** The clock event device of each shard. */
  List<String> getDevices();

  /** The queues in which timers stand; empty ones are left out. */
  List<Queue> getQueues();

  /** What was done so far, in each tick mode that has been in force. */
  List<Mode> getModes();

  /**
   * A queue: the timers of one clock in one shard.
   *
   * @param shard which shard, from 0
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param armed how many timers stand in it
   * @param next the first few of them
   */
  record Queue(int shard, String clock, int armed, List<Event> next) {}

  /**
   * A timer that is armed.
   *
   * @param expiryNanos when it is due at the latest, on its clock
   * @param inNanos how long until then; negative if that is past
   * @param soft whether an executor runs it
   * @param callback the class that it runs
   */
  record Event(long expiryNanos, long inNanos, boolean soft, String callback) {}

  /**
   * What timers did in one tick mode; see {@link org.timehands.timer.TimerStatistics}.
   *
   * @param tickMode the mode
   * @param wakeups how often a device woke a shard
   * @param idleWakeups of these, how often nothing was due
   * @param expired how many timers have expired
   * @param merged of these, how many ran within their slack with another wake-up
   * @param late of these, how many ran more than a millisecond later than the mode explains
   * @param deferred of these, how many were handed to an executor
   * @param retries how often more was due after a pass of callbacks
   * @param hangs how often that went on for too long
   * @param maxHangNanos the longest time spent so
   * @param maxLateNanos the most that a timer was late
   * @param slowCallbacks how many callbacks took too long
   * @param failures how many callbacks threw
   * @param programs how often a device was programmed
   * @param ticks how many ticks have passed
   * @param missedTicks of these, how many without a look
   * @param lateness counts of timers by lateness, see {@link org.timehands.timer.Lateness}
   */
  record Mode(
      String tickMode,
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
      List<Long> lateness) {}
}
