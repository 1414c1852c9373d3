package org.timehands.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Semantics 4.2, KUnit time_test: the civil conversion against java.time. */
class CivilTimeTest {
  private static final long DAY = 86_400;

  /** Days in 160 000 years, half of them before 1970: what KUnit's test goes through. */
  private static final long DAYS = 160_000L / 400 * 146_097;

  /** Whether what was broken down is a day of java.time; {@code off} plants a fault. */
  private static boolean agrees(long day, int[] tm, int off) {
    LocalDate date = LocalDate.ofEpochDay(day + off);
    return tm[CivilTime.YEAR] + 1900L == date.getYear()
        && tm[CivilTime.MON] + 1 == date.getMonthValue()
        && tm[CivilTime.MDAY] == date.getDayOfMonth()
        && tm[CivilTime.YDAY] + 1 == date.getDayOfYear()
        && tm[CivilTime.WDAY] == date.getDayOfWeek().getValue() % 7;
  }

  @Test
  @DisplayName("KUnit time_test: time64_to_tm of every day of 160 000 years")
  void everyDay() {
    int[] tm = new int[CivilTime.FIELDS];
    for (long day = -DAYS / 2; day < DAYS / 2; day++) {
      CivilTime.gmtime(day * DAY, tm);
      if (!agrees(day, tm, 0) || CivilTime.timegm(tm) != day * DAY) {
        assertEquals(LocalDate.ofEpochDay(day).toString(), Arrays.toString(tm), "day " + day);
      }
    }
  }

  /** The check above sees a day that is one off, and a month of which one is missing. */
  @Test
  void aFaultIsSeen() {
    int[] tm = new int[CivilTime.FIELDS];
    CivilTime.gmtime(19_782 * DAY, tm);
    assertTrue(agrees(19_782, tm, 0));
    assertFalse(agrees(19_782, tm, 1));
    tm[CivilTime.YDAY]--;
    assertFalse(agrees(19_782, tm, 0));
  }

  @Test
  void secondsOfADay() {
    SplittableRandom random = new SplittableRandom(1);
    int[] tm = new int[CivilTime.FIELDS];
    for (int i = 0; i < 100_000; i++) {
      long seconds = random.nextLong(-1L << 40, 1L << 40);
      CivilTime.gmtime(seconds, tm);
      LocalDateTime at = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
      assertArrayEquals(
          new int[] {at.getSecond(), at.getMinute(), at.getHour()}, Arrays.copyOf(tm, 3));
      assertEquals(0, tm[CivilTime.ISDST]);
      assertEquals(seconds, CivilTime.timegm(tm));
    }
  }

  /** open_posix functional/timers invaliddates: Y2K, leap days and 2^31-1, carried over. */
  @Test
  @DisplayName("functional/timers invaliddates")
  void invalidDates() {
    assertEquals(at("2000-01-01T00:00:00"), CivilTime.timegm(tm(60, 59, 23, 31, 11, 99)));
    assertEquals(at("2000-03-01T00:00:00"), CivilTime.timegm(tm(0, 0, 0, 30, 1, 100)));
    assertEquals(at("2001-03-01T00:00:00"), CivilTime.timegm(tm(0, 0, 0, 29, 1, 101)));
    assertEquals(at("2038-01-19T03:14:08"), CivilTime.timegm(tm(8, 14, 3, 19, 0, 138)));
    assertEquals(1L << 31, CivilTime.timegm(tm(8, 14, 3, 19, 0, 138)));
    assertEquals(at("2004-12-31T23:59:59"), CivilTime.timegm(tm(-1, 0, 0, 1, 12, 104)));
    assertEquals(at("2003-11-30T00:00:00"), CivilTime.timegm(tm(0, 0, 0, 0, -1, 104)));
  }

  private static long at(String local) {
    return LocalDateTime.parse(local).toEpochSecond(ZoneOffset.UTC);
  }

  private static int[] tm(int sec, int min, int hour, int day, int month, int year) {
    return new int[] {sec, min, hour, day, month, year, 0, 0, 0};
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> CivilTime.gmtime(0, new int[8]));
    assertThrows(IllegalArgumentException.class, () -> CivilTime.timegm(new int[8]));
    int[] tm = new int[CivilTime.FIELDS];
    assertThrows(ArithmeticException.class, () -> CivilTime.gmtime(Long.MAX_VALUE, tm));
    assertThrows(ArithmeticException.class, () -> CivilTime.gmtime(Long.MIN_VALUE, tm));
  }
}
