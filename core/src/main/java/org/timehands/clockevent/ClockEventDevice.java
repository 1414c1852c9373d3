package org.timehands.clockevent;

import java.util.Optional;
import java.util.Set;

/**
 * A one-shot device that wakes one thread at an instant of the device's own clock, as the kernel's
 * {@code clock_event_device} does with an interrupt.
 *
 * <p><b>Level, not edge.</b> Once the programmed instant has passed, {@link #await} returns at
 * once, again and again, until the device is programmed anew. So an expiry cannot be lost between
 * two waits.
 *
 * <p><b>It may wake too early</b> (a signal, a kick, a lie of its own): who waits looks at the
 * clock that matters, and programs the rest. It never sleeps on beyond the instant but for what the
 * machine does to it.
 *
 * <p>Threads: one thread awaits at a time. {@link #program} may be called by any thread, beside the
 * waiting one, but calls of it must not overlap: timers call it under their lock. {@link #kick} and
 * {@link #close} may be called by any thread at any time.
 */
public interface ClockEventDevice extends AutoCloseable {
  /** An instant that never comes. */
  long NEVER = Long.MAX_VALUE;

  /** What can be expected of a device. */
  enum Feature {
    /** Programming an earlier instant does not wake the waiting thread. */
    REPROGRAMS_SILENTLY,
    /** The kernel's timer slack does not delay it. */
    SLACK_FREE,
    /** Burns processor time for precision. */
    SPINS,
    /** Time is made by a test. */
    SIMULATED
  }

  /** A short name, such as {@code timerfd}. */
  String name();

  /** What can be expected of it. */
  Set<Feature> features();

  /** What was chosen and why, if this is one of several devices and has chosen. */
  default Optional<DeviceChoice> choice() {
    return Optional.empty();
  }

  /** The shortest time ahead that is worth programming, in nanoseconds; shorter ones do no harm. */
  default long minDeltaNanos() {
    return 0;
  }

  /** The longest time ahead that it can be programmed to, in nanoseconds. */
  default long maxDeltaNanos() {
    return Long.MAX_VALUE / 4;
  }

  /** The device's clock, in nanoseconds: mostly the host's MONOTONIC. */
  long nowNanos();

  /**
   * Programs the device, in place of what it was programmed to.
   *
   * @param deadlineNanos an instant on the device's clock; one that is past wakes at once; {@link
   *     #NEVER} cancels
   */
  void program(long deadlineNanos);

  /** Programs nothing: {@link #await} waits until the next program or kick. */
  default void cancel() {
    program(NEVER);
  }

  /**
   * Waits until the programmed instant, which may change meanwhile, or until a kick.
   *
   * <p>An interrupt of the thread is not what ends it: its status is kept, or cleared where waiting
   * would be impossible with it.
   *
   * @return whether the programmed instant has passed; false after a kick and on an early return
   */
  boolean await();

  /** Ends the wait that is going on, or the next one if none is. */
  void kick();

  /** Ends the device: whoever waits returns, and later waits return false at once. */
  @Override
  void close();
}
