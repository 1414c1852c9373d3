package org.timehands.app.text;

import java.time.LocalDate;

/**
 * A writer of times in ISO 8601, fast for many times that lie close together: it remembers the last
 * day. Not thread-safe.
 */
public final class IsoTime {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;

  private long lastDay = Long.MIN_VALUE;
  private String lastDate = "";

  /** A writer. */
  public IsoTime() {}

  /**
   * Appends a time as {@code 2026-11-21T05:36:12.123456789}, without a zone.
   *
   * @param to receives it
   * @param epochNanos nanoseconds since 1970
   */
  public void append(StringBuilder to, long epochNanos) {
    long day = Math.floorDiv(epochNanos, DAY);
    if (day != lastDay) {
      lastDay = day;
      lastDate = LocalDate.ofEpochDay(day).toString();
    }
    long rest = epochNanos - day * DAY;
    int second = (int) (rest / SECOND);
    to.append(lastDate).append('T');
    two(to, second / 3600).append(':');
    two(to, second / 60 % 60).append(':');
    two(to, second % 60).append('.');
    digits(to, (int) (rest % SECOND), 9);
  }

  /**
   * Appends nanoseconds as seconds with nine decimals.
   *
   * @param to receives it
   * @param nanos of either sign
   */
  public static void appendSeconds(StringBuilder to, long nanos) {
    long whole = nanos / SECOND;
    if (nanos < 0 && whole == 0) {
      to.append('-');
    }
    to.append(whole).append('.');
    digits(to, (int) Math.abs(nanos % SECOND), 9);
  }

  private static StringBuilder two(StringBuilder to, int number) {
    return to.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  private static void digits(StringBuilder to, int number, int count) {
    int end = to.length() + count;
    to.setLength(end);
    int left = number;
    for (int i = 1; i <= count; i++) {
      to.setCharAt(end - i, (char) ('0' + left % 10));
      left /= 10;
    }
  }
}
