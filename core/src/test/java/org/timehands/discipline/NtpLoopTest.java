package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timeline.Segment;

/**
 * 3-06: Semantics 2.6 rates, slews and loops; 4.1 adjtick, change_skew, freq-step, in virtual time.
 */
class NtpLoopTest {
  private static final long PPM = 1 << 16;
  private static final long PPT_PER_PPM = 1_000_000;
  private static final int[] HZ = {1, 100, 250, 300, 1000};

  /** adjtick: -10 % to +10 % in steps of 1 %; ours is exact but for the interval's last place. */
  private static void adjtick(Ntp ntp, long scale) {
    Virtual clock = new Virtual(ntp);
    for (long tick = 9000; tick <= 11_000; tick += 100) {
      clock.adjust(ADJ_TICK, tick);
      long ppt = (tick - 10_000) * 100 * PPT_PER_PPM * scale;
      assertEquals(ppt, ntp.ratePpt(clock.state), 1.0, "at once");
      clock.second();
      assertEquals(ppt, ntp.ratePpt(clock.state), 1.0, "and on");
      assertEquals(tick, clock.timex.tick);
    }
  }

  @Test
  void adjtick() {
    for (int hz : HZ) {
      adjtick(Ntp.real(hz), 1);
    }
    assertThrows(AssertionError.class, () -> adjtick(Ntp.real(1000), 2), "planted");
  }

  /** change_skew: 0, +/-250, +/-500 ppm take hold at once, with any tick. */
  @Test
  void changeSkew() {
    for (int hz : HZ) {
      Virtual clock = new Virtual(Ntp.real(hz));
      for (long ppm : new long[] {0, 250, -250, 500, -500}) {
        clock.adjust(ADJ_FREQUENCY, ppm * PPM);
        assertEquals(ppm * PPT_PER_PPM, clock.ntp.ratePpt(clock.state), 1.0);
      }
    }
  }

  /** freq-step: 10, 640 and 40960 ppm by tick and frequency; under 0.02 ppm and 50 ns remain. */
  @Test
  void freqStep() {
    for (long ppm : new long[] {10, 640, 40_960, -10, -640, -40_960}) {
      Virtual clock = new Virtual();
      clock.quartz = 1 / (1 + ppm * 1e-6) - 1;
      clock.seconds(2);
      clock.timex.tick = 10_000 + Math.round(ppm / 100.0);
      clock.timex.freq = (ppm - (clock.timex.tick - 10_000) * 100) * PPM;
      clock.adjust(ADJ_TICK | ADJ_FREQUENCY);
      double before = clock.errorSeconds;
      clock.second();
      double first = clock.errorSeconds - before;
      clock.second();
      double second = clock.errorSeconds - before - first;
      assertEquals(0, first * 1e6, 0.02);
      assertEquals(0, second * 1e9, 50);
      assertEquals(first, second, 1e-12);
    }
  }

  /** At time constant 0 a quarter of the offset goes each second: 125 000 ppm (A3). */
  @Test
  void slewTakesItsShareEachSecond() {
    for (int constant = 0; constant <= 10; constant++) {
      Virtual clock = new Virtual();
      clock.feed(500_000_000, constant, STA_PLL | STA_FREQHOLD);
      long left = 500_000_000;
      for (int second = 0; second < 20; second++) {
        clock.second();
        long slewed = left >> (2 + constant);
        assertEquals(slewed * 1000, clock.ntp.ratePpt(clock.state), 3000.0);
        left -= slewed;
        clock.adjust(0);
        assertEquals(left, clock.timex.offset, 20.0);
      }
    }
  }

  /** The whole of a slew arrives, to the nanosecond and at any interval rate. */
  @Test
  void slewArrives() {
    for (int hz : HZ) {
      for (long nanos : new long[] {1_000_000, -1_000_000, 499_999_999, -7}) {
        Virtual clock = new Virtual(Ntp.real(hz));
        clock.feed(nanos, 0, STA_PLL | STA_FREQHOLD);
        clock.seconds(200);
        assertEquals(nanos, clock.nanosOff(), 1.0);
      }
    }
  }

