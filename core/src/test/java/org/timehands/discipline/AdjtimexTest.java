package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;

import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * 3-06: Semantics 2.6 order, clamps and errors; 4.1 valid-adjtimex, set-tai; 4.3 adjtimex01..03.
 */
class AdjtimexTest {
  private static final long PPM = 1 << 16;

  /* The 31 frequencies of valid-adjtimex, in ppm but for the one of -1000 units. */
  private static final long[] VALID =
      LongStream.concat(
              LongStream.of(-1000),
              LongStream.of(
                      499, 450, 400, 350, 300, 250, 200, 150, 100, 75, 50, 25, 10, 5, 1)
                  .flatMap(ppm -> LongStream.of(-ppm * PPM, ppm * PPM)))
          .toArray();

  private static void validAdjtimex(Ntp ntp) {
    Virtual clock = new Virtual(ntp);
    assertEquals(31, VALID.length);
    for (long freq : VALID) {
      assertTrue(clock.adjust(ADJ_FREQUENCY, freq) >= 0);
      clock.adjust(0);
      assertEquals(freq, clock.timex.freq);
    }
    for (long ppm : new long[] {-1000, -550, 550, 1000}) {
      assertTrue(clock.adjust(ADJ_FREQUENCY, ppm * PPM) >= 0);
      assertEquals(Long.signum(ppm) * 500 * PPM, clock.timex.freq);
    }
    for (long freq : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertEquals(-EINVAL, clock.adjust(ADJ_FREQUENCY, freq));
    }
  }

  @Test
  void validAdjtimexFrequencies() {
    validAdjtimex(Ntp.real(Ntp.DEFAULT_HZ));
    validAdjtimex(Ntp.real(1));
    validAdjtimex(Ntp.auxiliary(250));
  }

  @Test
  void planted600PpmIsCaught() {
    Limits wrong = new Limits(600, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 100_000);
    assertThrows(AssertionError.class, () -> validAdjtimex(new Ntp(1000, false, wrong)));
  }

  @Test
  void frequencyEdgesAreExact() {
    Virtual clock = new Virtual();
    long edge = Long.MAX_VALUE / 65_536_000;
    assertTrue(clock.adjust(ADJ_FREQUENCY, edge) >= 0);
    assertEquals(500 * PPM, clock.timex.freq);
    assertEquals(-EINVAL, clock.adjust(ADJ_FREQUENCY, edge + 1));
    assertTrue(clock.adjust(ADJ_FREQUENCY, -edge) >= 0);
    assertEquals(-500 * PPM, clock.timex.freq);
    assertEquals(-EINVAL, clock.adjust(ADJ_FREQUENCY, -edge - 1));
  }

  private static int step(Ntp ntp, long seconds, long rest, int unit) {
    Timex timex = new Timex();
    timex.modes = ADJ_SETOFFSET | unit;
    timex.timeSec = seconds;
    timex.timeUsec = rest;
    return ntp.validate(timex, true);
  }

  @Test
  void validAdjtimexSteps() {
    Ntp ntp = Ntp.real(Ntp.DEFAULT_HZ);
    for (int unit : new int[] {ADJ_NANO, 0}) {
      long second = unit == 0 ? 1_000_000 : 1_000_000_000;
      long[] offsets = {
        second - 1, 1 - second, -second - 1, 5 * second, -5 * second, 5 * second + second / 2,
        -5 * second - second / 2
      };
      for (long offset : offsets) {
        long whole = Math.floorDiv(offset, second);
        long rest = Math.floorMod(offset, second);
        assertEquals(0, step(ntp, whole, rest, unit));
        Timex timex = new Timex();
        timex.modes = ADJ_SETOFFSET | unit;
        timex.timeSec = whole;
        timex.timeUsec = rest;
        assertEquals(offset * (1_000_000_000 / second), Ntp.stepNanos(timex));
      }
      for (long rest : new long[] {-1, 2 * second, second, -second}) {
        assertEquals(-EINVAL, step(ntp, 0, rest, unit));
      }
      assertEquals(-EINVAL, step(ntp, Long.MAX_VALUE, 0, unit));
      assertEquals(-EINVAL, step(ntp, Long.MIN_VALUE, 0, unit));
    }
  }

