package org.timehands.discipline;

import java.util.Arrays;

/**
 * The 21 fields of Linux's {@code struct timex}, as adjtimex(2) takes and gives them.
 *
 * <p>A holder to be filled and used again. Which fields {@link Ntp#adjtimex} looks at is said by
 * {@link #modes}; it writes all of them, but for {@code modes}, when it does not refuse. Threads:
 * one at a time.
 */
public final class Timex {
  /** Number of fields. */
  public static final int FIELDS = 21;

  /** Mode: {@link #offset} is a phase error for the loop. */
  public static final int ADJ_OFFSET = 0x0001;

  /** Mode: set {@link #freq}. */
  public static final int ADJ_FREQUENCY = 0x0002;

  /** Mode: set {@link #maxerror}. */
  public static final int ADJ_MAXERROR = 0x0004;

  /** Mode: set {@link #esterror}. */
  public static final int ADJ_ESTERROR = 0x0008;

  /** Mode: set the writable bits of {@link #status}. */
  public static final int ADJ_STATUS = 0x0010;

  /** Mode: set the time constant from {@link #constant}. */
  public static final int ADJ_TIMECONST = 0x0020;

  /** Mode: set TAI-UTC, in seconds, from {@link #constant}. */
  public static final int ADJ_TAI = 0x0080;

  /** Mode: step the clock by {@link #timeSec} and {@link #timeUsec}. */
  public static final int ADJ_SETOFFSET = 0x0100;

  /** Mode: fields are in microseconds from now on. */
  public static final int ADJ_MICRO = 0x1000;

  /** Mode: fields are in nanoseconds from now on. */
  public static final int ADJ_NANO = 0x2000;

  /** Mode: set {@link #tick}. */
  public static final int ADJ_TICK = 0x4000;

  /** Modes as a whole: adjtime(3), slew by {@link #offset} microseconds. */
  public static final int ADJ_OFFSET_SINGLESHOT = 0x8001;

  /** Modes as a whole: adjtime(3), only read what is left. */
  public static final int ADJ_OFFSET_SS_READ = 0xa001;

  /** Status: the loop takes phase errors. */
  public static final int STA_PLL = 0x0001;

  /** Status: pulses discipline the frequency. */
  public static final int STA_PPSFREQ = 0x0002;

  /** Status: pulses discipline the phase. */
  public static final int STA_PPSTIME = 0x0004;

  /** Status: prefer the frequency-locked loop. */
  public static final int STA_FLL = 0x0008;

  /** Status: insert a second at the end of the UTC day. */
  public static final int STA_INS = 0x0010;

  /** Status: delete a second at the end of the UTC day. */
  public static final int STA_DEL = 0x0020;

  /** Status: nobody keeps the clock synchronized. */
  public static final int STA_UNSYNC = 0x0040;

  /** Status: phase errors and pulses leave the frequency alone. */
  public static final int STA_FREQHOLD = 0x0080;

  /** Status, read only: pulses arrive. */
  public static final int STA_PPSSIGNAL = 0x0100;

  /** Status, read only: the last pulse was too far off. */
  public static final int STA_PPSJITTER = 0x0200;

  /** Status, read only: the pulses' frequency wanders too much. */
  public static final int STA_PPSWANDER = 0x0400;

  /** Status, read only: the calibration interval was too long. */
  public static final int STA_PPSERROR = 0x0800;

  /** Status, read only: the clock's hardware is at fault. */
  public static final int STA_CLOCKERR = 0x1000;

  /** Status, read only: fields are in nanoseconds. */
  public static final int STA_NANO = 0x2000;

  /** Status, read only: the last update was frequency-locked. */
  public static final int STA_MODE = 0x4000;

  /** Status, read only: the second of two clocks drives the time. */
  public static final int STA_CLK = 0x8000;

  /** The status bits that {@link #ADJ_STATUS} leaves alone. */
  public static final int STA_RONLY = 0xff00;

  /** State: synchronized, no leap second is near. */
  public static final int TIME_OK = 0;

  /** State: a second will be inserted at the end of the UTC day. */
  public static final int TIME_INS = 1;

  /** State: a second will be deleted at the end of the UTC day. */
  public static final int TIME_DEL = 2;

  /** State: an inserted second is going on. */
  public static final int TIME_OOP = 3;

  /** State: a leap second has happened; waits for its flag to be cleared. */
  public static final int TIME_WAIT = 4;

