package org.timehands.timer;

import java.util.List;
import org.timehands.timekeeping.ClockId;

/**
 * One queue of timers at one moment. Immutable.
 *
 * @param shard which shard
 * @param device the shard's clock event device
 * @param clock whose timers stand in it
 * @param armed how many
 * @param next the first few, in their order
 */
public record QueueStatus(int shard, String device, ClockId clock, int armed, List<Event> next) {
  /** How many events are shown at most. */
  public static final int MOST_EVENTS = 3;

  /**
   * A timer that is armed.
   *
   * @param expiryNanos the instant at which it is due at the latest, on its clock
   * @param inNanos how long until then; negative if that is past
   * @param soft whether the executor runs it
   * @param callback what it runs: the name of a class
   */
  public record Event(long expiryNanos, long inNanos, boolean soft, String callback) {}
}
