package org.timehands.timer;

import org.timehands.tick.IdleListeners;

/** Tells of a shard's idleness, without its lock. Guarded by that otherwise. */
final class ShardIdle {
  private final ShardLock lock;
  private final ShardAlarm alarm;
  private final ClockView view;
  private final IdleListeners listeners;
  private final int index;
  private IdleListeners.Period period;
  private long sinceNanos;

  ShardIdle(
      ShardLock lock, ShardAlarm alarm, ClockView view, IdleListeners listeners, int index) {
    this.lock = lock;
    this.alarm = alarm;
    this.view = view;
    this.listeners = listeners;
    this.index = index;
  }

  boolean isOver() {
    return period == null;
  }

  /** Enters, by the clocks as they were read last. Lock held before and after. */
  void enter() {
    sinceNanos = view.nanos(ClockView.MONOTONIC);
    lock.unlock();
    try {
      period = listeners.enter(index);
    } finally {
      lock.lock();
    }
  }

  /** Leaves, if it was entered. Lock held before and after. */
  void leave() {
    IdleListeners.Period over = period;
    if (over == null) {
      return;
    }
    period = null;
    alarm.read();
    long now = view.nanos(ClockView.MONOTONIC);
    long ticks = alarm.mode().tickAt(now) - alarm.mode().tickAt(sinceNanos);
    lock.unlock();
    try {
      over.leave(now - sinceNanos, ticks);
    } finally {
      lock.lock();
    }
  }
}
