package org.timehands.discipline;

import static org.timehands.discipline.Timex.ADJ_FREQUENCY;
import static org.timehands.discipline.Timex.ADJ_NANO;
import static org.timehands.discipline.Timex.ADJ_SETOFFSET;
import static org.timehands.discipline.Timex.ADJ_TAI;
import static org.timehands.discipline.Timex.ADJ_TICK;
import static org.timehands.discipline.Timex.EINVAL;
import static org.timehands.discipline.Timex.EPERM;
import static org.timehands.discipline.Timex.STA_DEL;
import static org.timehands.discipline.Timex.STA_INS;
import static org.timehands.discipline.Timex.STA_PPSFREQ;
import static org.timehands.discipline.Timex.STA_PPSTIME;

/** What adjtimex refuses: first what is invalid, then what is not allowed. */
final class AdjtimexCheck {
  /** Ticks per second that adjtimex counts in, whatever the kernel's own rate. */
  static final long USER_HZ = 100;

  /* The two words of adjtime(3) share bits with others: 0x8000 says adjtime, and then 0x0001 must
   * stand and 0x2000 says to read only. Linux 6.18 ignores what other bits stand beside them,
   * except ADJ_SETOFFSET and the checks of values, and so do we. */
  private static final int ADJTIME = 0x8000;
  private static final int SINGLESHOT = 0x0001;
  private static final int READ_ONLY = 0x2000;

  private static final long TICK_MIN = 900_000 / USER_HZ;
  private static final long TICK_MAX = 1_100_000 / USER_HZ;
  private static final long STEP_MAX_SECONDS = Long.MAX_VALUE / Scale.NANOS_PER_SECOND - 1;

  private AdjtimexCheck() {}

  /** 0, or the negated error number. */
  static int check(Timex timex, boolean auxiliary, boolean privileged) {
    int modes = timex.modes;
    boolean bad =
        isAdjtime(modes)
            ? (modes & SINGLESHOT) == 0
            : (modes & ADJ_TICK) != 0 && (timex.tick < TICK_MIN || timex.tick > TICK_MAX);
    bad |= (modes & ADJ_SETOFFSET) != 0 && !isStep(timex);
    bad |= (modes & ADJ_FREQUENCY) != 0 && !fits(timex.freq);
    bad |= auxiliary && !suitsAuxiliary(timex);
    if (bad) {
      return -EINVAL;
    }
    return privileged || !changes(modes) ? 0 : -EPERM;
  }

  static boolean isAdjtime(int modes) {
    return (modes & ADJTIME) != 0;
  }

  static boolean isRead(int modes) {
    return (modes & READ_ONLY) != 0;
  }

  private static boolean changes(int modes) {
    boolean reads = modes == 0 || (isAdjtime(modes) && isRead(modes));
    return !reads || (modes & ADJ_SETOFFSET) != 0;
  }

  /** A step's fraction is never negative, and the sum lies within any era of 64-bit time. */
  private static boolean isStep(Timex timex) {
    boolean nanos = (timex.modes & ADJ_NANO) != 0;
    long limit = nanos ? Scale.NANOS_PER_SECOND : Scale.MICROS_PER_SECOND;
    return timex.timeUsec >= 0
        && timex.timeUsec < limit
        && timex.timeSec >= -STEP_MAX_SECONDS
        && timex.timeSec <= STEP_MAX_SECONDS;
  }

  private static boolean fits(long frequency) {
    return frequency >= Long.MIN_VALUE / Scale.FREQUENCY_UNIT
        && frequency <= Long.MAX_VALUE / Scale.FREQUENCY_UNIT;
  }

  /** An auxiliary clock knows no leap seconds, no TAI and no pulses. */
  private static boolean suitsAuxiliary(Timex timex) {
    int refused = STA_INS | STA_DEL | STA_PPSFREQ | STA_PPSTIME;
    return (timex.status & refused) == 0 && (timex.modes & ADJ_TAI) == 0;
  }
}
