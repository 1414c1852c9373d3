package org.timehands.posix;

import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.Periods;
import org.timehands.timer.TimerCallback.Next;

/** One POSIX timer, or the interval timer. Guarded by its process. */
/*
 * As posix-timers.c: an expiry of a periodic timer stops it until its signal is delivered; then it
 * is moved on by division, and what it was moved by, less one, is the overrun. So at most one
 * signal of a timer is on its way, and a timer that nobody listens to wakes nobody. Whoever asks
 * for the time of such a timer moves it on, too, and the count is kept. A timer without a signal
 * (SIGEV_NONE) is never queued at all: it is worked out when somebody asks.
 *
 * Each setting has a generation. A signal or an expiry of another one counts for nothing:
 *
 *   expiring thread            caller
 *   takes the timer out
 *                              set: cancels nothing, generation 2, armed
 *   (waits for the lock)
 *   generation 1: returns
 */
final class ProcessTimer {
  private enum State {
    DISARMED,
    ARMED,
    /** Periodic, expired, its signal not delivered. */
    PENDING
  }

  private final TimerProcess process;
  private final int id;
  private final ClockId clock;
  private final PosixTime.Event event;
  private final boolean isItimer;
  private State state = State.DISARMED;
  private ClockTimer timer;
  private ClockId counted = ClockId.MONOTONIC;
  private long expiryNanos;
  private long periodNanos;
  private long overrun;
  private int lastOverrun;
  private long generation;
  private boolean onItsWay;

  ProcessTimer(TimerProcess process, int id, ClockId clock, PosixTime.Event event) {
    this.process = process;
    this.id = id;
    this.clock = clock;
    this.event = event;
    this.isItimer = id < 0;
  }

  private boolean isSilent() {
    return event.kind() == TimerProcess.SIGEV_NONE;
  }

  long intervalNanos() {
    return periodNanos;
  }

  int lastOverrun() {
    return lastOverrun;
  }

  /** Sets the timer anew; what was on its way is dropped. False if the timers are closed. */
  boolean set(boolean absolute, long valueNanos, long newPeriodNanos) {
    disarm();
    overrun = -1;
    lastOverrun = 0;
    periodNanos = 0;
    if (valueNanos == 0) {
      return true;
    }
    periodNanos = newPeriodNanos;
    // A relative timer of a clock that can be set counts where no set reaches it.
    boolean follows = absolute || clock == ClockId.BOOTTIME;
    counted = follows ? clock : ClockId.MONOTONIC;
    expiryNanos = absolute ? valueNanos : Periods.sum(now(), valueNanos);
    return arm();
  }

  void delete() {
    disarm();
    generation++;
    periodNanos = 0;
    lastOverrun = 0;
  }

  private void disarm() {
    generation++;
    state = State.DISARMED;
    if (timer != null) {
      timer.discard();
      timer = null;
    }
  }

  /** False if the timers are closed; then it is disarmed. */
  private boolean arm() {
    state = State.ARMED;
    if (isSilent()) {
      return true;
    }
    long mine = generation;
    timer = process.timers().timer((expiring, now) -> expired(mine));
    try {
      timer.arm(counted, expiryNanos);
      return true;
    } catch (IllegalStateException closed) {
      disarm();
      periodNanos = 0;
      return false;
    }
  }

  private long now() {
    return process.timers().nanos(counted);
  }

  private Next expired(long armedGeneration) {
    Signal signal;
    synchronized (process) {
      if (armedGeneration != generation || state != State.ARMED) {
        return Next.DONE;
      }
      timer = null;
      state = periodNanos > 0 ? State.PENDING : State.DISARMED;
      if (isItimer && onItsWay) {
        // SIGALRM is pending already, and there is one of it at most.
        return Next.DONE;
      }
      onItsWay = true;
      signal = new Signal(generation);
    }
    boolean queued = false;
    try {
      process.sink().queue(signal);
      queued = true;
    } finally {
      if (!queued) {
        // Nobody will deliver it; a periodic timer would wait for that for ever.
        int _ = signal.deliver();
      }
    }
    return Next.DONE;
  }

  /** What gettime says of the value, in nanoseconds. */
  long remainingNanos() {
    boolean counts = state == State.ARMED || periodNanos > 0;
    if (!counts) {
      return 0;
    }
    // One look: by the next one the interval may be over again, and a timer that goes on reads 0.
    long now = now();
    if (periodNanos > 0 && (state == State.PENDING || isSilent())) {
      forward(now);
    }
    long rest = expiryNanos - now;
    if (rest > 0) {
      return rest;
    }
    return isSilent() ? 0 : 1;
  }

  /** How long until it expires if it is queued, else 0: what the interval timer tells. */
  long queuedRemainingNanos() {
    return state == State.ARMED ? Math.max(1, expiryNanos - now()) : 0;
  }

  private void forward(long now) {
    long periods = Periods.toPass(expiryNanos, now, periodNanos);
    expiryNanos = Periods.moved(expiryNanos, periods, periodNanos);
    overrun = overrun < 0 ? overrun + periods : Periods.sum(overrun, periods);
  }

  private int deliver(Signal signal) {
    onItsWay = false;
    boolean current = signal.generation == generation;
    if (!current && (!isItimer || process.isClosed())) {
      return -1;
    }
    if (state == State.PENDING) {
      forward(now());
      lastOverrun = Math.clamp(overrun, 0, Integer.MAX_VALUE);
      overrun = -1;
      arm();
    } else {
      lastOverrun = 0;
    }
    return isItimer ? 0 : lastOverrun;
  }

  /** A signal of one setting. */
  private final class Signal implements PosixTime.TimerSignal {
    private final long generation;
    private boolean delivered;

    Signal(long generation) {
      this.generation = generation;
    }

    @Override
    public int timerId() {
      return id;
    }

    @Override
    public PosixTime.Event event() {
      return event;
    }

    @Override
    public int deliver() {
      synchronized (process) {
        if (delivered) {
          return -1;
        }
        delivered = true;
        return ProcessTimer.this.deliver(this);
      }
    }
  }
}