  private static void singleshot(Ntp ntp) {
    Virtual clock = new Virtual(ntp);
    for (long micros : new long[] {1300, -1300, 500, -500, 1, -1}) {
      double begin = clock.errorSeconds;
      clock.adjust(ADJ_OFFSET_SINGLESHOT, micros);
      assertEquals(0, clock.timex.offset, "nothing was left before");
      long left = micros;
      while (left != 0) {
        clock.adjust(ADJ_OFFSET_SS_READ, 0);
        assertEquals(left, clock.timex.offset);
        clock.second();
        long part = Math.clamp(left, -500, 500);
        assertEquals(part * PPT_PER_PPM, ntp.ratePpt(clock.state), 1.0);
        left -= part;
      }
      clock.second();
      assertEquals(0, ntp.ratePpt(clock.state));
      assertEquals(micros * 1e-6, clock.errorSeconds - begin, 1e-9);
    }
  }

  @Test
  void singleshotAtMost500MicrosecondsASecond() {
    singleshot(Ntp.real(1000));
    singleshot(Ntp.real(250));
    Limits wrong = new Limits(500, 500_000_000, 16_000_000, 600, 10, 2, 2, 100_000, 10, 100_000);
    assertThrows(AssertionError.class, () -> singleshot(new Ntp(1000, false, wrong)));
  }

  @Test
  void singleshotAnswersWhatWasLeftAndReplacesIt() {
    Virtual clock = new Virtual();
    clock.adjust(ADJ_OFFSET_SINGLESHOT, 10_000);
    clock.second();
    clock.adjust(ADJ_OFFSET_SINGLESHOT, -77);
    assertEquals(9500, clock.timex.offset);
    clock.adjust(ADJ_OFFSET_SS_READ, 5);
    assertEquals(-77, clock.timex.offset);
    for (long edge : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
      clock.adjust(ADJ_OFFSET_SINGLESHOT, edge);
      clock.second();
      assertEquals(
          Long.signum(edge) * 500 * PPT_PER_PPM, clock.ntp.ratePpt(clock.state), 1.0);
    }
  }

  private static void errorGrows(Ntp ntp) {
    Virtual clock = new Virtual(ntp);
    clock.adjust(ADJ_MAXERROR | ADJ_ESTERROR, 0);
    clock.setStatus(STA_PLL);
    for (int second = 1; second <= 32_000; second++) {
      clock.second();
      assertEquals(500L * second, clock.state.maxErrorMicros());
    }
    assertEquals(TIME_OK, clock.adjust(0), "at 16 s it still holds");
    assertEquals(0, clock.timex.esterror);
    clock.second();
    assertEquals(TIME_ERROR, clock.adjust(0));
    assertEquals(STA_UNSYNC, clock.timex.status & STA_UNSYNC);
    assertEquals(16_000_000, clock.timex.maxerror);
  }

  @Test
  void maxErrorGrowsToSixteenSeconds() {
    errorGrows(Ntp.real(1000));
    Limits wrong = new Limits(501, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 100_000);
    assertThrows(AssertionError.class, () -> errorGrows(new Ntp(1000, false, wrong)));
  }

  /** A loop that is told its offset every 2^poll s; returns the error in ns after so many hours. */
  private static long capture(Ntp ntp, double quartz, int constant, int status, int hours) {
    Virtual clock = new Virtual(ntp);
    clock.errorSeconds = 0.1;
    clock.quartz = quartz;
    int poll = 1 << (constant + 4 - 2);
    for (int second = 0; second < hours * 3600; second++) {
      if (second % poll == 0) {
        clock.feed(-clock.nanosOff(), constant, status);
      }
      clock.second();
    }
    return Math.abs(clock.nanosOff());
  }

  /** PLL capture: 100 ms off and 40 ppm wrong, it settles below 1 us. */
  private static void pllCaptures(Ntp ntp) {
    assertTrue(capture(ntp, 40e-6, 0, STA_PLL, 1) < 1000);
    assertTrue(capture(ntp, -40e-6, 2, STA_PLL, 2) < 1000);
    assertTrue(capture(ntp, 40e-6, 4, STA_PLL, 12) < 1000);
  }

