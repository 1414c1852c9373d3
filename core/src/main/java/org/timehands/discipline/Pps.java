package org.timehands.discipline;

import static org.timehands.discipline.Timex.STA_FREQHOLD;
import static org.timehands.discipline.Timex.STA_PPSERROR;
import static org.timehands.discipline.Timex.STA_PPSFREQ;
import static org.timehands.discipline.Timex.STA_PPSJITTER;
import static org.timehands.discipline.Timex.STA_PPSSIGNAL;
import static org.timehands.discipline.Timex.STA_PPSTIME;
import static org.timehands.discipline.Timex.STA_PPSWANDER;

/**
 * Discipline by one pulse a second (RFC 1589 and Mills' nanokernel, with Linux's constants):
 * frequency from the unsteered clock over intervals of 4 to 256 s, phase from REALTIME.
 */
final class Pps {
  private static final int LONGEST_SHIFT = 8;

  /** Good or bad intervals in a row until the length changes. */
  private static final int ROW = 4;

  /** A pulse whose jitter exceeds the average times 2^this is a popcorn spike. */
  private static final int POPCORN_SHIFT = 4;

  /** Averages move by 2^-this of the difference. */
  private static final int AVERAGE_SHIFT = 2;

  private final Ntp ntp;

  Pps(Ntp ntp) {
    this.ntp = ntp;
  }

  /** Takes a pulse stamped by REALTIME's fraction and by the unsteered clock. */
  void pulse(NtpState state, long fractionNanos, long rawNanos) {
    PpsState pps = state.pps;
    state.status &= ~(STA_PPSJITTER | STA_PPSWANDER | STA_PPSERROR);
    state.status |= STA_PPSSIGNAL;
    pps.validSeconds = ntp.limits.pulseValidSeconds();
    if (!pps.begun) {
      begin(pps, rawNanos);
      return;
    }
    long length = rawNanos - pps.beginRawNanos;
    long fraction = centred(Math.floorMod(length, Scale.NANOS_PER_SECOND));
    long seconds = (length - fraction) / Scale.NANOS_PER_SECOND;
    long tolerance = ntp.limits.maxFrequencyPpm() * Scale.NANOS_PER_MICRO;
    if (length <= 0 || seconds == 0 || Math.abs(fraction) > tolerance * seconds) {
      state.status |= STA_PPSJITTER;
      begin(pps, rawNanos);
      return;
    }
    if (seconds >= (1L << pps.shift)) {
      pps.intervals++;
      begin(pps, rawNanos);
      frequency(state, seconds, fraction);
    }
    phase(state, -centred(fractionNanos));
  }

  private static void begin(PpsState pps, long rawNanos) {
    pps.begun = true;
    pps.beginRawNanos = rawNanos;
  }

  /** A fraction of a second in (-0.5 s, 0.5 s]. */
  private static long centred(long nanos) {
    return nanos > Scale.NANOS_PER_SECOND / 2 ? nanos - Scale.NANOS_PER_SECOND : nanos;
  }

  private void frequency(NtpState state, long seconds, long fractionNanos) {
    PpsState pps = state.pps;
    if (seconds > (2L << pps.shift)) {
      state.status |= STA_PPSERROR;
      pps.errorCount++;
      shorten(pps);
      return;
    }
    long found = (-fractionNanos << Scale.BITS) / seconds;
    long change = Math.abs(Scale.shrink(found - pps.frequencyScaled, Scale.BITS));
    pps.frequencyScaled = found;
    if (change > ntp.limits.wanderNanos()) {
      state.status |= STA_PPSWANDER;
      pps.wanderCount++;
      shorten(pps);
    } else {
      lengthen(pps);
    }
    long changePpm16 = (change << 16) / Scale.NANOS_PER_MICRO;
    pps.stability += (changePpm16 - pps.stability) >> AVERAGE_SHIFT;
    if ((state.status & (STA_PPSFREQ | STA_FREQHOLD)) == STA_PPSFREQ) {
      state.frequencyScaled = found;
      ntp.updateLength(state);
    }
  }

  private static void shorten(PpsState pps) {
    pps.row = Math.max(pps.row - 1, -ROW);
    if (pps.row == -ROW && pps.shift > PpsState.SHORTEST_SHIFT) {
      pps.shift--;
      pps.row = 0;
    }
  }

  private static void lengthen(PpsState pps) {
    pps.row = Math.min(pps.row + 1, ROW);
    if (pps.row == ROW && pps.shift < LONGEST_SHIFT) {
      pps.shift++;
      pps.row = 0;
    }
  }

  private void phase(NtpState state, long correctionNanos) {
    PpsState pps = state.pps;
    long[] stages = pps.phaseNanos;
    System.arraycopy(stages, 0, stages, 1, stages.length - 1);
    stages[0] = correctionNanos;
    long jitter = Math.abs(stages[0] - stages[1]);
    if (jitter > (pps.jitterNanos << POPCORN_SHIFT)) {
      state.status |= STA_PPSJITTER;
      pps.jitterCount++;
    } else if ((state.status & STA_PPSTIME) != 0) {
      state.offsetScaled = (correctionNanos << Scale.BITS) / ntp.hz;
      state.singleshotMicros = 0;
    }
    pps.jitterNanos += (jitter - pps.jitterNanos) >> AVERAGE_SHIFT;
  }

  /** Passes a second: without pulses the signal is lost in the end. */
  static void pass(NtpState state) {
    if (state.pps.validSeconds > 0) {
      state.pps.validSeconds--;
      return;
    }
    state.status &= ~(STA_PPSSIGNAL | STA_PPSJITTER | STA_PPSWANDER | STA_PPSERROR);
    state.pps.clear();
  }

  /** Whether what is asked of the pulses cannot be had. */
  static boolean isBad(int status) {
    boolean time = (status & STA_PPSTIME) != 0;
    boolean frequency = (status & STA_PPSFREQ) != 0;
    return ((time || frequency) && (status & STA_PPSSIGNAL) == 0)
        || (time && (status & STA_PPSJITTER) != 0)
        || (frequency && (status & (STA_PPSWANDER | STA_PPSERROR)) != 0);
  }

  static void fill(NtpState state, Timex timex) {
    PpsState pps = state.pps;
    timex.ppsfreq = Scale.toTimexFrequency(pps.frequencyScaled);
    timex.jitter = Scale.inUnit(pps.jitterNanos, state.status);
    timex.shift = pps.shift;
    timex.stabil = pps.stability;
    timex.jitcnt = pps.jitterCount;
    timex.calcnt = pps.intervals;
    timex.errcnt = pps.errorCount;
    timex.stbcnt = pps.wanderCount;
  }
}
