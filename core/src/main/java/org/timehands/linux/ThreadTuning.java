package org.timehands.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the kernel treats the calling platform thread: the slack of its timers and its place among
 * the threads that want to run.
 *
 * <p>Every method is about the calling thread and refuses a virtual one, whose carrier serves
 * others too.
 */
public final class ThreadTuning {
  /** Lowest real-time priority. */
  public static final int FIFO_LOWEST = 1;

  /** Highest real-time priority. */
  public static final int FIFO_HIGHEST = 99;

  private static final int PR_SET_TIMERSLACK = 29;
  private static final int PR_GET_TIMERSLACK = 30;
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_FIFO = 1;

  /* Threads that this one starts do not inherit the priority. */
  private static final int SCHED_RESET_ON_FORK = 0x4000_0000;

  private ThreadTuning() {}

  /**
   * Sets how much later than asked the kernel may end this thread's waits, to merge wake-ups. Linux
   * begins with 50 microseconds. timerfd is not subject to it.
   *
   * @param nanos in [1, 10^9]
   * @throws ErrnoException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static void setTimerSlackNanos(long nanos) throws ErrnoException {
    require("setting the timer slack");
    if (nanos < 1 || nanos > 1_000_000_000) {
      throw new IllegalArgumentException(
          "timer slack of " + nanos + " ns must lie in [1, 1000000000]");
    }
    Libc.checkInt("prctl", "PR_SET_TIMERSLACK", PR_SET_TIMERSLACK, nanos);
  }

  /**
   * The slack of this thread's timers in nanoseconds; 0 for a real-time thread.
   *
   * @throws ErrnoException if the system refuses
   */
  public static long timerSlackNanos() throws ErrnoException {
    require("asking for the timer slack");
    return Libc.checkInt("prctl", "PR_GET_TIMERSLACK", PR_GET_TIMERSLACK);
  }

  /**
   * Has this thread run before all that have no real-time priority, until it waits (SCHED_FIFO).
   *
   * @param priority in [1, 99]
   * @throws ErrnoException EPERM without the right (CAP_SYS_NICE, or a limit of RLIMIT_RTPRIO)
   */
  public static void setFifo(int priority) throws ErrnoException {
    if (priority < FIFO_LOWEST || priority > FIFO_HIGHEST) {
      throw new IllegalArgumentException("priority " + priority + " must lie in [1, 99]");
    }
    schedule(SCHED_FIFO | SCHED_RESET_ON_FORK, priority);
  }

  /** Takes back {@link #setFifo}. */
  public static void setNormal() throws ErrnoException {
    schedule(SCHED_OTHER, 0);
  }

  /** Whether this thread has a real-time priority by {@link #setFifo}. */
  public static boolean isFifo() throws ErrnoException {
    require("asking for the scheduling policy");
    int policy = Libc.checkInt("sched_getscheduler", "", 0);
    return (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
  }

  private static void schedule(int policy, int priority) throws ErrnoException {
    require("setting the scheduling policy");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameter = arena.allocate(8, 8);
      parameter.set(ValueLayout.JAVA_INT, 0, priority);
      Libc.checkInt(
          "sched_setscheduler", "priority " + priority, 0, policy, parameter.address());
    }
  }

  private static void require(String what) {
    NativeAccess.require(what);
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          what + " is for platform threads: a virtual thread shares its carrier with others");
    }
  }
}
