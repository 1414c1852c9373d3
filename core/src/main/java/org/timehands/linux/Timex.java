package org.timehands.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the kernel's own clock discipline says of the host's REALTIME: {@code adjtimex} with
 * nothing to change.
 *
 * <p>A holder to be filled again and again by {@link #read}; before the first, all values are
 * zero. Nothing here can steer the host: the mode word, which says what to change, is always zero,
 * and a call with it zero needs no privilege.
 *
 * <p>Threads: one at a time; publish it safely to hand it to another.
 */
public final class Timex {
  /** State: clock is synchronized, no leap second is near. */
  public static final int TIME_OK = 0;

  /** State: a second will be inserted at the end of the UTC day. */
  public static final int TIME_INS = 1;

  /** State: a second will be deleted at the end of the UTC day. */
  public static final int TIME_DEL = 2;

  /** State: an inserted second is going on. */
  public static final int TIME_OOP = 3;

  /** State: a leap second has happened. */
  public static final int TIME_WAIT = 4;

  /** State: the clock is not synchronized. */
  public static final int TIME_ERROR = 5;

  /** Status bit: insert a leap second. */
  public static final int STA_INS = 0x0010;

  /** Status bit: delete a leap second. */
  public static final int STA_DEL = 0x0020;

  /** Status bit: nobody keeps the clock synchronized. */
  public static final int STA_UNSYNC = 0x0040;

  /** Status bit: {@link #offsetNanos} and the time were given in nanoseconds by the kernel. */
  public static final int STA_NANO = 0x2000;

  private static final long TIMEX_BYTES = 208;
  private static final int NANOS_PER_MICRO = 1000;

  private int state;
  private int status;
  private long offsetNanos;
  private long frequencyScaledPpm;
  private long maxErrorMicros;
  private long estimatedErrorMicros;
  private long timeConstant;
  private long precisionMicros;
  private long toleranceScaledPpm;
  private long tickMicros;
  private int taiOffsetSeconds;

  /** A holder of zeroes. */
  public Timex() {}

  /**
   * Fills the holder with the kernel's present values, all of one moment.
   *
   * @return this
   * @throws ErrnoException if the system refuses, as some sandboxes do
   * @throws UnsupportedOperationException where native access is denied
   */
  public Timex read() throws ErrnoException {
    NativeAccess.require("asking for the kernel's clock discipline");
    try (Arena arena = Arena.ofConfined()) {
      // Fresh memory is zero, and so are the modes at offset 0: change nothing.
      MemorySegment timex = arena.allocate(TIMEX_BYTES, 8);
      int result = Libc.checkInt("adjtimex", "", timex.address());
      decode(result, timex);
    }
    return this;
  }

  /** Takes the values out of a struct timex of a 64-bit Linux. */
  void decode(int result, MemorySegment timex) {
    state = result;
    status = timex.get(ValueLayout.JAVA_INT, 40);
    long offset = timex.get(ValueLayout.JAVA_LONG, 8);
    offsetNanos = (status & STA_NANO) != 0 ? offset : offset * NANOS_PER_MICRO;
    frequencyScaledPpm = timex.get(ValueLayout.JAVA_LONG, 16);
    maxErrorMicros = timex.get(ValueLayout.JAVA_LONG, 24);
    estimatedErrorMicros = timex.get(ValueLayout.JAVA_LONG, 32);
    timeConstant = timex.get(ValueLayout.JAVA_LONG, 48);
    precisionMicros = timex.get(ValueLayout.JAVA_LONG, 56);
    toleranceScaledPpm = timex.get(ValueLayout.JAVA_LONG, 64);
    tickMicros = timex.get(ValueLayout.JAVA_LONG, 88);
    taiOffsetSeconds = timex.get(ValueLayout.JAVA_INT, 160);
  }

  /** The state of the clock: one of {@link #TIME_OK} to {@link #TIME_ERROR}. */
  public int state() {
    return state;
  }

  /** The status bits. */
  public int status() {
    return status;
  }

  /** Whether somebody keeps the host's clock synchronized, by the kernel's account. */
  public boolean isSynchronized() {
    return (status & STA_UNSYNC) == 0 && state != TIME_ERROR;
  }

  /** What is left to be slewed by the kernel's phase-locked loop, in nanoseconds. */
  public long offsetNanos() {
    return offsetNanos;
  }

  /** The frequency correction in 2^-16 parts per million. */
  public long frequencyScaledPpm() {
    return frequencyScaledPpm;
  }

  /** The bound of the clock's error in microseconds; the kernel stops counting at 16 s. */
  public long maxErrorMicros() {
    return maxErrorMicros;
  }

  /** The estimate of the clock's error in microseconds. */
  public long estimatedErrorMicros() {
    return estimatedErrorMicros;
  }

  /** The loop's time constant, a power of two less 4 or so, as adjtimex(2) has it. */
  public long timeConstant() {
    return timeConstant;
  }

  /** The clock's precision in microseconds, by the kernel's account. */
  public long precisionMicros() {
    return precisionMicros;
  }

  /** The largest frequency correction in 2^-16 parts per million. */
  public long toleranceScaledPpm() {
    return toleranceScaledPpm;
  }

  /** Length of a tick at 100 Hz in microseconds; 10000 unless someone has changed it. */
  public long tickMicros() {
    return tickMicros;
  }

  /** TAI less UTC in seconds; 0 if the kernel was not told. */
  public int taiOffsetSeconds() {
    return taiOffsetSeconds;
  }
}
