package org.timehands.discipline;

import static org.timehands.discipline.Timex.ADJ_ESTERROR;
import static org.timehands.discipline.Timex.ADJ_FREQUENCY;
import static org.timehands.discipline.Timex.ADJ_MAXERROR;
import static org.timehands.discipline.Timex.ADJ_MICRO;
import static org.timehands.discipline.Timex.ADJ_NANO;
import static org.timehands.discipline.Timex.ADJ_OFFSET;
import static org.timehands.discipline.Timex.ADJ_SETOFFSET;
import static org.timehands.discipline.Timex.ADJ_STATUS;
import static org.timehands.discipline.Timex.ADJ_TAI;
import static org.timehands.discipline.Timex.ADJ_TICK;
import static org.timehands.discipline.Timex.ADJ_TIMECONST;
import static org.timehands.discipline.Timex.STA_CLOCKERR;
import static org.timehands.discipline.Timex.STA_FLL;
import static org.timehands.discipline.Timex.STA_FREQHOLD;
import static org.timehands.discipline.Timex.STA_MODE;
import static org.timehands.discipline.Timex.STA_NANO;
import static org.timehands.discipline.Timex.STA_PLL;
import static org.timehands.discipline.Timex.STA_PPSSIGNAL;
import static org.timehands.discipline.Timex.STA_PPSTIME;
import static org.timehands.discipline.Timex.STA_RONLY;
import static org.timehands.discipline.Timex.STA_UNSYNC;

import org.timehands.fixed.Fixed;

/**
 * The clock discipline behind adjtimex(2) and clock_adjtime(2), as functions of a {@link NtpState}
 * and an input, with the behaviour of Linux 6.18.
 *
 * <p>Inputs: {@link #adjtimex}, a {@link #second} that begins, a {@link #pulse}, and
 * {@link #clear} after the clock was set. After each of them {@link #gainScaled} says how fast
 * MONOTONIC runs against the unsteered clock, and {@link NtpState#leapAtMonoNanos} when REALTIME
 * leaps next; both stay as they are until the next input, at the latest the {@link #nextSecond}.
 *
 * <p>Seconds are UTC's by REALTIME <em>before</em> a leap that this very input brings: at the end
 * of an inserted second's eve, {@code second(midnight)} answers -1, and one second later it is
 * {@code second(midnight)} again.
 *
 * <p>Algorithm: D. Mills, RFC 1589, as nanokernel and Linux have developed it. Immutable and
 * thread-safe; the state given is changed by the calling thread. Allocates nothing.
 */
public final class Ntp {
  /** Default number of intervals a second; one of 1000 Hz takes microseconds exactly. */
  public static final int DEFAULT_HZ = 1000;

  private static final int MAX_HZ = 1000;
  private static final long FLL_FROM_SECONDS = 256;
  private static final long FLL_ALWAYS_SECONDS = 2048;
  private static final int MICRO_MODE_CONSTANT = 4;
  private static final long NOMINAL = Scale.NANOS_PER_SECOND << Scale.BITS;

  final Limits limits;
  final int hz;
  private final boolean auxiliary;
  private final Pps pps;

  Ntp(int hz, boolean auxiliary, Limits limits) {
    if (hz < 1 || hz > MAX_HZ) {
      throw new IllegalArgumentException(
          hz + " intervals a second must lie in [1, " + MAX_HZ + "]; 1000 is usual");
    }
    this.hz = hz;
    this.auxiliary = auxiliary;
    this.limits = limits;
    this.pps = new Pps(this);
  }

  /**
   * The discipline of a clock with leap seconds, TAI and pulses: REALTIME.
   *
   * @param hz intervals a second, the kernel's HZ that is imitated, in [1, 1000]
   * @throws IllegalArgumentException if {@code hz} is out of its range
   */
  public static Ntp real(int hz) {
    return new Ntp(hz, false, Limits.LINUX);
  }