  @Test
  void pllCaptures() {
    pllCaptures(Ntp.real(1000));
    pllCaptures(Ntp.real(250));
    Limits slow = new Limits(500, 500_000_000, 16_000_000, 500, 10, 6, 2, 100_000, 10, 100_000);
    assertThrows(
        AssertionError.class, () -> pllCaptures(new Ntp(1000, false, slow)), "planted gain");
  }

  /** FLL from 256 s on when asked for, above 2048 s in any case; STA_MODE shows it. */
  @Test
  void fllTakesOverWithLongIntervals() {
    int[][] rows = {
      {255, STA_FLL, 0}, {256, STA_FLL, 1}, {256, 0, 0}, {2048, 0, 0}, {2049, 0, 1}
    };
    for (int[] row : rows) {
      Virtual clock = new Virtual();
      clock.feed(0, 10, STA_PLL);
      clock.utcSecond += row[0];
      long nanos = 1_000_000;
      clock.feed(nanos, 10, STA_PLL | row[1]);
      boolean isFll = row[2] == 1;
      assertEquals(isFll ? STA_MODE : 0, clock.timex.status & STA_MODE);
      double pll = nanos * row[0] / Math.pow(2, 28) * 65.536;
      double fll = isFll ? nanos / 4.0 / row[0] * 65.536 : 0;
      assertEquals(pll + fll, clock.timex.freq, 2);
    }
  }

  @Test
  void pllGainIsBoundedByTheConstant() {
    for (int constant = 0; constant <= 5; constant++) {
      Virtual clock = new Virtual();
      clock.feed(0, constant, STA_PLL);
      clock.utcSecond += 200;
      clock.feed(100_000, constant, STA_PLL);
      long seconds = Math.min(200, 1 << (3 + constant));
      double expected = 100_000.0 * seconds / Math.pow(2, 2 * (4 + constant)) * 65.536;
      assertEquals(Math.min(expected, 500 * PPM), clock.timex.freq, 2);
    }
  }

  @Test
  void frequencyIsHeldOnDemandAndWhenTimeWentBack() {
    Virtual clock = new Virtual();
    clock.feed(0, 0, STA_PLL);
    clock.utcSecond += 8;
    clock.feed(1_000_000, 0, STA_PLL | STA_FREQHOLD);
    assertEquals(0, clock.timex.freq);
    clock.utcSecond -= 1_000_000_000;
    clock.feed(1_000_000, 0, STA_PLL);
    assertEquals(0, clock.timex.freq);
    clock.utcSecond = Long.MIN_VALUE;
    clock.feed(0, 0, STA_PLL);
    clock.utcSecond = Long.MAX_VALUE;
    clock.feed(0, 0, STA_PLL);
    assertEquals(0, clock.timex.freq);
  }

  @Test
  void slopeIsExact() {
    Seeds.forEach(
        NtpLoopTest.class,
        2000,
        random -> {
          Virtual clock = new Virtual(Ntp.real(HZ[random.nextInt(HZ.length)]));
          clock.adjust(ADJ_TICK, random.nextLong(9000, 11_001));
          clock.adjust(ADJ_FREQUENCY, random.nextLong(-500 * PPM, 500 * PPM));
          Slope raw = new Slope(random.nextLong(1 << 20), random.nextLong());
          BigInteger nominal = BigInteger.valueOf(1_000_000_000L << 32);
          BigInteger gain = BigInteger.valueOf(clock.ntp.gainScaled(clock.state));
          BigInteger expected = raw.toBigInteger().multiply(gain.add(nominal)).divide(nominal);
          Segment line = new Segment();
          line.setRawRate(raw);
          long gained = clock.ntp.gainScaled(clock.state);
          line.steer(Ntp.gainPart(gained), gained > 0);
          BigInteger actual = Slope.of(line.rate()).toBigInteger();
          long off = actual.subtract(expected).longValueExact();
          assertTrue(Math.abs(off) <= raw.whole() + 2, () -> "off by " + off + " units");
        });
  }

