package org.timehands.timer;

/** What a periodic timer does when it comes too late for one of its instants or more. */
public enum MissedPolicy {
  /**
   * It runs for each of them, one after the other, until it has caught up. Timers expire in the
   * order of their instants, so those of its clock and shard that are due later wait until then;
   * what is caught up too slowly is a hang, with pauses in between. For tasks that are much shorter
   * than their interval.
   */
  ALL,
  /** It runs once, for the last of them, and is told how many it has missed. As POSIX. */
  ONCE,
  /**
   * It does not run for an instant that is past by an interval or more: it goes on at the next, and
   * is told then how many it has missed.
   */
  SKIP
}
