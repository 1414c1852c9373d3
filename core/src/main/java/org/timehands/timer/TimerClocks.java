package org.timehands.timer;

/**
 * The clocks that timers are held against.
 *
 * <p>Thread-safe; reads never wait.
 */
public interface TimerClocks {
  /** No jump is planned. */
  long NO_JUMP = Long.MAX_VALUE;

  /**
   * Reads all clocks at one moment.
   *
   * @param into receives them
   */
  void read(ClockView into);

  /** MONOTONIC, in nanoseconds. */
  long monotonicNanos();

  /**
   * When REALTIME jumps next by what is known now, such as by a leap second, on MONOTONIC in
   * nanoseconds; {@link #NO_JUMP} if no jump is known. One that has passed may still be told.
   *
   * @param view the view that was filled last: room to work in, and to be left as it is
   */
  default long nextJumpMonotonicNanos(ClockView view) {
    return NO_JUMP;
  }

  /**
   * How long to wait at most for a timer on a clock that can be set, where nobody tells of a set:
   * in nanoseconds; {@link Long#MAX_VALUE} if somebody does.
   */
  default long longestBlindWaitNanos() {
    return Long.MAX_VALUE;
  }
}