  /**
   * The discipline of an auxiliary clock, which refuses leap seconds, TAI and pulses.
   *
   * @param hz intervals a second, in [1, 1000]
   * @throws IllegalArgumentException if {@code hz} is out of its range
   */
  public static Ntp auxiliary(int hz) {
    return new Ntp(hz, true, Limits.LINUX);
  }

  /** A state as after boot: nominal rate, not synchronized. */
  public NtpState newState() {
    NtpState state = new NtpState();
    state.tickMicros = Scale.MICROS_PER_SECOND / AdjtimexCheck.USER_HZ;
    clear(state);
    return state;
  }

  /**
   * Whether {@link #adjtimex} would refuse; looks at the input alone.
   *
   * @param privileged whether the caller may change the clock
   * @return 0, -{@link Timex#EINVAL} or, for what is valid, -{@link Timex#EPERM}
   */
  public int validate(Timex timex, boolean privileged) {
    return AdjtimexCheck.check(timex, auxiliary, privileged);
  }

  /**
   * The step that {@link Timex#ADJ_SETOFFSET} asks for, in nanoseconds, once {@link #validate} has
   * allowed it. The caller steps its clock by it and then calls {@link #adjtimex} with the time
   * after the step.
   */
  public static long stepNanos(Timex timex) {
    boolean nanos = (timex.modes & ADJ_NANO) != 0;
    long rest = nanos ? timex.timeUsec : Math.multiplyExact(timex.timeUsec, 1000L);
    return Math.addExact(Math.multiplyExact(timex.timeSec, Scale.NANOS_PER_SECOND), rest);
  }

  /**
   * Changes what {@code timex.modes} says and fills the other fields.
   *
   * @param timex in and out; untouched if the answer is negative
   * @param utcSecond REALTIME's second, without a leap that {@link #second} has not yet been told
   * @param nanos the rest, in [0, 1000000000)
   * @param privileged whether the caller may change the clock
   * @return state of the clock, {@link Timex#TIME_OK} to {@link Timex#TIME_ERROR}; or a negated
   *     error number, and then nothing has changed
   */
  public int adjtimex(NtpState state, Timex timex, long utcSecond, int nanos, boolean privileged) {
    int refused = validate(timex, privileged);
    if (refused != 0) {
      return refused;
    }
    if ((timex.modes & ADJ_SETOFFSET) != 0) {
      clear(state);
    }
    if (AdjtimexCheck.isAdjtime(timex.modes)) {
      long before = state.singleshotMicros;
      if (!AdjtimexCheck.isRead(timex.modes)) {
        state.singleshotMicros = timex.offset;
      }
      timex.offset = before;
    } else {
      setValues(state, timex, utcSecond);
      setRates(state, timex, utcSecond);
      long left = Scale.shrink(state.offsetScaled * hz, Scale.BITS);
      timex.offset = Scale.inUnit(left, state.status);
    }
    fill(state, timex);
    timex.timeSec = utcSecond;
    timex.timeUsec = Scale.inUnit(nanos, state.status);
    int result = isBad(state.status) ? Timex.TIME_ERROR : state.clockState;
    return state.leapSecond <= utcSecond ? patched(state, timex, utcSecond, result) : result;
  }

