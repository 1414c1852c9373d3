package org.timehands.timer;

import java.util.concurrent.Executor;
import org.timehands.timekeeping.ClockId;

/**
 * One timer: armed for an instant of a clock, it runs its callback once when that clock has come to
 * it, never earlier. What the kernel calls an hrtimer.
 *
 * <p>Absolute timers follow their clock when it is set; relative ones do not, since on REALTIME and
 * TAI they count on MONOTONIC. The callback runs between the expiry and the expiry plus the slack,
 * if the machine is not late: with slack, wake-ups are merged.
 *
 * <p>Thread-safe. Made by {@link Timers}.
 */
/*
 * field  | read     | write      | guard
 * runner | volatile | under lock | shard lock; the wait graph reads it without
 * others | held     | held       | shard lock, and hold of the timer: see TimerHead
 *
 * State                 arm          expiry             callback returns
 *   IDLE      -> QUEUED       -> IDLE, running          AGAIN and still IDLE -> QUEUED
 *   QUEUED    -> QUEUED (another key)
 *   soft:                     -> DEFERRED               (taken by the executor -> IDLE, running)
 *   DEFERRED  -> QUEUED (what was handed over runs nothing)
 * "running" is another matter: a running timer may be in any state, since anybody may arm it.
 * So is a place in the queue of its clock: one that is IDLE may have kept it.
 */
public final class ClockTimer extends TimerHead {
  /** What {@link #tryCancel} found. */
  public enum Cancel {
    /** It was not armed. */
    INACTIVE,
    /** It was armed, and is not any more; it will not run. */
    CANCELLED,
    /** Its callback is running; nothing was changed. */
    RUNNING
  }

  /* States. A byte, because a reference that is stored costs a barrier of the collector. */
  static final byte IDLE = 0;
  static final byte QUEUED = 1;
  static final byte DEFERRED = 2;

  /** What only soft timers have: it would make the others larger. */
  static final class Deferral {
    /** The clock when the timer expired. */
    long expiredAtNanos;
    /** Handed to the executor, which has not taken it to its end. */
    boolean submitted;

    /** Has an executor run a task; if it will not, or cannot, a virtual thread does. */
    void hand(Executor executor, Runnable task) {
      try {
        executor.execute(task);
      } catch (RuntimeException | Error full) {
        // A timer that was promised runs: somewhere else rather than not at all.
        Thread.startVirtualThread(task);
      }
    }
  }

  final TimerCallback callback;
  /** Of a soft timer; null for a hard one. */
  final Deferral deferral;
  byte state = IDLE;
  /** Its place is counted while it is idle. */
  boolean counted;
  /** Where its place in its clock's queue is; it may have one while it is idle. */
  int position = TimerHeap.NONE;
  byte clock = ClockView.MONOTONIC;
  long softNanos;
  /** Somebody waits to cancel: AGAIN does not count. */
  boolean stopping;
  /** AGAIN was asked for, and did not count. */
  boolean stopped;
  volatile Thread runner;

  ClockTimer(TimerShard shard, TimerCallback callback, boolean soft) {
    super(shard);
    this.callback = callback;
    this.deferral = soft ? new Deferral() : null;
  }

  /** As {@link #arm(ClockId, long, long)} without slack. */
  public boolean arm(ClockId clockId, long expiryNanos) {
    return arm(clockId, expiryNanos, 0);
  }

  /**
   * Arms this for an instant of a clock, in place of what it was armed for. One that is past, or
   * negative, expires at once.
   *
   * @param clockId REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param expiryNanos the instant, on that clock
   * @param slackNanos how much later it may run, to merge wake-ups; not negative
   * @return whether it was armed before
   * @throws IllegalArgumentException for another clock or negative slack
   * @throws IllegalStateException if the timers are closed
   */
  public boolean arm(ClockId clockId, long expiryNanos, long slackNanos) {
    if (slackNanos < 0) {
      throw new IllegalArgumentException(
          "slack of " + slackNanos + " ns must not be negative: a timer is never early");
    }
    int index = ClockView.index(clockId);
    if (index == ClockView.MONOTONIC && slackNanos == 0) {
      return arm(Math.max(0, expiryNanos));
    }
    return shard.arm(this, index, expiryNanos, slackNanos);
  }

  /** On MONOTONIC without slack: see the ground rules of {@link TimerHead}. */
  private boolean arm(long nanos) {
    long seen = word();
    if (isFree(seen) && fits(nanos)) {
      QueueCounts counts = shard.monotonicCounts();
      long newRank = counts.takeRank();
      setRank(newRank);
      if (change(seen, nanos | QueueCounts.sample(newRank))) {
        if (!isArmed(seen) && isCounted(seen)) {
          counts.addIdle(-1);
        }
        if (nanos < placeNanos()) {
          shard.tend(this);
        }
        return isArmed(seen);
      }
    }
    return shard.arm(this, ClockView.MONOTONIC, nanos, 0);
  }

