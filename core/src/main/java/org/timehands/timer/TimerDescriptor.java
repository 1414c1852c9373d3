package org.timehands.timer;

import org.timehands.timekeeping.ClockId;

/**
 * A timer that is read instead of calling back, in timerfd's manner: it counts its expirations
 * until somebody reads the count, and can tell that the clock was set.
 *
 * <p>Thread-safe. Waiting threads may be platform or virtual ones.
 */
/*
 * field         | read         | write        | guard
 * all of them   | synchronized | synchronized | this
 *
 * As timerfd.c: an expiry stops the timer; a read of a periodic one counts by division what has
 * passed since, and queues it again. So a timer that nobody reads wakes nobody. The offset of
 * REALTIME is remembered when the descriptor is made and at each cancellation that is told, not
 * when it is set: a change in between is told at the next read.
 */
public final class TimerDescriptor implements AutoCloseable {
  /** {@link #setTime}: the value is an instant of the clock, not a while from now. */
  public static final int ABSTIME = 1;

  /** {@link #setTime}: a discontinuous change of REALTIME cancels the timer. */
  public static final int CANCEL_ON_SET = 2;

  /** {@link #read}: the clock was set (ECANCELED). */
  public static final long CANCELED = -1;

  /** {@link #tryRead}: nothing has expired (EAGAIN). */
  public static final long NOTHING = -2;

  private static final int FLAGS = ABSTIME | CANCEL_ON_SET;

  /**
   * What a descriptor is set to.
   *
   * @param valueNanos how long until it expires, or when; 0 if it is not set
   * @param intervalNanos from each expiry to the next; 0 if it expires once
   */
  public record Setting(long valueNanos, long intervalNanos) {
    /** Checks that neither is negative. */
    public Setting {
      if (valueNanos < 0 || intervalNanos < 0) {
        throw new IllegalArgumentException(
            "value of " + valueNanos + " ns and interval of " + intervalNanos
                + " ns must not be negative");
      }
    }
  }

  /** The instant that the timer was last armed for, with its clock. */
  private record Armed(ClockId on, long atNanos) {}

  private final Timers timers;
  private final ClockId clock;
  private final ClockTimer timer;
  private final Runnable onSet = this::clockWasSet;
  private final Runnable onEnd = this::timersClosed;
  private final ClockView view = new ClockView();
  /** Null if it is not set. */
  private Armed armed;
  private long intervalNanos;
  private long ticks;
  private boolean expired;
  private boolean mightCancel;
  private boolean cancelled;
  private long offsetNanos;
  private boolean closed;

  /**
   * A descriptor that is not set.
   *
   * @param timers whose clocks it uses
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   */
  public TimerDescriptor(Timers timers, ClockId clock) {
    this.timers = timers;
    this.clock = clock;
    ClockView.index(clock);
    this.timer = timers.timer((expiring, nowNanos) -> expired());
    this.offsetNanos = realOffset();
    timers.onClockSet(onSet);
    timers.onEnd(onEnd);
    if (timers.isClosed()) {
      timersClosed();
    }
  }

  /**
   * Sets the timer and clears what it has counted.
   *
   * @param flags {@link #ABSTIME}, {@link #CANCEL_ON_SET}, both or 0; the latter counts only with
   *     the former and on REALTIME
   * @param setting what to; a value of 0 stops it
   * @param old receives what it was set to before, relative; may be null
   * @return 0, or {@link #CANCELED} if the clock was set and nobody has been told: the timer is set
   *     all the same
   */
  public synchronized long setTime(int flags, Setting setting, Setting[] old) {
    if ((flags & ~FLAGS) != 0) {
      throw new IllegalArgumentException(
          "flags " + flags + " must be ABSTIME (1), CANCEL_ON_SET (2), both or 0");
    }
    requireOpen();
    boolean wasQueued = timer.tryCancel() == ClockTimer.Cancel.CANCELLED;
    mightCancel = clock == ClockId.REALTIME && flags == FLAGS;
    if (old != null) {
      old[0] = before(wasQueued);
    }
    expired = false;
    ticks = 0;
    intervalNanos = setting.intervalNanos;
    armed = setting.valueNanos == 0 ? null : arm(flags, setting.valueNanos);
    return setting.valueNanos != 0 && takeCancellation() ? CANCELED : 0;
  }