  /** The modes up to TAI, in Linux's order. */
  private void setValues(NtpState state, Timex timex, long utcSecond) {
    int modes = timex.modes;
    if ((modes & ADJ_STATUS) != 0) {
      setStatus(state, timex.status, utcSecond);
    }
    if ((modes & ADJ_NANO) != 0) {
      state.status |= STA_NANO;
    }
    if ((modes & ADJ_MICRO) != 0) {
      state.status &= ~STA_NANO;
    }
    if ((modes & ADJ_FREQUENCY) != 0) {
      state.frequencyScaled = clampFrequency(timex.freq * Scale.FREQUENCY_UNIT);
      state.pps.frequencyScaled = state.frequencyScaled;
    }
    if ((modes & ADJ_MAXERROR) != 0) {
      state.maxErrorMicros = Math.clamp(timex.maxerror, 0L, limits.errorLimitMicros());
    }
    if ((modes & ADJ_ESTERROR) != 0) {
      state.estimatedErrorMicros = Math.clamp(timex.esterror, 0L, limits.errorLimitMicros());
    }
    if ((modes & ADJ_TIMECONST) != 0) {
      boolean micros = (state.status & STA_NANO) == 0;
      long constant = Math.clamp(timex.constant, 0L, limits.constantMax());
      constant += micros ? MICRO_MODE_CONSTANT : 0;
      state.constant = Math.min(constant, limits.constantMax());
    }
    boolean tai = (modes & ADJ_TAI) != 0;
    if (tai && timex.constant >= 0 && timex.constant <= limits.taiMaxSeconds()) {
      state.taiOffsetSeconds = (int) timex.constant;
    }
  }

  /** The modes that change the rate, in Linux's order. */
  private void setRates(NtpState state, Timex timex, long utcSecond) {
    if ((timex.modes & ADJ_OFFSET) != 0) {
      setOffset(state, timex.offset, utcSecond);
    }
    if ((timex.modes & ADJ_TICK) != 0) {
      state.tickMicros = timex.tick;
    }
    if ((timex.modes & (ADJ_TICK | ADJ_FREQUENCY | ADJ_OFFSET)) != 0) {
      updateLength(state);
    }
  }

  private static void setStatus(NtpState state, int status, long utcSecond) {
    boolean was = (state.status & STA_PLL) != 0;
    boolean will = (status & STA_PLL) != 0;
    if (was && !will) {
      state.clockState = Timex.TIME_OK;
      state.status = STA_UNSYNC;
      state.leapSecond = NtpState.NEVER;
      state.pps.restartIntervals();
    } else if (will && !was) {
      state.referenceSecond = utcSecond;
    }
    state.status = (state.status & STA_RONLY) | (status & ~STA_RONLY);
  }

  private void setOffset(NtpState state, long offset, long utcSecond) {
    if ((state.status & STA_PLL) == 0) {
      return;
    }
    long nanos = offset;
    if ((state.status & STA_NANO) == 0) {
      nanos = Math.clamp(offset, -Scale.MICROS_PER_SECOND, Scale.MICROS_PER_SECOND)
          * Scale.NANOS_PER_MICRO;
    }
    nanos = Math.clamp(nanos, -limits.maxPhaseNanos(), limits.maxPhaseNanos());
    // Linux lets a clock that went back turn the gain negative, and overflow; we take it for no
    // time at all.
    boolean hold = (state.status & STA_FREQHOLD) != 0 || utcSecond < state.referenceSecond;
    long seconds = hold ? 0 : utcSecond - state.referenceSecond;
    seconds = seconds < 0 ? Long.MAX_VALUE : seconds; // further apart than a long can say
    state.referenceSecond = utcSecond;
    long change = frequencyLocked(state, nanos, seconds) + phaseLocked(state, nanos, seconds);
    state.frequencyScaled = clampFrequency(state.frequencyScaled + change);
    state.offsetScaled = (nanos << Scale.BITS) / hz;
  }

  /** Frequency by the offset that has gathered since the last update. */
  private long frequencyLocked(NtpState state, long nanos, long seconds) {
    boolean wanted = (state.status & STA_FLL) != 0 || seconds > FLL_ALWAYS_SECONDS;
    if (seconds < FLL_FROM_SECONDS || !wanted) {
      state.status &= ~STA_MODE;
      return 0;
    }
    state.status |= STA_MODE;
    return (nanos << (Scale.BITS - limits.frequencyShift())) / seconds;
  }