  @Test
  void stepClears() {
    Virtual clock = new Virtual();
    clock.feed(100_000_000, 0, STA_PLL);
    clock.second();
    assertNotEquals(0, clock.ntp.gainScaled(clock.state));
    clock.timex.timeSec = 1;
    clock.timex.timeUsec = 0;
    assertEquals(TIME_ERROR, clock.adjust(ADJ_SETOFFSET));
    assertEquals(0, clock.timex.offset);
    assertEquals(16_000_000, clock.timex.maxerror);
    assertEquals(16_000_000, clock.timex.esterror);
    assertEquals(STA_UNSYNC, clock.timex.status & STA_UNSYNC);
  }

  /** adjtimex01: each mode is accepted, and adjtimex(0) shows it. */
  @Test
  void everyModeIsAccepted() {
    Virtual clock = new Virtual();
    mode(clock, ADJ_STATUS, STA_PLL, t -> assertEquals(STA_PLL, t.status));
    mode(clock, ADJ_NANO, 0, t -> assertEquals(STA_NANO | STA_PLL, t.status));
    mode(clock, ADJ_OFFSET, 1234, t -> assertEquals(1234, t.offset, 1));
    mode(clock, ADJ_FREQUENCY, 1234, t -> assertEquals(1234, t.freq));
    mode(clock, ADJ_MAXERROR, 1234, t -> assertEquals(1234, t.maxerror));
    mode(clock, ADJ_ESTERROR, 1234, t -> assertEquals(1234, t.esterror));
    mode(clock, ADJ_TIMECONST, 7, t -> assertEquals(7, t.constant));
    mode(clock, ADJ_TICK, 10_500, t -> assertEquals(10_500, t.tick));
    mode(clock, ADJ_TAI, 37, t -> assertEquals(37, t.tai));
    mode(clock, ADJ_MICRO, 0, t -> assertEquals(STA_PLL, t.status));
    mode(clock, ADJ_OFFSET_SINGLESHOT, 1234, t -> {});
    mode(clock, ADJ_OFFSET_SS_READ, 0, t -> {});
    assertEquals(1, clock.timex.precision);
    assertEquals(500 * PPM, clock.timex.tolerance);
  }

  private static void mode(Virtual clock, int mode, long value, Consumer<Timex> shown) {
    assertTrue(clock.adjust(mode, value) >= 0, () -> "mode " + Integer.toHexString(mode));
    clock.adjust(0);
    shown.accept(clock.timex);
  }

  @Test
  void orderIsStatusThenUnitThenConstantThenOffset() {
    Virtual clock = new Virtual();
    clock.feed(1000, 3, STA_PLL); // all at once: PLL and NANO hold for OFFSET and TIMECONST
    assertEquals(1000, clock.timex.offset, 1.0);
    assertEquals(3, clock.timex.constant);
    clock.timex.constant = 3;
    clock.timex.offset = 1000;
    clock.adjust(ADJ_NANO | ADJ_MICRO | ADJ_TIMECONST | ADJ_OFFSET); // MICRO is later
    assertEquals(0, clock.timex.status & STA_NANO);
    assertEquals(7, clock.timex.constant);
    assertEquals(1000, clock.timex.offset, 1.0);
    clock.adjust(ADJ_NANO);
    assertEquals(1_000_000, clock.timex.offset, 1.0);
  }

  private static void clamps(Ntp ntp) {
    Virtual clock = new Virtual(ntp);
    clock.adjust(ADJ_NANO);
    clock.setStatus(STA_PLL);
    long[] wild = {Long.MIN_VALUE, -1, 0, 5, 10, 11, 16_000_001, 500_000_001, Long.MAX_VALUE};
    for (long value : wild) {
      clock.adjust(ADJ_MAXERROR | ADJ_ESTERROR, value);
      assertEquals(Math.clamp(value, 0, 16_000_000), clock.timex.maxerror);
      assertEquals(Math.clamp(value, 0, 16_000_000), clock.timex.esterror);
      clock.adjust(ADJ_TIMECONST, value);
      assertEquals(Math.clamp(value, 0, 10), clock.timex.constant);
      clock.adjust(ADJ_OFFSET, value);
      assertEquals(Math.clamp(value, -500_000_000, 500_000_000), clock.timex.offset, 1.0);
    }
    clock.adjust(ADJ_MICRO);
    for (long value : wild) {
      clock.adjust(ADJ_TIMECONST, value);
      assertEquals(Math.min(10, Math.clamp(value, 0, 10) + 4), clock.timex.constant);
      clock.adjust(ADJ_OFFSET, value);
      assertEquals(Math.clamp(value, -500_000, 500_000), clock.timex.offset, 1.0);
    }
  }