  /** What no storm may break; the planted state has a clamp missing. */
  private static void isSane(Ntp ntp, NtpState state) {
    assertTrue(Math.abs(state.frequencyScaled) <= 500_000L << 32, state::toString);
    assertTrue(Math.abs(state.offsetScaled) <= (500_000_000L << 32) / ntp.hz, state::toString);
    assertEquals(Math.clamp(state.constant, 0, 10), state.constant);
    assertEquals(Math.clamp(state.maxErrorMicros(), 0, 16_000_000), state.maxErrorMicros());
    assertEquals(Math.clamp(state.taiOffsetSeconds(), -10, 100_010), state.taiOffsetSeconds());
    BigInteger length = BigInteger.valueOf(state.lengthScaled).multiply(BigInteger.valueOf(ntp.hz));
    assertEquals(length.longValueExact(), state.lengthScaled * ntp.hz);
    long ppt = ntp.ratePpt(state);
    assertTrue(Math.abs(ppt) <= 601_001 * PPT_PER_PPM, () -> "rate " + ppt + " of " + state);
  }

  private static long wild(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      case 3 -> random.nextLong(9000, 11_001);
      default -> random.nextLong() >> random.nextInt(64);
    };
  }

  private static void storm(Ntp ntp, SplittableRandom random) {
    Virtual clock = new Virtual(ntp);
    for (int i = 0; i < 300; i++) {
      long[] fields = new long[FIELDS];
      for (int field = 0; field < FIELDS; field++) {
        fields[field] = wild(random);
      }
      fields[0] &= random.nextBoolean() ? -1 : ~0x8000;
      fields[0] &= random.nextInt(3) == 0 ? -1 : ~ADJ_SETOFFSET;
      clock.timex.from(fields);
      clock.utcSecond += random.nextInt(4) == 0 ? random.nextLong(-5000, 5000) : 0;
      int result = clock.adjust(clock.timex.modes);
      assertTrue(result == -EINVAL || (result >= TIME_OK && result <= TIME_ERROR));
      isSane(ntp, clock.state);
      if (random.nextBoolean()) {
        ntp.pulse(clock.state, wild(random), wild(random));
      }
      clock.second();
      isSane(ntp, clock.state);
    }
  }

  @Test
  void stormsNeverOverflow() {
    Seeds.forEach(
        NtpLoopTest.class,
        300,
        random -> {
          int hz = HZ[random.nextInt(HZ.length)];
          storm(Ntp.real(hz), random);
        });
    Limits wrong =
        new Limits(600, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 100_000);
    Ntp planted = new Ntp(1000, false, wrong);
    SplittableRandom random = new SplittableRandom(1);
    assertThrows(AssertionError.class, () -> storm(planted, random), "planted");
  }

  @Test
  void copyIsIndependentAndComplete() {
    Seeds.forEach(
        NtpLoopTest.class,
        50,
        random -> {
          Ntp ntp = Ntp.real(1000);
          Virtual clock = new Virtual(ntp);
          clock.feed(random.nextLong(-500_000_000, 500_000_000), 1, STA_PLL | STA_PPSTIME);
          ntp.pulse(clock.state, 5, 1_000_000_000L);
          NtpState copy = clock.state.copy();
          String before = clock.state.toString();
          ntp.second(copy, clock.utcSecond + 1);
          ntp.pulse(copy, 9, 2_000_000_000L);
          assertEquals(before, clock.state.toString(), "the original is untouched");
          ntp.second(clock.state, clock.utcSecond + 1);
          ntp.pulse(clock.state, 9, 2_000_000_000L);
          Timex one = new Timex();
          Timex two = new Timex();
          assertEquals(
              ntp.adjtimex(copy, one, 1, 2, true), ntp.adjtimex(clock.state, two, 1, 2, true));
          assertEquals(one.toString(), two.toString());
          assertEquals(copy.toString(), clock.state.toString());
        });
  }
}