  /** State: the clock is not synchronized. */
  public static final int TIME_ERROR = 5;

  /** Error number: the caller lacks the privilege. */
  public static final int EPERM = 1;

  /** Error number: a value is refused. */
  public static final int EINVAL = 22;

  /** What to change: {@code ADJ_} bits; 0 only reads. */
  public int modes;

  /** Phase left to slew, in nanoseconds with {@link #STA_NANO}, else microseconds. */
  public long offset;

  /** Frequency correction in 2^-16 ppm. */
  public long freq;

  /** Bound of the error in microseconds, in [0, 16000000]. */
  public long maxerror;

  /** Estimate of the error in microseconds, in [0, 16000000]. */
  public long esterror;

  /** The {@code STA_} bits. */
  public int status;

  /** Time constant of the loop, in [0, 10]; TAI-UTC on input with {@link #ADJ_TAI}. */
  public long constant;

  /** Precision of the clock in microseconds: 1. */
  public long precision;

  /** Largest frequency correction, in 2^-16 ppm. */
  public long tolerance;

  /** Whole seconds of REALTIME; of the step with {@link #ADJ_SETOFFSET}. */
  public long timeSec;

  /** The rest, in nanoseconds with {@link #STA_NANO}, else microseconds. */
  public long timeUsec;

  /** Length of a tick of 100 Hz in microseconds, in [9000, 11000]. */
  public long tick;

  /** Frequency found by pulses, in 2^-16 ppm. */
  public long ppsfreq;

  /** Jitter of the pulses, in nanoseconds with {@link #STA_NANO}, else microseconds. */
  public long jitter;

  /** Length of the pulses' calibration interval, as a power of two seconds. */
  public int shift;

  /** Stability of the pulses' frequency, in 2^-16 ppm. */
  public long stabil;

  /** Pulses that were refused for their jitter. */
  public long jitcnt;

  /** Calibration intervals. */
  public long calcnt;

  /** Calibration intervals that were too long. */
  public long errcnt;

  /** Calibration intervals that wandered too much. */
  public long stbcnt;

  /** TAI-UTC in seconds. */
  public int tai;

  /** A holder of zeroes. */
  public Timex() {}

  /**
   * Takes the fields from an array in struct order; those that are 32 bits wide in C lose their
   * upper half, as they would there.
   *
   * @param fields at least 21 numbers
   * @return this
   * @throws IllegalArgumentException if the array is too short
   */
  public Timex from(long[] fields) {
    check(fields);
    modes = (int) fields[0];
    offset = fields[1];
    freq = fields[2];
    maxerror = fields[3];
    esterror = fields[4];
    status = (int) fields[5];
    constant = fields[6];
    precision = fields[7];
    tolerance = fields[8];
    timeSec = fields[9];
    timeUsec = fields[10];
    tick = fields[11];
    ppsfreq = fields[12];
    jitter = fields[13];
    shift = (int) fields[14];
    stabil = fields[15];
    jitcnt = fields[16];
    calcnt = fields[17];
    errcnt = fields[18];
    stbcnt = fields[19];
    tai = (int) fields[20];
    return this;
  }

  /**
   * Gives the fields to an array in struct order.
   *
   * @param fields room for at least 21 numbers
   * @throws IllegalArgumentException if the array is too short
   */
  public void to(long[] fields) {
    check(fields);
    fields[0] = modes & 0xffff_ffffL;
    fields[1] = offset;
    fields[2] = freq;
    fields[3] = maxerror;
    fields[4] = esterror;
    fields[5] = status;
    fields[6] = constant;
    fields[7] = precision;
    fields[8] = tolerance;
    fields[9] = timeSec;
    fields[10] = timeUsec;
    fields[11] = tick;
    fields[12] = ppsfreq;
    fields[13] = jitter;
    fields[14] = shift;
    fields[15] = stabil;
    fields[16] = jitcnt;
    fields[17] = calcnt;
    fields[18] = errcnt;
    fields[19] = stbcnt;
    fields[20] = tai;
  }

  private static void check(long[] fields) {
    if (fields.length < FIELDS) {
      throw new IllegalArgumentException(
          "array of " + fields.length + " fields: struct timex has " + FIELDS);
    }
  }

  /** The fields in struct order, for people. */
  @Override
  public String toString() {
    long[] fields = new long[FIELDS];
    to(fields);
    return "timex" + Arrays.toString(fields);
  }
}
