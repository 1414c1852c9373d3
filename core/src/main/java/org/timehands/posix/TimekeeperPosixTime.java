package org.timehands.posix;

import static org.timehands.posix.PosixNumbers.*;

import java.util.function.BooleanSupplier;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.Timex;
import org.timehands.linux.HostClocks;
import org.timehands.timekeeping.AuxClock;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingStateException;

/** Linux's time calls on a timekeeper. */
final class TimekeeperPosixTime implements PosixTime {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Linux takes no time within 30 years of the end of 64-bit nanoseconds. */
  private static final long SET_END_SECONDS = Timekeeping.REALTIME_END_NANOS / NANOS_PER_SECOND;

  /** A number that was once given to SGI's cycle counter. */
  private static final int CLOCK_SGI_CYCLE = 10;

  /** Says what an auxiliary clock refuses. */
  private static final Ntp AUXILIARY = Ntp.auxiliary(Ntp.DEFAULT_HZ);

  private final Timekeeper clocks;
  private final BooleanSupplier maySetTime;

  TimekeeperPosixTime(Timekeeper clocks, BooleanSupplier maySetTime) {
    this.clocks = clocks;
    this.maySetTime = maySetTime;
  }

  private static boolean isAuxiliary(int clock) {
    return clock >= CLOCK_AUX && clock <= CLOCK_AUX_LAST;
  }

  /** CPU clocks of other processes and clocks of devices, all negative, are none of ours. */
  private static boolean isClock(int clock) {
    boolean core = clock >= CLOCK_REALTIME && clock <= CLOCK_TAI && clock != CLOCK_SGI_CYCLE;
    return core || isAuxiliary(clock);
  }

  private static boolean isAddress(long[] numbers, int fields) {
    return numbers != null && numbers.length >= fields;
  }