  /** Frequency by the integral of the offset, as long as the loop is told of it often enough. */
  private long phaseLocked(NtpState state, long nanos, long seconds) {
    long most = 1L << (limits.phaseShift() + 1 + state.constant);
    long damping = 2 * (limits.phaseShift() + 2 + state.constant);
    return (nanos * Math.min(seconds, most)) << (Scale.BITS - damping);
  }

  private long clampFrequency(long scaled) {
    return Math.clamp(scaled, -limits.maxFrequencyScaled(), limits.maxFrequencyScaled());
  }

  /** Takes tick and frequency into the length of an interval, at once; slews go on. */
  void updateLength(NtpState state) {
    long nanos = state.tickMicros * Scale.NANOS_PER_MICRO * AdjtimexCheck.USER_HZ;
    long base = ((nanos << Scale.BITS) + state.frequencyScaled) / hz;
    state.lengthScaled += base - state.baseLengthScaled;
    state.baseLengthScaled = base;
  }

  /**
   * Passes the beginning of a second: error bound, slews and leap second.
   *
   * @param utcSecond REALTIME's second that begins, before the leap that the answer may bring
   * @return what is added to REALTIME at this instant: -1, 0 or +1 s; TAI-UTC has been changed
   */
  public int second(NtpState state, long utcSecond) {
    int leap = LeapMachine.pass(state, utcSecond);
    state.maxErrorMicros += limits.maxFrequencyPpm();
    if (state.maxErrorMicros > limits.errorLimitMicros()) {
      state.maxErrorMicros = limits.errorLimitMicros();
      state.status |= STA_UNSYNC;
    }
    long chunk = offsetChunk(state);
    state.offsetScaled -= chunk;
    state.lengthScaled = state.baseLengthScaled + chunk + singleshotChunk(state);
    Pps.pass(state);
    return leap;
  }

  private long offsetChunk(NtpState state) {
    int pulses = STA_PPSTIME | STA_PPSSIGNAL;
    return (state.status & pulses) == pulses
        ? state.offsetScaled
        : Scale.shrink(state.offsetScaled, limits.phaseShift() + state.constant);
  }

  private long singleshotChunk(NtpState state) {
    long most = limits.singleshotMicros();
    long micros = Math.clamp(state.singleshotMicros, -most, most);
    state.singleshotMicros -= micros;
    if (state.singleshotMicros != 0) {
      return ((micros * Scale.NANOS_PER_MICRO) << Scale.BITS) / hz;
    }
    return (micros * Scale.NANOS_PER_MICRO / hz) << Scale.BITS; // whole nanoseconds, as Linux
  }

  /**
   * The second at which {@link #second} must be called next.
   *
   * @param utcSecond what it was called with
   * @param leap what it answered
   */
  public static long nextSecond(long utcSecond, int leap) {
    return utcSecond + leap + 1;
  }

  /** What is left to slew, by the loop and by adjtime(3), in nanoseconds. */
  public long phaseLeftNanos(NtpState state) {
    long phase = Scale.shrink(state.offsetScaled * hz, Scale.BITS);
    long limit = Long.MAX_VALUE / 2 / Scale.NANOS_PER_MICRO;
    return phase + Math.clamp(state.singleshotMicros, -limit, limit) * Scale.NANOS_PER_MICRO;
  }

  /**
   * Whether seconds pass without a trace: nothing to slew, no leap second planned or flagged, no
   * pulse awaited, and the error bound as large as it gets.
   */
  public boolean isQuiet(NtpState state) {
    int flags = Timex.STA_INS | Timex.STA_DEL;
    return state.offsetScaled == 0
        && state.singleshotMicros == 0
        && state.lengthScaled == state.baseLengthScaled
        && state.clockState == Timex.TIME_OK
        && (state.status & flags) == 0
        && (state.status & STA_UNSYNC) != 0
        && state.maxErrorMicros == limits.errorLimitMicros()
        && state.pps.validSeconds == 0;
  }

