package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.posix.PosixNumbers.EINVAL;
import static org.timehands.posix.PosixNumbers.EPERM;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.discipline.Timex;
import org.timehands.posix.PosixTime;

/** Semantics 4.3, LTP adjtimex and clock_adjtime. */
class LtpAdjtimexTest {
  private static final int USED = -77;

  private final Lab lab = new Lab();

  private PosixTime unprivileged() {
    return lab.unprivileged();
  }

  private static long[] fields(int modes) {
    long[] fields = new long[Timex.FIELDS];
    fields[0] = modes;
    fields[11] = 10_000;
    return fields;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, ADJ_OFFSET, ADJ_FREQUENCY, ADJ_MAXERROR, ADJ_ESTERROR, ADJ_STATUS, ADJ_TIMECONST,
        ADJ_TICK, ADJ_OFFSET_SINGLESHOT, ADJ_OFFSET_SS_READ, ADJ_TAI, ADJ_MICRO, ADJ_NANO,
        ADJ_OFFSET | ADJ_FREQUENCY | ADJ_MAXERROR | ADJ_ESTERROR | ADJ_STATUS | ADJ_TIMECONST
            | ADJ_TICK
      })
  @DisplayName("adjtimex01")
  void allModes(int modes) {
    int state = lab.posix.clockAdjTime(CLOCK_REALTIME, fields(modes));
    assertTrue(state >= TIME_OK && state <= TIME_ERROR, "state " + state);
  }

  @Test
  @DisplayName("adjtimex02")
  void adjtimexErrors() {
    assertEquals(-EFAULT, lab.posix.clockAdjTime(CLOCK_REALTIME, null));
    assertEquals(-EFAULT, lab.posix.clockAdjTime(CLOCK_REALTIME, new long[Timex.FIELDS - 1]));
    for (int clock : new int[] {CLOCK_MONOTONIC, CLOCK_AUX, 99, -1}) {
      assertEquals(-EFAULT, lab.posix.clockAdjTime(clock, null), "copied in before all else");
    }
    for (long tick : new long[] {8999, 11_001, -1, Long.MAX_VALUE}) {
      long[] bad = fields(ADJ_TICK);
      bad[11] = tick;
      assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_REALTIME, bad), "tick " + tick);
      assertEquals(
          -EINVAL, unprivileged().clockAdjTime(CLOCK_REALTIME, bad), "before the privilege");
    }
    assertEquals(-EPERM, unprivileged().clockAdjTime(CLOCK_REALTIME, fields(ADJ_TICK)));
    assertTrue(unprivileged().clockAdjTime(CLOCK_REALTIME, fields(0)) >= 0);
    assertTrue(unprivileged().clockAdjTime(CLOCK_REALTIME, fields(ADJ_OFFSET_SS_READ)) >= 0);
  }

  /** CVE-2018-11508: what is refused is not written to. */
  @Test
  @DisplayName("adjtimex03")
  void refusalsLeakNothing() {
    long[] bad = LongStream.generate(() -> USED).limit(30).toArray();
    bad[0] = 0x8000;
    long[] before = bad.clone();
    assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_REALTIME, bad));
    assertArrayEquals(before, bad);
    long[] good = LongStream.generate(() -> USED).limit(30).toArray();
    good[0] = 0;
    assertTrue(lab.posix.clockAdjTime(CLOCK_REALTIME, good) >= 0);
    assertTrue(Arrays.stream(good, 1, Timex.FIELDS).noneMatch(each -> each == USED));
    assertTrue(
        Arrays.stream(good, Timex.FIELDS, 30).allMatch(each -> each == USED),
        "nothing behind the structure");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 10000, 16385", "2, 2, 6553600, 0", "4, 3, 50000, 0", "8, 4, 60000, 0",
    "32, 6, 4, 8192", "16384, 11, 10500, 0", "16384, 11, 9500, 0"
  })
  @DisplayName("clock_adjtime01")
  void setAndReadBack(int mode, int field, long value, int status) {
    long[] prepare = fields(ADJ_STATUS | ADJ_NANO);
    prepare[5] = status & 0xff;
    assertTrue(lab.posix.clockAdjTime(CLOCK_REALTIME, prepare) >= 0);
    long[] set = fields(mode);
    set[field] = value;
    assertTrue(lab.posix.clockAdjTime(CLOCK_REALTIME, set) >= 0);
    long[] got = fields(0);
    assertTrue(lab.posix.clockAdjTime(CLOCK_REALTIME, got) >= 0);
    // What is left to slew is told in whole parts of an interval.
    Lab.near(value, got[field], field == 1 ? 1 : 0, "field " + field);
  }

  /** Status, units, TAI and steps have answers of their own. */
  @Test
  @DisplayName("clock_adjtime01: status, units, TAI, singleshot")
  void otherModesReadBack() {
    lab.timex.status = STA_PLL | STA_FREQHOLD;
    lab.adjust(ADJ_STATUS);
    lab.readTimex();
    assertEquals(STA_PLL | STA_FREQHOLD, lab.timex.status & ~STA_RONLY & ~STA_UNSYNC);
    lab.adjust(ADJ_NANO);
    assertTrue((lab.timex.status & STA_NANO) != 0);
    lab.adjust(ADJ_MICRO);
    assertEquals(0, lab.timex.status & STA_NANO);
    lab.timex.constant = 36;
    lab.adjust(ADJ_TAI);
    lab.readTimex();
    assertEquals(36, lab.timex.tai);
    lab.timex.offset = 2000;
    lab.adjust(ADJ_OFFSET_SINGLESHOT);
    lab.adjust(ADJ_OFFSET_SS_READ);
    assertEquals(2000, lab.timex.offset);
    lab.sleep(2);
    lab.adjust(ADJ_OFFSET_SS_READ);
    assertEquals(1000, lab.timex.offset, "500 us a second");
  }

  @Test
  @DisplayName("clock_adjtime02")
  void clockAdjtimeErrors() {
    for (int clock : new int[] {-1, 10, 12, 15, 24, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(-EINVAL, lab.posix.clockAdjTime(clock, fields(0)), "clock " + clock);
    }
    for (int clock : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 11}) {
      assertEquals(-EOPNOTSUPP, lab.posix.clockAdjTime(clock, fields(0)), "clock " + clock);
    }
    assertEquals(-EFAULT, lab.posix.clockAdjTime(CLOCK_REALTIME, null));
    long[] low = fields(ADJ_TICK);
    low[11] = 900_000 / 100 - 1;
    assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_REALTIME, low));
    long[] high = fields(ADJ_TICK);
    high[11] = 1_100_000 / 100 + 1;
    assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_REALTIME, high));
    for (int mode : new int[] {ADJ_STATUS, ADJ_OFFSET_SINGLESHOT, ADJ_SETOFFSET, ADJ_TAI}) {
      assertEquals(-EPERM, unprivileged().clockAdjTime(CLOCK_REALTIME, fields(mode)));
    }
  }
}
