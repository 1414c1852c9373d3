package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;

import java.util.function.UnaryOperator;
import org.timehands.discipline.Timex;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.sim.SimNode;

/** A computer at virtual time as the kernel's own tests see one: calls by number, quick sleeps. */
final class Lab {
  static final long SECOND = 1_000_000_000L;

  /** 2026-01-01T00:00:00Z. */
  static final long MIDNIGHT = 1_767_225_600L;

  /** The clocks that everybody may read, but for CPU time, which is not ours. */
  static final int[] CLOCKS = {
    CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,
    CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM, CLOCK_TAI
  };

  /** What is put between a test and the calls: nothing, unless PosixMutantTest plants a fault. */
  static UnaryOperator<PosixTime> fault = UnaryOperator.identity();

  final SimNode node;
  final PosixTime posix;
  final Timex timex = new Timex();
  private final long[] fields = new long[Timex.FIELDS];

  /** A computer that was started long ago, at noon. */
  Lab() {
    this((MIDNIGHT + 43_200) * SECOND);
  }

  Lab(long startRealtimeNanos) {
    node = new SimNode(startRealtimeNanos);
    posix = fault.apply(node.posix());
    node.advance(100);
  }

  /** The calls for who may not set the time. */
  PosixTime unprivileged() {
    return fault.apply(PosixTimes.over(node.clocks(), () -> false));
  }

  static long nanos(PosixTime posix, int clock) {
    long[] time = new long[2];
    assertEquals(0, posix.clockGetTime(clock, time), "clock " + clock);
    assertTrue(time[1] >= 0 && time[1] < SECOND, "clock " + clock + ": " + time[1] + " ns");
    return time[0] * SECOND + time[1];
  }

  /** Like assertEquals with a tolerance, which would compare longs as floats. */
  static void near(long expected, long found, long tolerance, String what) {
    long off = Math.subtractExact(found, expected);
    assertTrue(
        Math.abs(off) <= tolerance,
        () -> what + ": expected " + expected + " +-" + tolerance + ", found " + found);
  }

  long nanos(int clock) {
    return nanos(posix, clock);
  }

  void sleep(double seconds) {
    node.advance(seconds);
  }

  /** adjtimex with what stands in {@link #timex}, and with other modes. */
  int adjust(int modes) {
    timex.modes = modes;
    timex.to(fields);
    int result = posix.clockAdjTime(CLOCK_REALTIME, fields);
    timex.from(fields);
    return result;
  }

  int readTimex() {
    return adjust(0);
  }

  int setStatus(int status) {
    timex.status = status;
    return adjust(Timex.ADJ_STATUS);
  }

  int setFrequency(long scaledPpm) {
    timex.freq = scaledPpm;
    return adjust(Timex.ADJ_FREQUENCY);
  }

  int setTime(long second, long nanos) {
    return posix.clockSetTime(CLOCK_REALTIME, second, nanos);
  }

  /** MONOTONIC against RAW over an interval, in parts per million. */
  double ppmOverRaw(double seconds) {
    long mono = nanos(CLOCK_MONOTONIC);
    long raw = nanos(CLOCK_MONOTONIC_RAW);
    sleep(seconds);
    double monoPassed = nanos(CLOCK_MONOTONIC) - mono;
    double rawPassed = nanos(CLOCK_MONOTONIC_RAW) - raw;
    return (monoPassed / rawPassed - 1) * 1e6;
  }
}
