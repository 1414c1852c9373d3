package org.timehands.posix;

import static org.timehands.posix.PosixNumbers.*;

import org.timehands.timekeeping.ClockId;
import org.timehands.timer.Sleeper;
import org.timehands.timer.Timers;

/** Linux's time calls with sleeps and timers: the clocks' part is another's. */
final class TimersPosixTime implements PosixTime {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** The end of 64-bit nanoseconds, in seconds. */
  private static final long END_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND;

  /** A number that was once given to SGI's cycle counter. */
  private static final int CLOCK_SGI_CYCLE = 10;

  private final PosixTime clocks;
  private final Timers timers;
  private final Sleeper sleeper;

  TimersPosixTime(PosixTime clocks, Timers timers) {
    this.clocks = clocks;
    this.timers = timers;
    this.sleeper = new Sleeper(timers);
  }

  /** The clock whose timers a number stands for; null for a clock that has none. */
  static ClockId timerClock(int clock) {
    return switch (clock) {
      case CLOCK_REALTIME -> ClockId.REALTIME;
      case CLOCK_MONOTONIC -> ClockId.MONOTONIC;
      case CLOCK_BOOTTIME -> ClockId.BOOTTIME;
      case CLOCK_TAI -> ClockId.TAI;
      default -> null;
    };
  }

  /**
   * Whether Linux tells the resolution of its hrtimers when asked for the clock's: also for RAW and
   * for the alarm clocks, but not for processor time and auxiliary clocks.
   */
  private static boolean hasResolutionOfTimers(int clock) {
    return timerClock(clock) != null
        || clock == CLOCK_MONOTONIC_RAW
        || clock == CLOCK_REALTIME_ALARM
        || clock == CLOCK_BOOTTIME_ALARM;
  }

  /** Whether there is such a clock at all. */
  static boolean isClock(int clock) {
    boolean core = clock >= CLOCK_REALTIME && clock <= CLOCK_TAI && clock != CLOCK_SGI_CYCLE;
    return core || (clock >= CLOCK_AUX && clock <= CLOCK_AUX_LAST);
  }

  static boolean isValid(long sec, long nsec) {
    return sec >= 0 && nsec >= 0 && nsec < NANOS_PER_SECOND;
  }

  /** A valid time in nanoseconds, at most the end of 64-bit time. */
  static long nanos(long sec, long nsec) {
    return sec >= END_SECONDS ? Long.MAX_VALUE : sec * NANOS_PER_SECOND + nsec;
  }

  static void put(long nanos, long[] into, int at) {
    into[at] = nanos / NANOS_PER_SECOND;
    into[at + 1] = nanos % NANOS_PER_SECOND;
  }

  @Override
  public int clockGetTime(int clock, long[] secNsec) {
    return clocks.clockGetTime(clock, secNsec);
  }

  @Override
  public int clockGetRes(int clock, long[] secNsec) {
    int result = clocks.clockGetRes(clock, secNsec);
    long tick = timers.tickMode().resolutionNanos();
    if (result == 0 && secNsec != null && hasResolutionOfTimers(clock)
        && nanos(secNsec[0], secNsec[1]) < tick) {
      put(tick, secNsec, 0);
    }
    return result;
  }

  @Override
  public int clockSetTime(int clock, long sec, long nsec) {
    return clocks.clockSetTime(clock, sec, nsec);
  }

  @Override
  public int clockAdjTime(int clock, long[] timex) {
    return clocks.clockAdjTime(clock, timex);
  }

  @Override
  public int clockNanosleep(int clock, int flags, long sec, long nsec, long[] remOrNull) {
    ClockId id = timerClock(clock);
    int refused = refuseSleep(clock, sec, nsec);
    if (refused != 0) {
      return refused;
    }
    try {
      return sleep(id, flags, nanos(sec, nsec), remOrNull);
    } catch (IllegalStateException refusedByTimers) {
      return timers.isClosed() ? -ENODEV : -EDEADLK;
    }
  }

  private int sleep(ClockId id, int flags, long nanos, long[] remOrNull) {
    if ((flags & TIMER_ABSTIME) != 0) {
      return sleeper.sleepUntil(id, nanos) ? 0 : -EINTR;
    }
    long rest = sleeper.sleepFor(id, nanos);
    if (rest == 0) {
      return 0;
    }
    if (remOrNull != null) {
      if (remOrNull.length < 2) {
        return -EFAULT;
      }
      put(rest, remOrNull, 0);
    }
    return -EINTR;
  }

  /** In the order in which Linux finds out: no such clock, no sleeps on it, no such time. */
  private static int refuseSleep(int clock, long sec, long nsec) {
    if (!isClock(clock) || clock == CLOCK_THREAD_CPUTIME_ID) {
      return -EINVAL;
    }
    boolean alarm = clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM;
    boolean sleeps = timerClock(clock) != null;
    if (!sleeps && !alarm) {
      return -EOPNOTSUPP;
    }
    if (!isValid(sec, nsec)) {
      return -EINVAL;
    }
    // There is no clock here that could wake a machine.
    return sleeps ? 0 : -EOPNOTSUPP;
  }

  @Override
  public Process open(SignalSink sink) {
    return new TimerProcess(timers, sink);
  }
}
