package org.timehands.timer;

import java.util.Objects;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timeline.Segment;

/**
 * The four clocks that timers can have, read at one moment, in nanoseconds.
 *
 * <p>A reusable holder that {@link TimerClocks#read} fills. Not thread-safe.
 */
public final class ClockView {
  static final int MONOTONIC = 0;
  static final int REALTIME = 1;
  static final int BOOTTIME = 2;
  static final int TAI = 3;

  /** How many clocks there are. */
  static final int CLOCKS = 4;

  private static final ClockId[] IDS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  private final Snapshot snapshot = new Snapshot();
  private final Segment segment = new Segment();
  private final long[] nanos = new long[CLOCKS];
  private long setSequence;

  /** A view in which all clocks are 0. */
  public ClockView() {}

  /** Fills this. All four belong to one moment. */
  public void set(
      long monotonicNanos, long realtimeNanos, long boottimeNanos, long taiNanos) {
    nanos[MONOTONIC] = monotonicNanos;
    nanos[REALTIME] = realtimeNanos;
    nanos[BOOTTIME] = boottimeNanos;
    nanos[TAI] = taiNanos;
  }

  /**
   * Says how often the clocks have been set so far, if who reads them knows; who reads a higher
   * number than before tells all timers.
   */
  public void setSequence(long sequence) {
    setSequence = sequence;
  }

  long setSequence() {
    return setSequence;
  }

  /**
   * A clock's time.
   *
   * @throws IllegalArgumentException if there are no timers on the clock
   */
  public long nanos(ClockId clock) {
    return nanos[index(clock)];
  }

  long nanos(int index) {
    return nanos[index];
  }

  /** Room for who fills this from a timekeeper. */
  Snapshot snapshot() {
    return snapshot;
  }

  /** Room for who asks a timekeeper's history. */
  Segment segment() {
    return segment;
  }

  static ClockId id(int index) {
    return IDS[index];
  }

  static int index(ClockId clock) {
    return switch (Objects.requireNonNull(clock, "clock")) {
      case MONOTONIC -> MONOTONIC;
      case REALTIME -> REALTIME;
      case BOOTTIME -> BOOTTIME;
      case TAI -> TAI;
      case MONOTONIC_RAW, MONOTONIC_COARSE, REALTIME_COARSE ->
          throw new IllegalArgumentException(
              clock + " can be read but has no timers: use MONOTONIC, REALTIME, BOOTTIME or TAI");
    };
  }
}
