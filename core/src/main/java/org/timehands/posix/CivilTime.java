package org.timehands.posix;

/**
 * Seconds since 1970 as a civil date and time in UTC, and back: gmtime(3) and timegm(3) on longs.
 *
 * <p>The proleptic Gregorian calendar, every day of 86400 seconds. Algorithm: H. Hinnant, "chrono-
 * Compatible Low-Level Date Algorithms" (2013): years begin in March, so that the leap day is the
 * last. Pure functions.
 */
public final class CivilTime {
  /** Number of fields, those of {@code struct tm} in its order. */
  public static final int FIELDS = 9;

  /** Seconds after the minute, in [0, 59]. */
  public static final int SEC = 0;

  /** Minutes after the hour, in [0, 59]. */
  public static final int MIN = 1;

  /** Hours since midnight, in [0, 23]. */
  public static final int HOUR = 2;

  /** Day of the month, in [1, 31]. */
  public static final int MDAY = 3;

  /** Months since January, in [0, 11]. */
  public static final int MON = 4;

  /** Years since 1900. */
  public static final int YEAR = 5;

  /** Days since Sunday, in [0, 6]. */
  public static final int WDAY = 6;

  /** Days since the first of January, in [0, 365]. */
  public static final int YDAY = 7;

  /** Daylight saving time: always 0. */
  public static final int ISDST = 8;

  private static final long SECONDS_PER_DAY = 86_400;
  private static final long DAYS_PER_ERA = 146_097;
  private static final long YEARS_PER_ERA = 400;

  /** Days from 0000-03-01 to 1970-01-01. */
  private static final long EPOCH_DAYS = 719_468;

  private static final int THURSDAY = 4;
  private static final int JANUARY_FROM_MARCH = 10;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private CivilTime() {}

  /**
   * Breaks seconds down.
   *
   * @param seconds since 1970-01-01T00:00:00Z; the year has to fit an int
   * @param tm receives the nine fields
   * @throws IllegalArgumentException if {@code tm} is too short
   * @throws ArithmeticException if the year does not fit
   */
  public static void gmtime(long seconds, int[] tm) {
    check(tm);
    long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
    int rest = (int) Math.floorMod(seconds, SECONDS_PER_DAY);
    long shifted = days + EPOCH_DAYS;
    long era = Math.floorDiv(shifted, DAYS_PER_ERA);
    int dayOfEra = (int) Math.floorMod(shifted, DAYS_PER_ERA);
    int yearOfEra =
        (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayFromMarch + 2) / 153;
    boolean nextYear = monthFromMarch >= JANUARY_FROM_MARCH;
    long year = era * YEARS_PER_ERA + yearOfEra + (nextYear ? 1 : 0);
    int month = nextYear ? monthFromMarch - JANUARY_FROM_MARCH : monthFromMarch + 2;
    int day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1;
    tm[SEC] = rest % 60;
    tm[MIN] = rest / 60 % 60;
    tm[HOUR] = rest / 3600;
    tm[MDAY] = day;
    tm[MON] = month;
    tm[YEAR] = Math.toIntExact(year - 1900);
    tm[WDAY] = (int) Math.floorMod(days + THURSDAY, 7L);
    tm[YDAY] = DAYS_BEFORE_MONTH[month] + day - 1 + (month > 1 && isLeap(year) ? 1 : 0);
    tm[ISDST] = 0;
  }

  /**
   * Puts seconds together. Fields out of their range are carried over, as timegm(3) does; WDAY,
   * YDAY and ISDST are not looked at.
   *
   * @param tm at least the first six fields
   * @return seconds since 1970-01-01T00:00:00Z
   * @throws IllegalArgumentException if {@code tm} is too short
   */
  public static long timegm(int[] tm) {
    check(tm);
    long year = 1900L + tm[YEAR] + Math.floorDiv(tm[MON], 12);
    int month = Math.floorMod(tm[MON], 12);
    boolean beforeMarch = month < 2;
    long shifted = year - (beforeMarch ? 1 : 0);
    long era = Math.floorDiv(shifted, YEARS_PER_ERA);
    int yearOfEra = (int) Math.floorMod(shifted, YEARS_PER_ERA);
    int monthFromMarch = beforeMarch ? month + JANUARY_FROM_MARCH : month - 2;
    int dayFromMarch = (153 * monthFromMarch + 2) / 5;
    long dayOfEra = 365L * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayFromMarch;
    long days = era * DAYS_PER_ERA + dayOfEra - EPOCH_DAYS + tm[MDAY] - 1;
    return days * SECONDS_PER_DAY + 3600L * tm[HOUR] + 60L * tm[MIN] + tm[SEC];
  }

  private static boolean isLeap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  private static void check(int[] tm) {
    if (tm.length < FIELDS) {
      throw new IllegalArgumentException(
          "array of " + tm.length + " fields: struct tm has " + FIELDS);
    }
  }
}
