package org.timehands.bench;

import java.util.Locale;

/** Pieces of JSON. */
public final class Json {
  private Json() {}

  /** A number with four decimals. */
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A string, quoted. */
  public static String text(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