  private Armed arm(int flags, long valueNanos) {
    if ((flags & ABSTIME) != 0) {
      timer.arm(clock, valueNanos);
    } else {
      timer.armIn(clock, valueNanos);
    }
    return new Armed(timer.clock(), timer.expiryNanos());
  }

  /** What gettime has said of a timer that is out of its queue by now. Lock held. */
  private Setting before(boolean wasQueued) {
    boolean goesOn = expired && intervalNanos > 0;
    if (armed == null || (!wasQueued && !goesOn)) {
      return new Setting(0, intervalNanos);
    }
    long now = timers.nanos(armed.on);
    long at = armed.atNanos;
    if (goesOn) {
      at = Periods.moved(at, Periods.toPass(at, now, intervalNanos), intervalNanos);
    }
    return new Setting(Math.max(1, at - now), intervalNanos);
  }

  /**
   * What the timer is set to: how long until it expires next, and the interval. The count is kept.
   */
  public synchronized Setting getTime() {
    requireOpen();
    if (expired && intervalNanos > 0) {
      expired = false;
      ticks += restart() - 1;
    }
    return new Setting(expired ? 0 : timer.remainingNanos(), intervalNanos);
  }

  /**
   * Takes the count of expirations since the last read or setting; waits until there is one.
   *
   * @return at least 1; or {@link #CANCELED}, once for each change of the clock
   * @throws InterruptedException if the thread is interrupted while waiting
   * @throws IllegalStateException if it or its timers are closed, before or while waiting
   */
  public long read() throws InterruptedException {
    for (;;) {
      long count = tryRead();
      if (count != NOTHING) {
        return count;
      }
      if (timers.isExpiringHere()) {
        throw new IllegalStateException(
            "the callback of a hard timer must not wait for a descriptor: its thread would have to"
                + " wake it; use tryRead, or a soft timer");
      }
      // Before the lock: what time brings takes it.
      if (!timers.passage().awaits(this::isOver, Long.MAX_VALUE)) {
        waitUntilOver();
      }
    }
  }

  private synchronized void waitUntilOver() throws InterruptedException {
    while (!isOver()) {
      wait();
    }
  }

  /** Whether a read would not wait. */
  private synchronized boolean isOver() {
    return closed || isReadable();
  }

  /** As {@link #read}, without waiting: {@link #NOTHING} if nothing has expired. */
  public synchronized long tryRead() {
    requireOpen();
    if (takeCancellation()) {
      ticks = 0;
      expired = false;
      return CANCELED;
    }
    if (ticks == 0) {
      return NOTHING;
    }
    long count = ticks;
    if (expired && intervalNanos > 0) {
      count += restart() - 1;
    }
    expired = false;
    ticks = 0;
    return count;
  }

  /** Whether a read would return at once. */
  public synchronized boolean isReadable() {
    return ticks > 0 || (mightCancel && cancelled);
  }

  /** Ends it: the timer is cancelled, and who waits gets an exception. */
  @Override
  public void close() {
    timers.forgetClockSet(onSet);
    timers.forgetEnd(onEnd);
    timer.discard();
    timersClosed();
  }

  private synchronized void timersClosed() {
    closed = true;
    notifyAll();
  }

  /** Queues an expired periodic timer again; the periods that have passed, at least 1. */
  private long restart() {
    long now = timers.nanos(timer.clock());
    long periods = timer.forward(now, intervalNanos);
    ClockId on = timer.clock();
    timer.arm(on, timer.expiryNanos());
    armed = new Armed(on, timer.expiryNanos());
    return Math.max(1, periods);
  }

  private synchronized TimerCallback.Next expired() {
    // Set anew or stopped between the expiry and now: that one does not count.
    if (armed == null || timer.isQueued()) {
      return TimerCallback.Next.DONE;
    }
    expired = true;
    ticks++;
    notifyAll();
    return TimerCallback.Next.DONE;
  }

  private synchronized void clockWasSet() {
    if (mightCancel && !cancelled && realOffset() != offsetNanos) {
      cancelled = true;
      ticks++;
      notifyAll();
    }
  }

  /** Whether the clock was set and nobody has been told; now somebody is. */
  private boolean takeCancellation() {
    if (!mightCancel || !cancelled) {
      return false;
    }
    cancelled = false;
    offsetNanos = realOffset();
    return true;
  }

  private long realOffset() {
    timers.clocks().read(view);
    return view.nanos(ClockView.REALTIME) - view.nanos(ClockView.MONOTONIC);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this descriptor, or its timers, are closed");
    }
  }
}
