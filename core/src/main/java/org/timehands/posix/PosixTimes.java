package org.timehands.posix;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timer.Timers;

/** Where a {@link PosixTime} comes from. */
public final class PosixTimes {
  private PosixTimes() {}

  /**
   * The calls on a timekeeper, for callers who may set the time (CAP_SYS_TIME), without sleeps and
   * timers.
   *
   * @param clocks the timekeeper; one without a write side, such as a page's reader, can be read
   *     but not set
   */
  public static PosixTime over(Timekeeper clocks) {
    return over(clocks, () -> true);
  }

  /**
   * The calls on a timekeeper, for callers who may or may not set the time, without sleeps and
   * timers.
   *
   * @param clocks the timekeeper
   * @param maySetTime asked at every call that changes something; false makes it {@code -EPERM}
   */
  public static PosixTime over(Timekeeper clocks, BooleanSupplier maySetTime) {
    return new TimekeeperPosixTime(
        Objects.requireNonNull(clocks, "clocks"),
        Objects.requireNonNull(maySetTime, "maySetTime"));
  }

  /**
   * The calls on a timekeeper, with sleeps and timers.
   *
   * @param clocks the timekeeper
   * @param timers timers on the same timekeeper; whoever made them closes them
   * @param maySetTime asked at every call that changes something; false makes it {@code -EPERM}
   */
  public static PosixTime withTimers(
      Timekeeper clocks, Timers timers, BooleanSupplier maySetTime) {
    return new TimersPosixTime(
        over(clocks, maySetTime), Objects.requireNonNull(timers, "timers"));
  }
}
