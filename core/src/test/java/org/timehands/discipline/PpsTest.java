package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.timehands.discipline.Timex.*;

import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** 3-06: Semantics 2.6, hardpps: jitter, wander, intervals, popcorn, lost signal. */
class PpsTest {
  private static final long SECOND = 1_000_000_000L;

  /** A clock under pulses; the raw clock gains so many nanoseconds a true second. */
  private static final class Pulsed {
    final Virtual clock;
    long rawNanos = 5 * SECOND;
    long gainNanos;

    Pulsed(Ntp ntp) {
      clock = new Virtual(ntp);
      clock.adjust(ADJ_NANO);
    }

    Pulsed() {
      this(Ntp.real(1000));
    }

    /** A true second passes, then comes a pulse that REALTIME sees late by so much. */
    void pulse(long phaseNanos) {
      rawNanos += SECOND + gainNanos;
      clock.second();
      clock.ntp.pulse(clock.state, clock.utcSecond * SECOND + phaseNanos, rawNanos);
      clock.adjust(0);
    }

    void pulses(int count) {
      for (int i = 0; i < count; i++) {
        pulse(0);
      }
    }

    Timex timex() {
      return clock.timex;
    }

    int flags() {
      return timex().status & (STA_PPSSIGNAL | STA_PPSJITTER | STA_PPSWANDER | STA_PPSERROR);
    }
  }

  @Test
  void frequencyIsLearntFromTheRawClock() {
    for (long gain : new long[] {0, 1, 20_000, -20_000, 99_000}) {
      Pulsed pulsed = new Pulsed();
      pulsed.gainNanos = gain;
      pulsed.clock.quartz = gain * 1e-9;
      pulsed.clock.setStatus(STA_PLL | STA_PPSFREQ);
      pulsed.pulses(5);
      assertEquals(STA_PPSSIGNAL, pulsed.flags());
      assertEquals(-gain * 65.536, pulsed.timex().ppsfreq, 1);
      assertEquals(-gain * 65.536, pulsed.timex().freq, 1);
      assertEquals(-gain * 1000, pulsed.clock.ntp.ratePpt(pulsed.clock.state), 2.0);
    }
  }

  @Test
  void frequencyIsHeldOrOnlyShown() {
    for (int status : new int[] {STA_PLL, STA_PLL | STA_PPSFREQ | STA_FREQHOLD}) {
      Pulsed pulsed = new Pulsed();
      pulsed.gainNanos = 20_000;
      pulsed.clock.setStatus(status);
      pulsed.pulses(5);
      assertEquals(-20_000 * 65.536, pulsed.timex().ppsfreq, 1);
      assertEquals(0, pulsed.timex().freq);
    }
  }

  private static void intervals(Ntp ntp) {
    Pulsed pulsed = new Pulsed(ntp);
    pulsed.pulse(0);
    int length = 4;
    for (int shift = 2; shift < 8; shift++) {
      assertEquals(shift, pulsed.timex().shift);
      pulsed.pulses(4 * length);
      length *= 2;
    }
    assertEquals(8, pulsed.timex().shift);
    assertEquals(24, pulsed.timex().calcnt);
    pulsed.pulses(8 * 256);
    assertEquals(8, pulsed.timex().shift, "256 s is the longest");
    // Four intervals each far from the one before: wander, and half the length.
    for (int i = 0; i < 4; i++) {
      pulsed.gainNanos = i % 2 == 0 ? 200_000 : -200_000;
      pulsed.pulses(256);
      assertEquals(STA_PPSSIGNAL | STA_PPSWANDER, pulsed.flags());
    }
    // From four good ones in a row it took eight bad ones to come to four bad in a row.
    for (int i = 0; i < 4; i++) {
      pulsed.gainNanos = i % 2 == 0 ? 200_000 : -200_000;
      pulsed.pulses(256);
    }
    assertEquals(7, pulsed.timex().shift);
    assertEquals(8, pulsed.timex().stbcnt);
    assertEquals(TIME_ERROR, pulsed.clock.setStatus(STA_PLL | STA_PPSFREQ));
  }

  @Test
  void intervalsGrowAndShrink() {
    intervals(Ntp.real(1000));
  }

  @Test
  void plantedWanderLimitIsCaught() {
    Limits wrong =
        new Limits(500, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 1_000_000);
    assertThrows(AssertionError.class, () -> intervals(new Ntp(1000, false, wrong)));
  }