  @Override
  public int clockGetTime(int clock, long[] secNsec) {
    if (!isClock(clock)) {
      return -EINVAL;
    }
    if (isAuxiliary(clock)) {
      return getAuxiliary(clock, secNsec);
    }
    long nanos;
    if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID) {
      if (!HostClocks.supported(clock)) {
        return -EINVAL;
      }
      nanos = HostClocks.nanos(clock);
    } else {
      try {
        nanos = clocks.nanos(idOf(clock));
      } catch (IllegalStateException damaged) {
        return refusal(damaged, EIO);
      }
    }
    return put(nanos, secNsec);
  }

  /**
   * The negated error number of a call that came at the wrong time. Linux has no call that comes
   * while the clocks are suspended, since no user runs then; EBUSY is what it says of a clock that
   * is there and may not be set just now.
   */
  private static int refusal(IllegalStateException refused, int otherwise) {
    if (!(refused instanceof TimekeepingStateException state)) {
      return -otherwise;
    }
    return switch (state.why()) {
      case SUSPENDED -> -EBUSY;
      case CLOSED -> -ENODEV;
      case INSIDE_WRITER -> -EDEADLK;
    };
  }

  private int getAuxiliary(int clock, long[] secNsec) {
    AuxClock auxiliary = auxiliary(clock);
    if (auxiliary == null) {
      return -ENODEV;
    }
    try {
      return put(auxiliary.nanos(), secNsec);
    } catch (IllegalStateException refused) {
      return refusal(refused, ENODEV);
    }
  }

  /** An auxiliary clock that is enabled; null if this one is not. */
  private AuxClock auxiliary(int clock) {
    return clocks
        .timekeeping()
        .flatMap(keeper -> keeper.aux().find(clock))
        .filter(AuxClock::isEnabled)
        .orElse(null);
  }

  private static int put(long nanos, long[] secNsec) {
    if (!isAddress(secNsec, 2)) {
      return -EFAULT;
    }
    secNsec[0] = Math.floorDiv(nanos, NANOS_PER_SECOND);
    secNsec[1] = Math.floorMod(nanos, NANOS_PER_SECOND);
    return 0;
  }

  private static ClockId idOf(int clock) {
    return switch (clock) {
      case CLOCK_REALTIME, CLOCK_REALTIME_ALARM -> ClockId.REALTIME;
      case CLOCK_MONOTONIC -> ClockId.MONOTONIC;
      case CLOCK_MONOTONIC_RAW -> ClockId.MONOTONIC_RAW;
      case CLOCK_REALTIME_COARSE -> ClockId.REALTIME_COARSE;
      case CLOCK_MONOTONIC_COARSE -> ClockId.MONOTONIC_COARSE;
      case CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM -> ClockId.BOOTTIME;
      case CLOCK_TAI -> ClockId.TAI;
      default -> throw new IllegalArgumentException("clock " + clock + " is none of ours");
    };
  }

  @Override
  public int clockGetRes(int clock, long[] secNsec) {
    if (!isClock(clock)) {
      return -EINVAL;
    }
    if (secNsec == null) {
      return 0;
    }
    boolean coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
    boolean ours = clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID;
    long fine = ours ? clocks.resolutionNanos() : 1;
    return put(coarse ? Math.max(fine, Timekeeper.COARSE_TICK_NANOS) : fine, secNsec);
  }

  @Override
  public int clockSetTime(int clock, long sec, long nsec) {
    boolean settable = clock == CLOCK_REALTIME || isAuxiliary(clock);
    boolean valid = nsec >= 0 && nsec < NANOS_PER_SECOND && sec >= 0 && sec < SET_END_SECONDS;
    if (!settable || !valid) {
      return -EINVAL;
    }
    Timekeeping keeper = clocks.timekeeping().orElse(null);
    if (keeper == null || !maySetTime.getAsBoolean()) {
      return -EPERM;
    }
    long nanos = sec * NANOS_PER_SECOND + nsec;
    if (isAuxiliary(clock)) {
      return setAuxiliary(clock, nanos);
    }
    try {
      keeper.setRealtime(nanos);
      return 0;
    } catch (IllegalArgumentException belowMonotonic) {
      return -EINVAL;
    } catch (IllegalStateException refused) {
      return refusal(refused, EIO);
    }
  }

  private int setAuxiliary(int clock, long nanos) {
    AuxClock auxiliary = auxiliary(clock);
    if (auxiliary == null) {
      return -ENODEV;
    }
    try {
      auxiliary.set(nanos);
      return 0;
    } catch (IllegalStateException refused) {
      return refusal(refused, ENODEV);
    }
  }

  @Override
  public int clockAdjTime(int clock, long[] timex) {
    // Linux copies the argument in before it looks at the clock.
    if (!isAddress(timex, Timex.FIELDS)) {
      return -EFAULT;
    }
    if (!isClock(clock)) {
      return -EINVAL;
    }
    Timekeeping keeper = clocks.timekeeping().orElse(null);
    boolean adjustable = clock == CLOCK_REALTIME || isAuxiliary(clock);
    if (!adjustable || keeper == null) {
      return -EOPNOTSUPP;
    }
    Timex fields = new Timex().from(timex);
    boolean privileged = maySetTime.getAsBoolean();
    int result;
    try {
      result =
          isAuxiliary(clock)
              ? adjustAuxiliary(clock, fields, privileged)
              : keeper.adjtimex(fields, privileged);
    } catch (IllegalStateException refused) {
      return refusal(refused, EIO);
    }
    if (result >= 0) {
      fields.to(timex);
    }
    return result;
  }

  /** What is invalid or not allowed is so on a clock that is disabled, too. */
  private int adjustAuxiliary(int clock, Timex fields, boolean privileged) {
    AuxClock auxiliary = auxiliary(clock);
    if (auxiliary != null) {
      return auxiliary.adjtimex(fields, privileged);
    }
    int refused = AUXILIARY.validate(fields, privileged);
    return refused != 0 ? refused : -ENODEV;
  }

  @Override
  public int clockNanosleep(int clock, int flags, long sec, long nsec, long[] remOrNull) {
    return -ENOSYS;
  }

  @Override
  public Process open(SignalSink sink) {
    return NoTimers.INSTANCE;
  }
}
