package org.timehands.posix;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor.Setting;
import org.timehands.timer.Timers;

/**
 * A POSIX timer without numbers: what timer_create(2) and its kin do, for programs in Java.
 *
 * <p>Its listener is told of an expiry once, by an executor; until it has been, further expiries of
 * a periodic timer are counted, and told as overruns with the same call. So a slow listener is
 * never called twice at a time or faster than it can follow, and a timer that nobody listens to
 * wakes nobody. Use {@link org.timehands.timer.IntervalTimer} where each instant counts, {@link
 * org.timehands.timer.TimerDescriptor} to read a count instead of being called.
 *
 * <p>The implementation is that of {@link PosixTime.Process}, rule for rule. Thread-safe.
 */
public final class PosixTimer implements AutoCloseable {
  /** Who is told of expiries. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The timer has expired.
     *
     * @param timer which one; it may be set, cancelled and closed from here
     * @param overruns how many expiries more this call stands for, in [0, 2^31)
     */
    void expired(PosixTimer timer, int overruns);
  }

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int FIELDS = 4;

  private final Executor executor;
  private final Listener listener;
  private final TimerProcess process;
  private final int id;

  /**
   * A timer that is not set.
   *
   * @param timers whose clocks it uses; whoever made them closes them
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   * @param executor runs the listener; what it rejects runs on a virtual thread
   * @param listener is told of expiries
   * @throws IllegalArgumentException for another clock
   */
  public PosixTimer(Timers timers, ClockId clock, Executor executor, Listener listener) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.process = new TimerProcess(Objects.requireNonNull(timers, "timers"), this::queue);
    PosixTime.Event event = new PosixTime.Event(TimerProcess.SIGEV_THREAD, 1, 0, 0);
    this.id = process.timerCreate(number(clock), event);
  }

  private static int number(ClockId clock) {
    return switch (clock) {
      case REALTIME -> PosixNumbers.CLOCK_REALTIME;
      case MONOTONIC -> PosixNumbers.CLOCK_MONOTONIC;
      case BOOTTIME -> PosixNumbers.CLOCK_BOOTTIME;
      case TAI -> PosixNumbers.CLOCK_TAI;
      default -> throw new IllegalArgumentException(
          "clock " + clock + " has no timers: use REALTIME, MONOTONIC, BOOTTIME or TAI");
    };
  }

  private void queue(PosixTime.TimerSignal signal) {
    Runnable delivery =
        () -> {
          int overruns = signal.deliver();
          if (overruns >= 0) {
            listener.expired(this, overruns);
          }
        };
    try {
      executor.execute(delivery);
    } catch (RuntimeException | Error full) {
      Thread.startVirtualThread(delivery);
    }
  }

  /**
   * Sets the timer to a while from now, in place of what it was set to; an expiry that has not been
   * told yet is dropped. A set of the clock does not matter.
   *
   * @param delayNanos until the first expiry, at least 1
   * @param intervalNanos from each expiry to the next; 0 for a single one
   * @return what it was set to, relative to now
   * @throws IllegalArgumentException if a number is out of its range
   * @throws IllegalStateException if this or its timers are closed
   */
  public Setting setIn(long delayNanos, long intervalNanos) {
    return set(0, delayNanos, intervalNanos, "delay");
  }

  /**
   * Sets the timer to an instant of its clock, which it follows when it is set. One that is past
   * expires at once, and instants of the interval that have passed are overruns.
   *
   * @param instantNanos the first expiry on the clock, at least 1
   * @param intervalNanos from each expiry to the next; 0 for a single one
   * @return what it was set to, relative to now
   * @throws IllegalArgumentException if a number is out of its range
   * @throws IllegalStateException if this or its timers are closed
   */
  public Setting setAt(long instantNanos, long intervalNanos) {
    return set(PosixNumbers.TIMER_ABSTIME, instantNanos, intervalNanos, "instant");
  }

  private Setting set(int flags, long valueNanos, long intervalNanos, String what) {
    if (valueNanos < 1) {
      throw new IllegalArgumentException(
          what + " of " + valueNanos + " ns must be at least 1; cancel() stops a timer");
    }
    if (intervalNanos < 0) {
      throw new IllegalArgumentException(
          "interval of " + intervalNanos + " ns must not be negative; 0 is for a single expiry");
    }
    return change(flags, valueNanos, intervalNanos);
  }

  private Setting change(int flags, long valueNanos, long intervalNanos) {
    long[] its = new long[FIELDS];
    TimersPosixTime.put(valueNanos, its, 0);
    TimersPosixTime.put(intervalNanos, its, 2);
    long[] old = new long[FIELDS];
    if (process.timerSetTime(id, flags, its, old) != 0) {
      throw new IllegalStateException("this timer, or the timers it was made of, are closed");
    }
    return setting(old);
  }

  private static Setting setting(long[] its) {
    return new Setting(its[0] * NANOS_PER_SECOND + its[1], its[2] * NANOS_PER_SECOND + its[3]);
  }

  /**
   * Stops the timer and drops an expiry that has not been told yet. A listener that has begun goes
   * on.
   *
   * @return whether it was set, or an expiry of a periodic one was not told yet; false if it is
   *     closed
   */
  public boolean cancel() {
    long[] old = new long[FIELDS];
    int result = process.timerSetTime(id, 0, new long[FIELDS], old);
    return result == 0 && setting(old).valueNanos() > 0;
  }

  /**
   * What the timer is set to: how long until it expires next, and the interval. While it is set the
   * former is at least 1, and of a periodic one at most the interval once it has expired; both are
   * 0 if it is not set, or closed.
   */
  public Setting setting() {
    long[] its = new long[FIELDS];
    int _ = process.timerGetTime(id, its);
    return setting(its);
  }

  /** How long until it expires next, in nanoseconds; 0 if it is not set. */
  public long remainingNanos() {
    return setting().valueNanos();
  }

  /** The overruns that the listener was told last, 0 after a new setting. */
  public int overruns() {
    return Math.max(0, process.timerGetOverrun(id));
  }

  /** Deletes the timer: nothing is told any more, and it cannot be set. */
  @Override
  public void close() {
    process.close();
  }
}
