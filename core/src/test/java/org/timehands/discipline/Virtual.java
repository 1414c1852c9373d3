package org.timehands.discipline;

import static org.timehands.discipline.Timex.ADJ_STATUS;
import static org.timehands.discipline.Timex.STA_NANO;

/** A disciplined clock on a quartz with an error of its own, in virtual time. */
final class Virtual {
  /** 2026-01-01T00:00:00Z, a UTC midnight. */
  static final long MIDNIGHT = 1_767_225_600L;

  private static final double SCALED_SECOND = 1e9 * (1L << 32);

  final Ntp ntp;
  final NtpState state;
  final Timex timex = new Timex();

  /** REALTIME less the true time in seconds, and how much faster the quartz is than nominal. */
  double errorSeconds;

  double quartz;
  long utcSecond = MIDNIGHT;

  Virtual(Ntp ntp) {
    this.ntp = ntp;
    this.state = ntp.newState();
  }

  Virtual() {
    this(Ntp.real(Ntp.DEFAULT_HZ));
  }

  /** Calls adjtimex with full rights; the other inputs are to be put into {@link #timex}. */
  int adjust(int modes) {
    timex.modes = modes;
    return ntp.adjtimex(state, timex, utcSecond, 0, true);
  }

  int adjust(int modes, long value) {
    timex.offset = value;
    timex.freq = value;
    timex.maxerror = value;
    timex.esterror = value;
    timex.constant = value;
    timex.tick = value;
    timex.status = (modes & ADJ_STATUS) != 0 ? (int) value : 0;
    return adjust(modes);
  }

  int setStatus(int status) {
    timex.status = status;
    return adjust(ADJ_STATUS);
  }

  /** Offset in nanoseconds given to a loop with this time constant. */
  void feed(long nanos, int constant, int status) {
    timex.offset = nanos;
    timex.constant = constant;
    timex.status = status;
    adjust(
        ADJ_STATUS | Timex.ADJ_NANO | Timex.ADJ_OFFSET | Timex.ADJ_TIMECONST);
    if ((state.status() & STA_NANO) == 0) {
      throw new AssertionError("not in nanoseconds: " + state);
    }
  }

  /** A second passes by this clock; returns the leap at its end. */
  int second() {
    double rate = 1 + ntp.gainScaled(state) / SCALED_SECOND;
    errorSeconds += rate * (1 + quartz) - 1;
    utcSecond++;
    int leap = ntp.second(state, utcSecond);
    utcSecond += leap;
    return leap;
  }

  void seconds(int count) {
    for (int i = 0; i < count; i++) {
      second();
    }
  }

  /** Seconds pass until the clock state changes; returns the leaps on the way. */
  int until(int clockState) {
    int leaps = 0;
    for (int i = 0; state.clockState() != clockState; i++) {
      if (i > 3 * 86_400) {
        throw new AssertionError("state " + clockState + " not reached in three days: " + state);
      }
      leaps += second();
    }
    return leaps;
  }

  long nanosOff() {
    return Math.round(errorSeconds * 1e9);
  }
}