  /** When it is due at the latest; held. */
  long hardNanos() {
    return Periods.sum(softNanos, slackNanos());
  }

  /** Disarms without the lock; false if that cannot be, or there is nothing to disarm. */
  private boolean disarm(long seen) {
    if (!isFree(seen) || !isArmed(seen) || !isWhole() || !change(seen, IDLE_BIT | seen)) {
      return false;
    }
    if (isCounted(seen)) {
      QueueCounts counts = shard.monotonicCounts();
      counts.addIdle(1);
      if (counts.isCrowded()) {
        shard.tend(this);
      }
    }
    return true;
  }

  /** As {@link #armIn(ClockId, long, long)} without slack. */
  public boolean armIn(ClockId clockId, long delayNanos) {
    return armIn(clockId, delayNanos, 0);
  }

  /**
   * Arms this for a while from now, in place of what it was armed for. A set of the clock does not
   * matter: for REALTIME and TAI this counts on MONOTONIC.
   *
   * @param clockId REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param delayNanos how long from now; what is not positive expires at once
   * @param slackNanos how much later it may run, to merge wake-ups; not negative
   * @return whether it was armed before
   */
  public boolean armIn(ClockId clockId, long delayNanos, long slackNanos) {
    int index = ClockView.index(clockId);
    ClockId counted = index == ClockView.BOOTTIME ? ClockId.BOOTTIME : ClockId.MONOTONIC;
    long now = shard.nanos(ClockView.index(counted));
    return arm(counted, Periods.sum(now, Math.max(0, delayNanos)), slackNanos);
  }

  /** Disarms this unless its callback is running. Never waits. */
  public Cancel tryCancel() {
    long seen = word();
    if (disarm(seen)) {
      return Cancel.CANCELLED;
    }
    return isFree(seen) && !isArmed(seen) ? Cancel.INACTIVE : shard.tryCancel(this, false);
  }

  /**
   * Disarms this as {@link #tryCancel} does, and has the queue let go of it. A timer that is only
   * cancelled may be held there, with its callback, until the instant that it was armed for; about
   * as many of those as are armed, and some dozens, since they are counted by sample. For timers
   * that are not armed again, though they may be.
   */
  public Cancel discard() {
    return shard.tryCancel(this, true);
  }

  /**
   * Disarms this and waits until its callback is not running, if it is; a callback that asks to run
   * again is not heard. Does not end by interruption. If another thread arms it meanwhile, that is
   * undone too.
   *
   * @return whether anything was kept from running
   * @throws IllegalStateException if this would wait for itself: called from the timer's own
   *     callback, or from one that it waits for
   */
  public boolean cancel() {
    return disarm(word()) || shard.cancel(this);
  }

  /** Whether it is armed or its callback is running; false only when both are over. */
  public boolean isActive() {
    long seen = word();
    return isFree(seen) ? isArmed(seen) : shard.isArmed(this, true);
  }

  /** Whether it is armed, running or not. */
  boolean isQueued() {
    long seen = word();
    return isFree(seen) ? isArmed(seen) : shard.isArmed(this, false);
  }

  /** Whether an executor runs its callback. */
  public boolean isSoft() {
    return deferral != null;
  }

  /** The class of its callback, for reports. */
  public String callbackName() {
    return callback.getClass().getName();
  }

  /** Whether its callback is running just now. */
  public boolean isRunning() {
    return runner != null;
  }

  /** How long until it expires, in nanoseconds: at least 1 while it is armed, 0 if it is not. */
  public long remainingNanos() {
    return shard.remaining(this);
  }

  /** The instant that it was armed for or forwarded to, on {@link #clock}, in nanoseconds. */
  public long expiryNanos() {
    return shard.expiry(this);
  }

  /** The clock that it counts on: MONOTONIC for a timer that was armed relative on REALTIME. */
  public ClockId clock() {
    return shard.clock(this);
  }

  /**
   * Moves the expiry of a timer that is not queued by so many intervals that it lies after an
   * instant: by division, however many there are. In a callback this prepares {@code AGAIN}.
   *
   * @param nowNanos the instant, on the timer's clock
   * @param intervalNanos the interval, at least 1
   * @return by how many intervals; 0 if the expiry lies after the instant already, or if somebody
   *     has armed the timer meanwhile, whose setting stands
   */
  public long forward(long nowNanos, long intervalNanos) {
    if (intervalNanos < 1) {
      throw new IllegalArgumentException(
          "interval of " + intervalNanos + " ns must be at least 1");
    }
    return shard.forward(this, nowNanos, intervalNanos);
  }

  /** Tells the callback that the timers were closed; what it throws is reported. */
  void tellClosed(TimerReports reports) {
    try {
      callback.closed(this);
    } catch (Throwable failure) { // other languages check none
      reports.failed(this, failure);
    }
  }
}