  @Test
  void badPulsesAreJitter() {
    Pulsed pulsed = new Pulsed();
    pulsed.pulses(3);
    pulsed.gainNanos = 1_500_001; // third second of the interval: more than 1.5 ms is too much
    pulsed.pulse(0);
    assertEquals(STA_PPSSIGNAL | STA_PPSJITTER, pulsed.flags());
    pulsed.gainNanos = -SECOND + 100; // again, within the interval's first second
    pulsed.pulse(0);
    assertEquals(STA_PPSSIGNAL | STA_PPSJITTER, pulsed.flags());
    pulsed.gainNanos = 0;
    pulsed.pulse(0);
    assertEquals(STA_PPSSIGNAL, pulsed.flags(), "the interval began anew");
    pulsed.gainNanos = -10 * SECOND; // the raw clock began anew
    pulsed.pulse(0);
    assertEquals(STA_PPSSIGNAL | STA_PPSJITTER, pulsed.flags());
  }

  @Test
  void toleranceIs500MicrosecondsEachSecond() {
    for (long[] gainAndFlag : new long[][] {{500_000, 0}, {500_001, STA_PPSJITTER}}) {
      Pulsed pulsed = new Pulsed();
      pulsed.pulse(0);
      pulsed.gainNanos = gainAndFlag[0];
      pulsed.pulse(0);
      assertEquals(STA_PPSSIGNAL | gainAndFlag[1], pulsed.flags());
    }
  }

  @Test
  void longGapsAreErrors() {
    Pulsed pulsed = new Pulsed();
    pulsed.pulses(2);
    pulsed.rawNanos += 8 * SECOND;
    pulsed.pulse(0);
    assertEquals(STA_PPSSIGNAL | STA_PPSERROR, pulsed.flags());
    assertEquals(1, pulsed.timex().errcnt);
  }

  @Test
  void phaseIsSlewedWithinOneSecond() {
    Pulsed pulsed = new Pulsed();
    pulsed.clock.setStatus(STA_PLL | STA_PPSTIME);
    for (int i = 0; i < 50; i++) {
      pulsed.pulse(i % 2 == 0 ? 1000 : -1000);
    }
    long phase = 1500;
    pulsed.pulse(phase);
    assertEquals(-phase, pulsed.timex().offset, 1.0);
    pulsed.clock.second();
    assertEquals(-phase * 1000, pulsed.clock.ntp.ratePpt(pulsed.clock.state), 2000.0);
    assertEquals(0, pulsed.clock.state.offsetScaled);
  }

  @Test
  void popcornIsDropped() {
    Pulsed pulsed = new Pulsed();
    pulsed.clock.setStatus(STA_PLL | STA_PPSTIME);
    for (int i = 0; i < 50; i++) {
      pulsed.pulse(i % 2 == 0 ? 1000 : -1000);
    }
    long average = pulsed.timex().jitter;
    assertEquals(2000, average, 10.0);
    long before = pulsed.timex().jitcnt;
    pulsed.pulse(17 * 2000);
    assertEquals(STA_PPSSIGNAL | STA_PPSJITTER, pulsed.flags());
    assertEquals(before + 1, pulsed.timex().jitcnt);
    assertEquals(0, pulsed.timex().offset);
    assertEquals(TIME_ERROR, pulsed.clock.setStatus(STA_PLL | STA_PPSTIME));
  }

  private static void lost(Ntp ntp) {
    Pulsed pulsed = new Pulsed(ntp);
    pulsed.clock.setStatus(STA_PLL);
    pulsed.pulses(5);
    pulsed.clock.seconds(10);
    pulsed.clock.adjust(0);
    assertEquals(STA_PPSSIGNAL, pulsed.flags());
    pulsed.clock.second();
    pulsed.clock.adjust(0);
    assertEquals(0, pulsed.flags());
    assertEquals(2, pulsed.timex().shift);
    assertEquals(0, pulsed.timex().ppsfreq);
  }

  @Test
  void signalIsLostAfterTenSeconds() {
    lost(Ntp.real(1000));
    Limits wrong = new Limits(500, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 9, 100_000);
    assertThrows(AssertionError.class, () -> lost(new Ntp(1000, false, wrong)));
  }

  /** Any pulses: what is learnt stays within the limits. */
  @Test
  void wildPulsesStayWithinLimits() {
    Seeds.forEach(
        PpsTest.class,
        300,
        random -> {
          Pulsed pulsed = new Pulsed();
          pulsed.clock.setStatus(STA_PLL | STA_PPSFREQ | STA_PPSTIME);
          for (int i = 0; i < 200; i++) {
            pulsed.gainNanos = random.nextInt(8) == 0 ? random.nextLong() >> 8
                : random.nextLong(-600_000, 600_000);
            pulsed.pulse(random.nextLong() >> random.nextInt(64));
            long limit = 500L << 16;
            assertEquals(0, Math.abs(pulsed.timex().ppsfreq) / (limit + 1));
            assertEquals(0, Math.abs(pulsed.timex().freq) / (limit + 1));
            assertEquals(0, Math.abs(pulsed.timex().offset) / 500_000_001);
            assertEquals(Math.clamp(pulsed.timex().shift, 2, 8), pulsed.timex().shift);
          }
        });
  }
}
