package org.timehands.timer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.tick.IdleListeners;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * One shard of timers: a queue per clock, a lock, a device. A pure engine: who owns it calls {@link
 * #expire} when the device has woken it, or by hand.
 */
/*
 * Shape. Keys stand in their clock's own nanoseconds, so a set of a clock moves no key: only what
 * the device is programmed to changes, which is found from the first timer of each of the four
 * queues. Who arms programs it only for a new first place: for that before, it was programmed.
 *
 * Never early. A timer runs only if its clock, read in this pass, was at or past its expiry; what
 * the device says is not believed. When a clock is set between that read and a timer's turn, the
 * clocks are read again (setsSeen): else a timer would run at the old time, and its callback see
 * the new.
 *
 * Passes. A pass runs what is due and was queued before it began, so that a callback which arms its
 * timer in the past cannot keep a pass from ending. More may be due then: up to three passes, after
 * which the shard pauses for as long as they took, at most 100 ms (the kernel's rule).
 *
 * Concurrency. Everything is under the lock but callbacks, reports, and what TimerHead lets others
 * do without it. Only one thread expires at a time, and drops the lock for callbacks.
 *
 * field  | read     | write      | guard
 * closed | volatile | under lock | shard lock; the thread of the shard reads it without
 */
final class TimerShard {
  /** After so many passes with more due, a pause. */
  static final int PASSES = 3;

  /** The longest pause. */
  static final long MAX_PAUSE_NANOS = 100_000_000;

  private final ShardLock lock = new ShardLock();
  private final Condition calledBack = lock.newCondition();
  private final TimerHeap[] queues = new TimerHeap[ClockView.CLOCKS];
  private final QueueCounts monotonicCounts;
  private final ClockView view = new ClockView();
  private final TimerClocks clocks;
  private final ClockEventDevice device;
  private final TimerOptions options;
  private final WaitGraph waits;
  private final ShardCounts counts = new ShardCounts();
  private final ShardAlarm alarm;
  private final ShardIdle idle;
  private final int index;
  private Thread expiring;
  private long looks;
  private boolean hung;
  private volatile boolean closed;
  private int cancelling;
  private long sets;
  private long setsSeen;
  private long setSequence;

  TimerShard(
      int index,
      TimerClocks clocks,
      TimerOptions options,
      WaitGraph waits,
      IdleListeners idleListeners) {
    this.index = index;
    this.clocks = clocks;
    this.device = options.devices().get();
    this.options = options;
    this.waits = waits;
    clocks.read(view);
    setSequence = view.setSequence();
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new TimerHeap(i == ClockView.MONOTONIC);
      counts.served(i, view.nanos(i));
    }
    monotonicCounts = queues[ClockView.MONOTONIC].counts;
    alarm = new ShardAlarm(queues, view, clocks, device, counts);
    idle = new ShardIdle(lock, alarm, view, idleListeners, index);
  }

  ClockEventDevice device() {
    return device;
  }

  long nanos(int clock) {
    if (clock == ClockView.MONOTONIC) {
      return clocks.monotonicNanos();
    }
    lock.lock();
    try {
      clocks.read(view);
      return view.nanos(clock);
    } finally {
      lock.unlock();
    }
  }

  /** What of MONOTONIC's queue is counted without the lock. */
  QueueCounts monotonicCounts() {
    return monotonicCounts;
  }

  boolean arm(ClockTimer timer, int clock, long expiryNanos, long slackNanos) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("these timers are closed: no timer can be armed");
      }
      TimerHeap.hold(timer);
      boolean was = timer.state != ClockTimer.IDLE;
      timer.stopping = false;
      timer.softNanos = Math.max(0, expiryNanos);
      timer.setSlackNanos(slackNanos);
      queue(timer, clock);
      return was;
    } finally {
      lock.unlock();
    }
  }

  /** Sees to the place of a timer that was armed or cancelled without the lock. */
  void tend(ClockTimer timer) {
    lock.lock();
    try {
      TimerHeap queue = queues[ClockView.MONOTONIC];
      TimerHeap.hold(timer);
      // It may have lost its place since, or have one on another clock; it was counted here.
      boolean isPlaced = timer.clock == ClockView.MONOTONIC && timer.position != TimerHeap.NONE;
      boolean hasNewFirst = isPlaced && queue.tend(timer);
      release(timer);
      queue.trim();
      programIf(hasNewFirst);
    } finally {
      lock.unlock();
    }
  }

  ClockTimer.Cancel tryCancel(ClockTimer timer, boolean forGood) {
    lock.lock();
    try {
      TimerHeap.hold(timer);
      if (timer.runner != null) {
        return ClockTimer.Cancel.RUNNING;
      }
      boolean was = withdraw(timer);
      if (forGood) {
        leave(timer);
      }
      release(timer);
      return was ? ClockTimer.Cancel.CANCELLED : ClockTimer.Cancel.INACTIVE;
    } finally {
      lock.unlock();
    }
  }

  boolean cancel(ClockTimer timer) {
    boolean kept = false;
    lock.lock();
    try {
      cancelling++;
      while (timer.runner != null) {
        waits.enter(timer);
        timer.stopping = true;
        try {
          if (!waits.letPass(timer, lock)) {
            calledBack.awaitUninterruptibly();
          }
        } finally {
          waits.leave();
        }
        kept |= timer.stopped;
        timer.stopped = false;
      }
      timer.stopping = false;
      TimerHeap.hold(timer);
      kept |= withdraw(timer);
      release(timer);
      return kept;
    } finally {
      cancelling--;
      lock.unlock();
    }
  }

  boolean isArmed(ClockTimer timer, boolean orRunning) {
    return looked(
        timer,
        () -> timer.state != ClockTimer.IDLE || (orRunning && timer.runner != null));
  }

  /** How often it has been looked for what is due; -1 if the calling thread is doing so. */
  long looksOfOthers() {
    lock.lock();
    try {
      return Thread.currentThread().equals(expiring) ? -1 : looks;
    } finally {
      lock.unlock();
    }
  }

  long remaining(ClockTimer timer) {
    return looked(
        timer,
        () -> {
          if (timer.state == ClockTimer.IDLE) {
            return 0L;
          }
          clocks.read(view);
          return Math.max(1, timer.softNanos - view.nanos(timer.clock));
        });
  }

  long expiry(ClockTimer timer) {
    return looked(timer, () -> timer.softNanos);
  }

  ClockId clock(ClockTimer timer) {
    return looked(timer, () -> ClockView.id(timer.clock));
  }

  /** What is read of a timer's fields once they are true. */
  private <T> T looked(ClockTimer timer, Supplier<T> read) {
    lock.lock();
    try {
      TimerHeap.hold(timer);
      release(timer);
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  long forward(ClockTimer timer, long nowNanos, long intervalNanos) {
    lock.lock();
    try {
      TimerHeap.hold(timer);
      long periods = 0;
      if (timer.state == ClockTimer.IDLE) {
        periods = Periods.toPass(timer.softNanos, nowNanos, intervalNanos);
        timer.softNanos = Periods.moved(timer.softNanos, periods, intervalNanos);
      }
      release(timer);
      return periods;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of a timer that is held. Lock held. */
  private void release(ClockTimer timer) {
    queues[timer.clock].release(timer);
  }

  /** Queues a timer that is held, lets go of it, and has the device know. Lock held. */
  private void queue(ClockTimer timer, int clock) {
    if (timer.clock != clock) {
      leave(timer);
      timer.clock = (byte) clock;
    }
    boolean hasNewFirst = queues[clock].arm(timer);
    release(timer);
    programIf(hasNewFirst);
  }

  /** No timer is held: who looks for the first lets go of it. */
  private void programIf(boolean hasNewFirst) {
    // Who expires looks at all queues before it goes, a pause is not cut short, and the thread of a
    // closed shard may have ended the device already.
    if (hasNewFirst && expiring == null && !hung && !closed) {
      alarm.programIfEarlier();
    }
  }

  /** Disarms a timer, in its queue or in the executor's hands. Lock held. */
  private boolean withdraw(ClockTimer timer) {
    boolean was = timer.state != ClockTimer.IDLE;
    if (timer.state == ClockTimer.QUEUED) {
      queues[timer.clock].cancel(timer);
    }
    timer.state = ClockTimer.IDLE;
    return was;
  }

  /** Takes a timer's place in a queue, if it has one. Lock held. */
  private void leave(ClockTimer timer) {
    if (timer.position != TimerHeap.NONE) {
      queues[timer.clock].remove(timer);
    }
  }

  /* ---- sets ------------------------------------------------------------------------------ */

  void setTickMode(TickMode mode) {
    lock.lock();
    try {
      if (!closed) {
        alarm.setMode(mode);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A clock was set: what the device waits for may come sooner or later. No key changes. */
  void clockWasSet() {
    lock.lock();
    try {
      sets++;
      if (expiring == null && !hung && !closed) {
        alarm.program();
      }
    } finally {
      lock.unlock();
    }
  }

  /* ---- expiry ------------------------------------------------------------------------------ */

  /**
   * Runs what is due, and programs the device for what is not.
   *
   * @return how many timers have expired
   * @throws IllegalStateException if a thread is doing that already, such as from a callback
   */
  int expire() {
    lock.lock();
    try {
      if (expiring != null) {
        throw new IllegalStateException(
            expiring.getName() + " is expiring timers already: a callback must not, and one thread"
                + " at a time may");
      }
      if (closed) {
        return 0;
      }
      expiring = Thread.currentThread();
      hung = false;
      looks++;
      counts.wakeups++;
      try {
        return passes();
      } finally {
        expiring = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the clocks have been set since this was asked last, as far as the reads of this shard
   * have seen: for those whom nobody tells.
   */
  boolean hasSeenASet() {
    lock.lock();
    try {
      boolean seen = view.setSequence() != setSequence;
      setSequence = view.setSequence();
      return seen && clocks.longestBlindWaitNanos() != Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  private int passes() {
    idle.leave();
    alarm.look();
    setsSeen = sets;
    long entered = view.nanos(ClockView.MONOTONIC);
    int ran = 0;
    boolean mayRun = alarm.isTickDue();
    for (int tries = 1; ; tries++) {
      ran += mayRun ? pass() : 0;
      long deviceNanos = device.nowNanos();
      clocks.read(view);
      setsSeen = sets;
      long delta = alarm.nextDelta();
      if (closed) {
        return ran;
      }
      // With a beat, what is due now is served by the next tick.
      if (delta > 0 || !alarm.mode().isHighResolution()) {
        if (alarm.isIdle(delta) && idle.isOver()) {
          // Others arm timers meanwhile: what is next has to be looked for again.
          idle.enter();
          if (closed) {
            idle.leave();
            return ran;
          }
          alarm.program();
        } else {
          alarm.program(deviceNanos, delta);
        }
        break;
      }
      counts.retries++;
      if (tries == PASSES) {
        hang(deviceNanos, view.nanos(ClockView.MONOTONIC) - entered);
        break;
      }
    }
    if (ran == 0) {
      counts.idleWakeups++;
    }
    return ran;
  }

  private void hang(long deviceNanos, long spentNanos) {
    hung = true;
    counts.hung(spentNanos);
    long pause = Math.min(spentNanos, MAX_PAUSE_NANOS);
    alarm.pause(deviceNanos, pause);
    lock.drop(() -> options.reports().hang(spentNanos, pause));
  }

  private int pass() {
    int ran = 0;
    for (int i = 0; i < ClockView.CLOCKS; i++) {
      TimerHeap queue = queues[i];
      long limit = queue.nextRank();
      long began = view.nanos(i);
      ClockTimer timer = queue.first();
      for (; timer != null; timer = queue.first()) {
        if (setsSeen != sets) {
          clocks.read(view);
          setsSeen = sets;
        }
        long now = view.nanos(i);
        if (timer.softNanos > now || timer.rank() >= limit || closed) {
          queue.release(timer);
          break;
        }
        expire(timer, i, now);
        ran++;
      }
      if (timer == null || timer.softNanos > began) {
        counts.served(i, began);
      }
    }
    return ran;
  }

  /** Lock held; dropped around the callback. */
  private void expire(ClockTimer timer, int clock, long nowNanos) {
    leave(timer);
    long hard = timer.hardNanos();
    counts.expired(clock, nowNanos, hard, alarm.isProgrammedFor(clock, hard), alarm.mode());
    if (!timer.isSoft()) {
      call(timer, nowNanos);
      return;
    }
    counts.deferred++;
    timer.state = ClockTimer.DEFERRED;
    timer.deferral.expiredAtNanos = nowNanos;
    if (!timer.deferral.submitted) {
      timer.deferral.submitted = true;
      lock.drop(() -> timer.deferral.hand(options.deferred(), () -> runDeferred(timer)));
    }
  }

  /** What the executor runs: the callback, and again if the timer expired meanwhile. */
  private void runDeferred(ClockTimer timer) {
    lock.lock();
    try {
      while (timer.state == ClockTimer.DEFERRED) {
        timer.state = ClockTimer.IDLE;
        if (closed) {
          lock.drop(() -> timer.tellClosed(options.reports()));
          break;
        }
        if (timer.stopping) {
          timer.stopped = true;
          break;
        }
        call(timer, timer.deferral.expiredAtNanos);
      }
    } finally {
      timer.deferral.submitted = false;
      lock.unlock();
    }
  }

  /** Runs a callback. Lock held; dropped meanwhile. */
  private void call(ClockTimer timer, long nowNanos) {
    timer.runner = Thread.currentThread();
    lock.unlock();
    Next next = Next.DONE;
    Throwable thrown = null;
    long took = 0;
    try {
      long began = clocks.monotonicNanos();
      try {
        next = timer.callback.expired(timer, nowNanos);
      } catch (Throwable failure) {
        thrown = failure;
      }
      took = clocks.monotonicNanos() - began;
    } finally {
      lock.lock();
      timer.runner = null;
      calledBack(timer, next);
    }
    if (thrown != null) {
      counts.failures++;
      Throwable failure = thrown;
      lock.drop(() -> options.reports().failed(timer, failure));
    }
    if (took > options.slowCallbackNanos()) {
      counts.slowCallbacks++;
      long nanos = took;
      lock.drop(() -> options.reports().slow(timer, nanos));
    }
  }

  private void calledBack(ClockTimer timer, Next next) {
    boolean again = next == Next.AGAIN && timer.state == ClockTimer.IDLE && !closed;
    if (again && !timer.stopping) {
      queue(timer, timer.clock);
    } else {
      timer.stopped |= again;
      release(timer);
    }
    if (cancelling > 0) {
      calledBack.signalAll();
    }
  }

  /* ---- ends and numbers -------------------------------------------------------------------- */

  /**
   * Drops all timers and tells them, and those who were told of idleness. Callbacks that are
   * running go on; who expires sees to its own end.
   */
  void close() {
    while (true) {
      ClockTimer dropped = null;
      lock.lock();
      try {
        closed = true;
        for (TimerHeap queue : queues) {
          // Until there is no place: who has none is armed by the lock, which is refused now.
          dropped = queue.first();
          if (dropped != null) {
            leave(dropped);
            break;
          }
        }
        if (dropped == null) {
          if (expiring == null) {
            idle.leave();
          }
          return;
        }
      } finally {
        lock.unlock();
      }
      dropped.tellClosed(options.reports());
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** What was counted, by mode. */
  Map<TickMode, TimerStatistics> statistics() {
    int armed = Arrays.stream(ShardQueues.armed(lock, queues)).sum();
    lock.lock();
    try {
      return counts.byMode(alarm.mode(), armed);
    } finally {
      lock.unlock();
    }
  }

  /** The queues that are not empty. */
  List<QueueStatus> queues() {
    int[] armed = ShardQueues.armed(lock, queues);
    lock.lock();
    try {
      clocks.read(view);
      return ShardQueues.describe(index, device.name(), queues, armed, view);
    } finally {
      lock.unlock();
    }
  }

  boolean isAnyArmed() {
    return ShardQueues.isAnyArmed(lock, queues);
  }
}
