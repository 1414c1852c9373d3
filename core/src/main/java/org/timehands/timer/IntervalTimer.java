package org.timehands.timer;

import java.util.Objects;
import org.timehands.timekeeping.ClockId;

/**
 * A periodic timer: runs a task at an instant and at every interval after it. The instants are
 * first + k * interval exactly; how late one run is does not move the next.
 *
 * <p>A task that throws is reported ({@link TimerReports#failed}) and loses that run only: the
 * timer goes on with the next instant.
 *
 * <p>Thread-safe. A task may start its own timer anew, and stop it.
 */
public final class IntervalTimer {
  /** What runs at each instant. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs.
     *
     * @param scheduledNanos the instant that this run is for, on the timer's clock; not after now
     * @param missed how many instants before it have had no run since the last run
     */
    void run(long scheduledNanos, long missed);
  }

  /**
   * {@link MissedPolicy#ALL} catches up so many instants before other clocks' timers get their
   * turn; those of its own that are due later wait until it has caught up: one queue, one order.
   */
  private static final int BURST = 32;

  /** What start was called with; one object per start, so that a run knows its own. */
  private static final class Setting {
    final long intervalNanos;
    /** What SKIP has skipped since the last run; runs of one timer do not overlap. */
    long skipped;

    Setting(long intervalNanos) {
      this.intervalNanos = intervalNanos;
    }
  }

  /*
   * field   | read     | write    | guard
   * setting | volatile | volatile | none: a run compares before it asks to run again
   *
   * Who starts it holds this object's lock, and so does who lets it go on after a throw.
   */
  private final Task task;
  private final MissedPolicy policy;
  private final ClockTimer timer;
  private volatile Setting setting;

  /**
   * A timer that is not started.
   *
   * @param timers whose clocks it uses
   * @param task what to run; should be short unless {@code soft}
   * @param policy what to do about instants that it is too late for
   * @param soft whether the executor runs the task
   */
  public IntervalTimer(Timers timers, Task task, MissedPolicy policy, boolean soft) {
    this.task = Objects.requireNonNull(task, "task");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.timer = soft ? timers.softTimer(this::expired) : timers.timer(this::expired);
  }

  /**
   * Starts this at an instant of a clock, in place of what it was started for. If that is past, the
   * policy tells what happens to the instants that have passed.
   *
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param firstNanos the first instant
   * @param intervalNanos from each instant to the next, at least 1
   */
  public synchronized void start(ClockId clock, long firstNanos, long intervalNanos) {
    set(intervalNanos);
    timer.arm(clock, firstNanos);
  }

  /**
   * Starts this a while from now. Sets of the clock do not matter: REALTIME and TAI count on
   * MONOTONIC.
   *
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param delayNanos from now to the first instant
   * @param intervalNanos from each instant to the next, at least 1
   */
  public synchronized void startIn(ClockId clock, long delayNanos, long intervalNanos) {
    set(intervalNanos);
    timer.armIn(clock, delayNanos);
  }

  private void set(long intervalNanos) {
    if (intervalNanos < 1) {
      throw new IllegalArgumentException(
          "interval of " + intervalNanos + " ns must be at least 1");
    }
    setting = new Setting(intervalNanos);
  }

  /** Stops this. A run that has begun goes on; no other begins until it is started anew. */
  public void stop() {
    setting = null;
    timer.tryCancel();
  }

  /**
   * Stops this, and waits for a run that has begun.
   *
   * @throws IllegalStateException if called by the task itself
   */
  public void stopAndWait() {
    setting = null;
    timer.cancel();
  }

  /** The timer that this stands on: what remains, when it expires next. */
  public ClockTimer timer() {
    return timer;
  }

  private TimerCallback.Next expired(ClockTimer expiring, long nowNanos) {
    Setting mine = setting;
    if (mine == null) {
      return TimerCallback.Next.DONE;
    }
    boolean thrown = true;
    try {
      switch (policy) {
        case ALL -> all(mine, nowNanos);
        case ONCE -> once(mine, nowNanos);
        case SKIP -> skip(mine, nowNanos);
      }
      thrown = false;
    } finally {
      if (thrown) {
        goOn(mine);
      }
    }
    return setting == mine ? TimerCallback.Next.AGAIN : TimerCallback.Next.DONE;
  }

  /** What throws does not ask to run again, so this does; who stops it now is heeded next time. */
  private synchronized void goOn(Setting mine) {
    if (setting != mine || timer.isQueued()) {
      return;
    }
    try {
      timer.arm(timer.clock(), timer.expiryNanos());
    } catch (IllegalStateException closed) {
      setting = null;
    }
  }

  private void all(Setting mine, long nowNanos) {
    for (int i = 0; i < BURST && setting == mine; i++) {
      long scheduled = timer.expiryNanos();
      if (scheduled > nowNanos || timer.forward(scheduled, mine.intervalNanos) == 0) {
        return;
      }
      task.run(scheduled, 0);
    }
  }

  private void once(Setting mine, long nowNanos) {
    long first = timer.expiryNanos();
    long periods = timer.forward(nowNanos, mine.intervalNanos);
    if (periods > 0) {
      long missed = periods - 1;
      task.run(Periods.moved(first, missed, mine.intervalNanos), missed);
    }
  }

  private void skip(Setting mine, long nowNanos) {
    long scheduled = timer.expiryNanos();
    long periods = timer.forward(nowNanos, mine.intervalNanos);
    if (periods == 0) {
      return;
    }
    if (periods > 1) {
      mine.skipped += periods;
      return;
    }
    long missed = mine.skipped;
    mine.skipped = 0;
    task.run(scheduled, missed);
  }
}
