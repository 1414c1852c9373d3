package org.timehands.app.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a number and its unit, such as {@code 10ms} or {@code 1.5s}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)(\\p{L}*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "min", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final String ALLOWED =
      "write a number and a unit out of ns, us, ms, s, m and h, such as 10ms";

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @param text such as {@code 10ms}; a bare {@code 0} needs no unit
   * @return nanoseconds, fractions of a nanosecond cut off
   * @throws IllegalArgumentException if it is none, with what is allowed instead
   */
  public static long parseNanos(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a duration; " + ALLOWED);
    }
    Long unit = UNITS.get(matcher.group(2));
    if (unit == null) {
      String what = matcher.group(2).isEmpty() ? "has no unit" : "has no known unit";
      throw new IllegalArgumentException("'" + text + "' " + what + "; " + ALLOWED);
    }
    BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than 292 years; use less");
    }
    return nanos.setScale(0, RoundingMode.DOWN).longValueExact();
  }
}
