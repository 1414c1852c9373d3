package org.timehands.timer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.timehands.timekeeping.ClockId;

/**
 * Puts the calling thread to sleep until a clock has come to an instant, never shorter: nanosleep
 * and clock_nanosleep, for platform and virtual threads.
 *
 * <p>A sleeper stands in the same queue as the timers of its clock, and wakes in its turn: a timer
 * that was armed before for the same instant has run; if that one interrupts the sleeper, the sleep
 * is interrupted, at its very end. A parked virtual thread costs no platform thread.
 *
 * <p>Thread-safe; one serves any number of threads. A callback of a hard timer must not sleep,
 * since the thread that runs it is the one that would wake it: that is refused.
 */
public final class Sleeper {
  private final Timers timers;
  private final long slackNanos;

  /** A sleeper without slack. */
  public Sleeper(Timers timers) {
    this(timers, 0);
  }

  /**
   * A sleeper.
   *
   * @param timers whose clocks and queues it uses
   * @param slackNanos how much later than asked it may wake, to merge wake-ups; not negative
   */
  public Sleeper(Timers timers, long slackNanos) {
    if (slackNanos < 0) {
      throw new IllegalArgumentException(
          "slack of " + slackNanos + " ns must not be negative: nobody wakes early");
    }
    this.timers = timers;
    this.slackNanos = slackNanos;
  }

  /**
   * Sleeps for a while of MONOTONIC.
   *
   * @param duration how long; what is not positive returns at once
   * @throws InterruptedException if the thread is interrupted before it has slept that long
   */
  public void sleep(Duration duration) throws InterruptedException {
    long nanos = saturatedNanos(duration);
    if (Thread.interrupted() || sleepFor(ClockId.MONOTONIC, nanos) > 0) {
      throw new InterruptedException();
    }
  }

  /**
   * Sleeps for a while. Sets of the clock do not matter: REALTIME and TAI count on MONOTONIC.
   *
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param nanos how long; what is not positive returns at once
   * @return 0 if it has slept that long; what remains, at least 1, if the thread was interrupted,
   *     and then its interrupted status is cleared
   * @throws IllegalStateException if the timers are closed, or called by a hard callback
   */
  public long sleepFor(ClockId clock, long nanos) {
    if (nanos <= 0) {
      ClockView.index(clock);
      return 0;
    }
    Nap nap = new Nap(timers);
    nap.refuseInCallback(timers);
    nap.timer.armIn(clock, nanos, slackNanos);
    long expiry = nap.timer.expiryNanos();
    if (nap.isOver()) {
      return 0;
    }
    long rest = expiry - timers.nanos(nap.timer.clock());
    if (rest <= 0 && nap.isFirstToHappen()) {
      // It was interrupted when the time was over: it has slept, and the interrupt is kept.
      Thread.currentThread().interrupt();
      return 0;
    }
    return Math.max(1, rest);
  }

  /**
   * Sleeps until an instant of a clock, which it follows when it is set.
   *
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param instantNanos the instant; one that is past returns at once
   * @return true if the clock has come to it; false if the thread was interrupted before, and then
   *     its interrupted status is cleared
   * @throws IllegalStateException if the timers are closed, or called by a hard callback
   */
  public boolean sleepUntil(ClockId clock, long instantNanos) {
    if (timers.nanos(clock) >= instantNanos) {
      return true;
    }
    Nap nap = new Nap(timers);
    nap.refuseInCallback(timers);
    nap.timer.arm(clock, instantNanos, slackNanos);
    return nap.isOver();
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException long292Years) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /** One sleep of one thread. */
  private static final class Nap implements TimerCallback {
    /*
     * field       | read     | write    | guard
     * over        | volatile | volatile | the waking thread alone writes
     * broken      | volatile | volatile | the expiring thread alone writes, before over
     * dropped     | volatile | volatile | the closing thread alone writes
     * interrupted | volatile | volatile | the sleeper alone writes, before it clears its status
     *
     * Who was interrupted when its turn in the queue came, by a timer before it or by anybody, was
     * interrupted and did not sleep to the end. The sleeper's status and `interrupted` are never
     * both clear between an interrupt and the end of the sleep, so that the turn sees it.
     */
    final ClockTimer timer;
    private final Thread sleeper = Thread.currentThread();
    private final long looks;
    private final TimerWaits waits;
    private volatile boolean over;
    private volatile boolean broken;
    private volatile boolean dropped;
    private volatile boolean interrupted;

    Nap(Timers timers) {
      waits = timers.waits();
      timer = timers.timer(this);
      looks = timer.shard.looksOfOthers();
    }

    /** Whether no timer of the shard has had its turn since the sleep began. */
    boolean isFirstToHappen() {
      return timer.shard.looksOfOthers() == looks;
    }

    /** On whatever shard: two callbacks that sleep on each other's would sleep for ever. */
    void refuseInCallback(Timers timers) {
      if (timers.isExpiringHere()) {
        throw new IllegalStateException(
            "the callback of a hard timer must not sleep: its thread would have to wake it; use a"
                + " soft timer");
      }
    }

    /** Waits; false if interrupted before the end, and then the timer is cancelled. */
    boolean isOver() {
      if (waits == null) {
        return park();
      }
      waits.sleeps(this::isEnded);
      try {
        return park();
      } finally {
        waits.wakes();
      }
    }

    private boolean isEnded() {
      return over || dropped;
    }

    private boolean park() {
      while (!over) {
        if (dropped) {
          if (interrupted) {
            sleeper.interrupt();
          }
          throw new IllegalStateException("these timers were closed while a thread slept on them");
        }
        if (!interrupted && sleeper.isInterrupted()) {
          interrupted = true;
          if (waits != null) {
            waits.wakes();
          }
          boolean _ = Thread.interrupted();
          if (timer.discard() == ClockTimer.Cancel.CANCELLED) {
            return false;
          }
          // Its turn has come just now, and says what it has seen. It may be over: the lock that
          // was just taken may have swallowed its unpark, so look again before parking.
          if (waits != null) {
            waits.sleeps(this::isEnded);
          }
          continue;
        }
        LockSupport.park(this);
      }
      if (broken) {
        boolean _ = Thread.interrupted();
      } else if (interrupted) {
        sleeper.interrupt();
      }
      return !broken;
    }

    @Override
    public Next expired(ClockTimer expiring, long nowNanos) {
      // In this order: the sleeper sets the one before it clears the other.
      broken = sleeper.isInterrupted() || interrupted;
      if (waits == null) {
        wake();
      } else {
        waits.ends(sleeper, this::wake);
      }
      return Next.DONE;
    }

    private void wake() {
      over = true;
      LockSupport.unpark(sleeper);
    }

    @Override
    public void closed(ClockTimer closing) {
      dropped = true;
      LockSupport.unpark(sleeper);
    }
  }
}
