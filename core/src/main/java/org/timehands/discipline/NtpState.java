package org.timehands.discipline;

import static org.timehands.discipline.Timex.STA_UNSYNC;

/**
 * All that the clock discipline remembers between two inputs.
 *
 * <p>A plain bag of numbers that {@link Ntp} changes; {@link #copy} it, let {@code Ntp} change the
 * copy, and keep the copy once what follows from it is published. Threads: one at a time.
 *
 * <p>Lengths are in nanoseconds of 32.32 fixed point ("scaled"); each second is steered in
 * {@code hz} equal intervals, as by a kernel of that tick rate.
 */
public final class NtpState {
  /** No leap second is planned. */
  public static final long NEVER = Long.MAX_VALUE;

  final PpsState pps = new PpsState();
  int status = STA_UNSYNC;
  int clockState = Timex.TIME_OK;
  long constant = 2;
  long maxErrorMicros;
  long estimatedErrorMicros;
  long frequencyScaled;
  long referenceSecond;

  /** What is left of the phase error, scaled, for each interval. */
  long offsetScaled;

  /** What is left of an adjtime(3) slew. */
  long singleshotMicros;

  long tickMicros;

  /** Length of an interval without, and with, this second's slews; scaled. */
  long baseLengthScaled;

  long lengthScaled;
  long leapSecond = NEVER;
  int taiOffsetSeconds;

  NtpState() {}

  /** A state of its own with the same content. */
  public NtpState copy() {
    NtpState copy = new NtpState();
    copy.set(this);
    return copy;
  }

  /** Takes over the content of another state. */
  public void set(NtpState other) {
    pps.set(other.pps);
    status = other.status;
    clockState = other.clockState;
    constant = other.constant;
    maxErrorMicros = other.maxErrorMicros;
    estimatedErrorMicros = other.estimatedErrorMicros;
    frequencyScaled = other.frequencyScaled;
    referenceSecond = other.referenceSecond;
    offsetScaled = other.offsetScaled;
    singleshotMicros = other.singleshotMicros;
    tickMicros = other.tickMicros;
    baseLengthScaled = other.baseLengthScaled;
    lengthScaled = other.lengthScaled;
    leapSecond = other.leapSecond;
    taiOffsetSeconds = other.taiOffsetSeconds;
  }

  /** The {@code STA_} bits. */
  public int status() {
    return status;
  }

  /** State of the leap machine: 0 to 4, as {@code Timex.TIME_OK} to {@code TIME_WAIT}. */
  public int clockState() {
    return clockState;
  }

  /** TAI-UTC in seconds. */
  public int taiOffsetSeconds() {
    return taiOffsetSeconds;
  }

  /** Tells TAI-UTC from elsewhere, such as a {@link LeapTable}; in seconds. */
  public void setTaiOffsetSeconds(int seconds) {
    taiOffsetSeconds = seconds;
  }

  /**
   * Raises and lowers the flags that announce a leap second, and plans at once what they announce,
   * so that a clock that was set in the last second of a day leaps at its end.
   *
   * @param bits {@code STA_INS}, {@code STA_DEL} or 0
   * @param utcSecond the present second
   */
  public void announceLeap(int bits, long utcSecond) {
    int flags = Timex.STA_INS | Timex.STA_DEL;
    status = (status & ~flags) | (bits & flags);
    boolean awaits = clockState == Timex.TIME_INS || clockState == Timex.TIME_DEL;
    if (clockState == Timex.TIME_OK || (awaits && leapSecond == NEVER)) {
      clockState = Timex.TIME_OK;
      LeapMachine.plan(this, utcSecond);
    }
  }

  /** Bound of the error in microseconds, in [0, 16000000]. */
  public long maxErrorMicros() {
    return maxErrorMicros;
  }

  /**
   * UTC second at whose beginning REALTIME leaps, counted before the leap: midnight for an
   * insertion, 23:59:59 for a deletion, {@link #NEVER} if no leap is planned or it is over.
   */
  public long leapSecond() {
    return leapSign() == 0 ? NEVER : leapSecond;
  }

  /** Sign of the planned leap second: +1 inserts, -1 deletes, 0 is none. */
  public int leapSign() {
    if (leapSecond == NEVER) {
      return 0;
    }
    return switch (clockState) {
      case Timex.TIME_INS -> 1;
      case Timex.TIME_DEL -> -1;
      default -> 0;
    };
  }

  /**
   * The MONOTONIC instant of the planned leap second, as a timeline's segment wants it.
   *
   * @param realOffsetNanos REALTIME minus MONOTONIC before the leap
   * @return nanoseconds, or {@code Long.MAX_VALUE} if no leap is planned or it is out of reach
   */
  public long leapAtMonoNanos(long realOffsetNanos) {
    long second = leapSecond();
    if (second > Long.MAX_VALUE / Scale.NANOS_PER_SECOND) {
      return Long.MAX_VALUE;
    }
    long real = second * Scale.NANOS_PER_SECOND;
    long mono = real - realOffsetNanos;
    boolean overflowed = ((real ^ realOffsetNanos) & (real ^ mono)) < 0;
    return overflowed ? Long.MAX_VALUE : mono;
  }

  /** A few words for people. */
  @Override
  public String toString() {
    return "ntp[status 0x" + Integer.toHexString(status) + ", state " + clockState + ", constant "
        + constant + ", maxerror " + maxErrorMicros + " us, freq " + frequencyScaled + ", offset "
        + offsetScaled + ", singleshot " + singleshotMicros + " us, tick " + tickMicros
        + " us, length " + lengthScaled + ", leap " + leapSecond + ", tai " + taiOffsetSeconds
        + "]";
  }
}