  @Test
  void valuesAreClamped() {
    clamps(Ntp.real(Ntp.DEFAULT_HZ));
    clamps(Ntp.real(1));
  }

  @Test
  void plantedClampsAreCaught() {
    Limits[] wrong = {
      new Limits(500, 600_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 100_000),
      new Limits(500, 500_000_000, 17_000_000, 500, 10, 2, 2, 100_000, 10, 100_000),
      new Limits(500, 500_000_000, 16_000_000, 500, 11, 2, 2, 100_000, 10, 100_000),
    };
    for (Limits each : wrong) {
      assertThrows(AssertionError.class, () -> clamps(new Ntp(1000, false, each)), each::toString);
    }
  }

  /** adjtimex02, clock_adjtime02: tick, frequency, modes; validity is judged before privilege. */
  @Test
  void refusals() {
    Virtual clock = new Virtual();
    NtpState before = clock.state.copy();
    for (long tick : new long[] {8999, 11_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertEquals(-EINVAL, clock.adjust(ADJ_TICK, tick));
      assertEquals(-EINVAL, clock.ntp.adjtimex(clock.state, clock.timex, 0, 0, false));
    }
    assertEquals(-EINVAL, clock.adjust(0x8000), "adjtimex03: not singleshot");
    assertEquals(-EINVAL, clock.adjust(0xa000));
    assertEquals(before.toString(), clock.state.toString(), "a refusal changes nothing");
    clock.timex.tick = 10_000;
    clock.timex.freq = 0;
    int[] needPrivilege = {
      ADJ_OFFSET, ADJ_FREQUENCY, ADJ_MAXERROR, ADJ_ESTERROR, ADJ_STATUS, ADJ_TIMECONST, ADJ_TAI,
      ADJ_SETOFFSET, ADJ_MICRO, ADJ_NANO, ADJ_TICK, ADJ_OFFSET_SINGLESHOT,
      ADJ_OFFSET_SS_READ | ADJ_SETOFFSET
    };
    for (int modes : needPrivilege) {
      clock.timex.modes = modes;
      assertEquals(-EPERM, clock.ntp.adjtimex(clock.state, clock.timex, 0, 0, false));
    }
    for (int modes : new int[] {0, ADJ_OFFSET_SS_READ}) {
      clock.timex.modes = modes;
      assertTrue(clock.ntp.adjtimex(clock.state, clock.timex, 0, 0, false) >= 0);
    }
  }

  /** What a Linux that was never told anything answers; its TAI-UTC and PPS values are 0. */
  @Test
  void freshStateIsThatOfAFreshLinux() {
    Virtual clock = new Virtual();
    long[] expected = {
      0, 0, 0, 16_000_000, 16_000_000, STA_UNSYNC, 2, 1, 32_768_000, clock.utcSecond, 454_323,
      10_000, 0, 0, 2, 0, 0, 0, 0, 0, 0
    };
    int state = clock.ntp.adjtimex(clock.state, clock.timex, clock.utcSecond, 454_323_999, false);
    assertEquals(TIME_ERROR, state);
    long[] actual = new long[FIELDS];
    clock.timex.to(actual);
    assertArrayEquals(expected, actual);
  }

  /** 6.18 looks at no other mode beside adjtime(3)'s, though it does check their values. */
  @Test
  void modesBesideAdjtimeAreIgnored() {
    Virtual clock = new Virtual();
    assertEquals(TIME_ERROR, clock.adjust(ADJ_OFFSET_SINGLESHOT | ADJ_FREQUENCY | ADJ_TICK, 77));
    assertEquals(0, clock.timex.freq);
    assertEquals(10_000, clock.timex.tick);
    clock.adjust(ADJ_OFFSET_SS_READ, 0);
    assertEquals(77, clock.timex.offset);
    int modes = ADJ_OFFSET_SINGLESHOT | ADJ_FREQUENCY;
    assertEquals(-EINVAL, clock.adjust(modes, Long.MAX_VALUE));
  }

  /** adjtimex03: of what is refused nothing is written, so nothing can leak. */
  @Test
  void refusedTimexStaysAsItWas() {
    Virtual clock = new Virtual();
    long[] fields = LongStream.range(100, 100 + FIELDS).toArray();
    fields[0] = 0x8000;
    clock.timex.from(fields);
    assertEquals(-EINVAL, clock.ntp.adjtimex(clock.state, clock.timex, 0, 0, true));
    long[] after = new long[FIELDS];
    clock.timex.to(after);
    assertArrayEquals(fields, after);
  }

  @Test
  void setTai() {
    Virtual clock = new Virtual();
    for (int tai = 1; tai <= 60; tai++) {
      clock.adjust(ADJ_TAI, tai);
      clock.adjust(0);
      assertEquals(tai, clock.timex.tai);
    }
    for (long ignored : new long[] {-1, 100_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertTrue(clock.adjust(ADJ_TAI, ignored) >= 0);
      assertEquals(60, clock.timex.tai);
    }
    clock.adjust(ADJ_TAI, 100_000);
    assertEquals(100_000, clock.timex.tai);
    clock.adjust(ADJ_TAI, 0);
    assertEquals(0, clock.timex.tai);
  }

  @Test
  void readOnlyBitsCannotBeSet() {
    Virtual clock = new Virtual();
    clock.adjust(ADJ_NANO);
    clock.setStatus(STA_RONLY);
    assertEquals(STA_NANO, clock.timex.status);
    clock.setStatus(STA_PLL);
    assertEquals(STA_NANO | STA_PLL, clock.timex.status);
    clock.setStatus(0);
    assertEquals(0, clock.timex.status, "leaving the loop takes NANO back, too");
    assertEquals(0, clock.timex.status & STA_UNSYNC);
  }

  @Test
  void stateTellsErrors() {
    Virtual clock = new Virtual();
    assertEquals(TIME_ERROR, clock.adjust(0), "fresh clocks are not synchronized");
    assertEquals(TIME_OK, clock.setStatus(STA_PLL));
    assertEquals(TIME_ERROR, clock.setStatus(STA_PLL | STA_PPSFREQ), "no pulses");
    assertEquals(TIME_ERROR, clock.setStatus(STA_PLL | STA_PPSTIME), "no pulses");
    assertEquals(TIME_ERROR, clock.setStatus(STA_PLL | STA_UNSYNC));
    assertEquals(TIME_OK, clock.setStatus(STA_PLL));
  }

  @Test
  void offsetNeedsTheLoop() {
    Virtual clock = new Virtual();
    clock.setStatus(0);
    clock.adjust(ADJ_OFFSET, 1000);
    assertEquals(0, clock.timex.offset);
  }

  @Test
  void auxiliaryClocksRefuseLeapsTaiAndPulses() {
    Virtual clock = new Virtual(Ntp.auxiliary(1000));
    for (int status : new int[] {STA_INS, STA_DEL, STA_PPSFREQ, STA_PPSTIME}) {
      assertEquals(-EINVAL, clock.setStatus(status));
    }
    clock.timex.status = 0;
    assertEquals(-EINVAL, clock.adjust(ADJ_TAI, 37));
    assertEquals(TIME_OK, clock.setStatus(STA_PLL));
    assertThrows(UnsupportedOperationException.class, () -> clock.ntp.pulse(clock.state, 0, 0));
  }

  @Test
  void timexKeepsStructOrder() {
    long[] fields = LongStream.rangeClosed(1, FIELDS).toArray();
    Timex timex = new Timex().from(fields);
    assertEquals(1, timex.modes);
    assertEquals(6, timex.status);
    assertEquals(10, timex.timeSec);
    assertEquals(12, timex.tick);
    assertEquals(15, timex.shift);
    assertEquals(21, timex.tai);
    long[] out = new long[FIELDS];
    timex.to(out);
    assertArrayEquals(fields, out);
    assertThrows(IllegalArgumentException.class, () -> timex.to(new long[20]));
    assertThrows(IllegalArgumentException.class, () -> Ntp.real(0));
  }
}
