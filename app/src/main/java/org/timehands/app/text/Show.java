package org.timehands.app.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Times, bounds and rates as people read them. */
public final class Show {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final int DIGITS = 3;

  private Show() {}

  /** An amount of time in three digits or so, rounded to nearest: {@code 12.3 µs}. */
  public static String nanos(long nanos) {
    return (nanos < 0 ? "-" : "") + amount(nanos, RoundingMode.HALF_EVEN);
  }

  /** As {@link #nanos}, always with its sign. */
  public static String signedNanos(long nanos) {
    return (nanos > 0 ? "+" : nanos < 0 ? "-" : "±") + amount(nanos, RoundingMode.HALF_EVEN);
  }

  /** A bound, rounded up so that it holds: {@code ±57 ns}; MAX is {@code no bound}. */
  public static String bound(long nanos) {
    return nanos == Long.MAX_VALUE ? "no bound" : "±" + amount(nanos, RoundingMode.CEILING);
  }

  private static String amount(long nanos, RoundingMode rounding) {
    BigDecimal value = BigDecimal.valueOf(nanos).abs();
    if (value.compareTo(BigDecimal.valueOf(100 * SECOND)) >= 0) {
      long whole = nanos == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(nanos);
      long unit = whole >= DAY ? HOUR : whole >= HOUR ? MINUTE : SECOND;
      boolean up = rounding == RoundingMode.CEILING && whole < Long.MAX_VALUE - DAY;
      return length(up ? Math.ceilDiv(whole, unit) * unit : whole);
    }
    return scaled(value, rounding, "ns", "µs", "ms", "s");
  }

  /** In the largest unit of which there is at least one; each is a thousand of the one before. */
  private static String scaled(BigDecimal amount, RoundingMode rounding, String... units) {
    BigDecimal value = amount;
    int unit = 0;
    while (unit < units.length - 1 && rounded(value, rounding).compareTo(THOUSAND) >= 0) {
      value = value.movePointLeft(DIGITS);
      unit++;
    }
    return rounded(value, rounding).toPlainString() + " " + units[unit];
  }

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  /** Three digits. */
  private static BigDecimal rounded(BigDecimal value, RoundingMode rounding) {
    return value.round(new MathContext(DIGITS, rounding));
  }

  /** A length of time in its two largest units: {@code 3 min 20 s}. */
  public static String length(long nanos) {
    if (nanos >= DAY) {
      return nanos / DAY + " d " + nanos % DAY / HOUR + " h";
    }
    if (nanos >= HOUR) {
      return nanos / HOUR + " h " + nanos % HOUR / MINUTE + " min";
    }
    if (nanos >= 2 * MINUTE) {
      return nanos / MINUTE + " min " + nanos % MINUTE / SECOND + " s";
    }
    return nanos >= 100 * SECOND ? nanos / SECOND + " s" : nanos(nanos);
  }

  /** A frequency in three digits or so: {@code 2.30 GHz}. */
  public static String frequency(long hertz) {
    return scaled(
        BigDecimal.valueOf(hertz), RoundingMode.HALF_EVEN, "Hz", "kHz", "MHz", "GHz");
  }

  /** Whole nanoseconds in groups of three: {@code 1 234 567}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
  }

  /** Parts per trillion as parts per million with sign: {@code +0.012 ppm}. */
  public static String ppm(long ppt) {
    return ppt == Long.MAX_VALUE || ppt == -Long.MAX_VALUE
        ? "unknown"
        : (ppt > 0 ? "+" : "") + millionths(ppt) + " ppm";
  }

  /** A bound in parts per trillion as parts per million: {@code ±0.012 ppm}. */
  public static String ppmBound(long ppt) {
    return ppt == Long.MAX_VALUE ? "no bound" : "±" + millionths(ppt) + " ppm";
  }

  private static String millionths(long ppt) {
    return BigDecimal.valueOf(ppt, 6).setScale(3, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** Nanoseconds since 1970 as {@code 2026-11-21T05:36:12.123456789}, without a zone. */
  public static String iso(long epochNanos) {
    StringBuilder text = new StringBuilder();
    new IsoTime().append(text, epochNanos);
    return text.toString();
  }

  /** Nanoseconds as seconds with nine decimals: {@code 3512.123456789 s}. */
  public static String seconds(long nanos) {
    StringBuilder text = new StringBuilder();
    IsoTime.appendSeconds(text, nanos);
    return text.append(" s").toString();
  }
}
