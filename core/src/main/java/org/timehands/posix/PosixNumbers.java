package org.timehands.posix;

/** Linux's numbers of clocks, errors and flags, the same on every architecture we know. */
public final class PosixNumbers {
  /** Wall clock. */
  public static final int CLOCK_REALTIME = 0;

  /** Never set. */
  public static final int CLOCK_MONOTONIC = 1;

  /** CPU time of the process. */
  public static final int CLOCK_PROCESS_CPUTIME_ID = 2;

  /** CPU time of the calling thread. */
  public static final int CLOCK_THREAD_CPUTIME_ID = 3;

  /** Steered by nobody. */
  public static final int CLOCK_MONOTONIC_RAW = 4;

  /** Wall clock in whole ticks. */
  public static final int CLOCK_REALTIME_COARSE = 5;

  /** MONOTONIC in whole ticks. */
  public static final int CLOCK_MONOTONIC_COARSE = 6;

  /** MONOTONIC and the time slept. */
  public static final int CLOCK_BOOTTIME = 7;

  /** REALTIME whose timers wake the machine; read like it. */
  public static final int CLOCK_REALTIME_ALARM = 8;

  /** BOOTTIME whose timers wake the machine; read like it. */
  public static final int CLOCK_BOOTTIME_ALARM = 9;

  /** International Atomic Time. */
  public static final int CLOCK_TAI = 11;

  /** The first auxiliary clock. */
  public static final int CLOCK_AUX = 16;

  /** The last auxiliary clock. */
  public static final int CLOCK_AUX_LAST = 23;

  /** Flag: the time is absolute. */
  public static final int TIMER_ABSTIME = 1;

  /** The caller lacks the privilege. */
  public static final int EPERM = 1;

  /** A wait was interrupted. */
  public static final int EINTR = 4;

  /** What a call looked at is damaged: the memory of a page, here. */
  public static final int EIO = 5;

  /** There is no more of something just now. */
  public static final int EAGAIN = 11;

  /** A bad address: here an array that is null or too short. */
  public static final int EFAULT = 14;

  /** Not just now: the clocks are suspended. */
  public static final int EBUSY = 16;

  /** No such device: an auxiliary clock that is disabled, or clocks or timers that were closed. */
  public static final int ENODEV = 19;

  /** A value is refused. */
  public static final int EINVAL = 22;

  /** A call would wait for itself: from inside a writer's step, or a hard timer's callback. */
  public static final int EDEADLK = 35;

  /** Not there. */
  public static final int ENOSYS = 38;

  /** This clock cannot do that. */
  public static final int EOPNOTSUPP = 95;

  private PosixNumbers() {}
}