  /** Forgets slews, pulses and a planned leap: the clock was set. */
  public void clear(NtpState state) {
    state.singleshotMicros = 0;
    state.status |= STA_UNSYNC;
    state.maxErrorMicros = limits.errorLimitMicros();
    state.estimatedErrorMicros = limits.errorLimitMicros();
    updateLength(state);
    state.lengthScaled = state.baseLengthScaled;
    state.offsetScaled = 0;
    state.leapSecond = NtpState.NEVER;
    state.pps.clear();
  }

  /**
   * Takes a pulse that marks the beginning of a true second.
   *
   * @param realNanos REALTIME at the pulse, in nanoseconds since 1970
   * @param rawNanos the unsteered clock at the pulse, in nanoseconds
   * @throws UnsupportedOperationException for an auxiliary clock
   */
  public void pulse(NtpState state, long realNanos, long rawNanos) {
    if (auxiliary) {
      throw new UnsupportedOperationException("an auxiliary clock takes no pulses");
    }
    pps.pulse(state, Math.floorMod(realNanos, Scale.NANOS_PER_SECOND), rawNanos);
  }

  /**
   * How many nanoseconds MONOTONIC gains on the unsteered clock in one second, in units of 2^-32;
   * within (-10^9, 10^9) * 2^32, and constant until the next input.
   */
  public long gainScaled(NtpState state) {
    return state.lengthScaled * hz - NOMINAL;
  }

  /** How much faster MONOTONIC runs than the unsteered clock, in 10^-12, rounded down. */
  public long ratePpt(NtpState state) {
    long gain = gainScaled(state);
    long below = gain & 0xffff_ffffL;
    return (gain >> Scale.BITS) * 1000 + ((below * 1000) >>> Scale.BITS);
  }

  /**
   * The size of a gain, as a part of the rate of the clock that is gained on.
   *
   * @param gainScaled gain per second of the other, as of {@link #gainScaled(NtpState)}
   * @return in units of 2^-64, unsigned, rounded down; the gain's sign is to be told apart
   */
  public static long gainPart(long gainScaled) {
    return Fixed.fractionDown(Math.abs(gainScaled), NOMINAL);
  }

  private static boolean isBad(int status) {
    return (status & (STA_UNSYNC | STA_CLOCKERR)) != 0 || Pps.isBad(status);
  }

  private void fill(NtpState state, Timex timex) {
    timex.freq = Scale.toTimexFrequency(state.frequencyScaled);
    timex.maxerror = state.maxErrorMicros;
    timex.esterror = state.estimatedErrorMicros;
    timex.status = state.status;
    timex.constant = state.constant;
    timex.precision = 1;
    timex.tolerance = limits.maxFrequencyScaled() / Scale.FREQUENCY_UNIT;
    timex.tick = state.tickMicros;
    timex.tai = state.taiOffsetSeconds;
    Pps.fill(state, timex);
  }

  /* The leap is due, but second() has not been told of it yet:
   *
   *     23:59:59        00:00:00.0                   00:00:00.3
   *        |  INS           | leap is due                 | second(00:00:00) comes late
   *        |----------------|----- adjtimex(): OOP, tai+1, 23:59:59.x
   *
   * LeapSequenceTest.lateSecondIsPatched. */
  private static int patched(NtpState state, Timex timex, long utcSecond, int result) {
    int sign = state.leapSign();
    if (sign > 0 && (state.status & Timex.STA_INS) != 0) {
      timex.tai++;
      timex.timeSec--;
      return Timex.TIME_OOP;
    }
    if (sign < 0 && (state.status & Timex.STA_DEL) != 0) {
      timex.tai--;
      timex.timeSec++;
      return Timex.TIME_WAIT;
    }
    boolean over = state.clockState == Timex.TIME_OOP && utcSecond == state.leapSecond;
    return over ? Timex.TIME_WAIT : result;
  }
}
