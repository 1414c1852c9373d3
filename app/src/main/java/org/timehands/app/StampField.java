package org.timehands.app;

import java.util.Objects;

/**
 * Finds the stamp in a line: in a column, or as the value of a name. A stamp is CYCLES or
 * CLOCKSOURCE:CYCLES. Keeps what it found last; not thread-safe.
 */
final class StampField {
  private static final int COLUMNS_LIMIT = 10_000;

  private final int column;
  private final String separators;
  private final String name;
  private int from;
  private int to;
  private boolean namesClocksource;
  private long clocksourceId;
  private long cycles;

  private StampField(int column, String separators, String name) {
    this.column = column;
    this.separators = separators;
    this.name = name;
  }

  /**
   * A column.
   *
   * @param column its number, from 1
   * @param separators each of these characters ends a column; empty for runs of blanks and tabs
   */
  static StampField column(int column, String separators) {
    if (column < 1 || column > COLUMNS_LIMIT) {
      throw Failure.usage("--column " + column + " must be 1 to " + COLUMNS_LIMIT);
    }
    return new StampField(column, Objects.requireNonNull(separators, "separators"), null);
  }

  /**
   * The value of a name, as in {@code name=5}, {@code name: 5} or {@code "name":5}.
   *
   * @param name what stands before the value
   */
  static StampField named(String name) {
    if (name.isBlank()) {
      throw Failure.usage("--field needs a name, such as cycles for cycles=123");
    }
    return new StampField(0, "", name);
  }

  /** Where the stamp is looked for, in words. */
  String words() {
    return name == null ? "column " + column : "field '" + name + "'";
  }

  /** Looks for the stamp in a line; whether there is one. */
  boolean find(String line) {
    return name == null ? findColumn(line) : findName(line);
  }

  private boolean findColumn(String line) {
    int at = 0;
    for (int i = 1; ; i++) {
      if (separators.isEmpty()) {
        while (at < line.length() && isBlank(line.charAt(at))) {
          at++;
        }
      }
      int end = at;
      while (end < line.length() && !separates(line.charAt(end))) {
        end++;
      }
      if (i == column) {
        return parse(line, at, end);
      }
      if (end >= line.length()) {
        return false;
      }
      at = end + 1;
    }
  }

  private boolean separates(char each) {
    return separators.isEmpty() ? isBlank(each) : separators.indexOf(each) >= 0;
  }

  private static boolean isBlank(char each) {
    return each == ' ' || each == '\t' || each == '\r';
  }

  private boolean findName(String line) {
    for (int at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean whole = at == 0 || !isWord(line.charAt(at - 1));
      end = skip(line, end, "\"'");
      int value = skip(line, skip(line, end, " "), "=:");
      if (!whole || value == skip(line, end, " ")) {
        continue;
      }
      value = skip(line, value, " \"'");
      int last = value;
      while (last < line.length() && isNumeric(line.charAt(last))) {
        last++;
      }
      if (parse(line, value, last)) {
        return true;
      }
    }
    return false;
  }

  private static int skip(String line, int start, String these) {
    int at = start;
    while (at < line.length() && these.indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static boolean isWord(char each) {
    return Character.isLetterOrDigit(each) || each == '_' || each == '.' || each == '-';
  }

  private static boolean isNumeric(char each) {
    return each >= '0' && each <= '9' || each == '-' || each == ':';
  }

  /** Takes what stands between two places for a stamp, blanks and quotes around it left out. */
  private boolean parse(String line, int start, int end) {
    int first = start;
    int last = end;
    while (first < last && isPadding(line.charAt(first))) {
      first++;
    }
    while (last > first && isPadding(line.charAt(last - 1))) {
      last--;
    }
    int colon = line.indexOf(':', first);
    namesClocksource = colon > first && colon < last;
    try {
      if (namesClocksource) {
        clocksourceId = Long.parseLong(line, first, colon, 10);
      }
      cycles = Long.parseLong(line, namesClocksource ? colon + 1 : first, last, 10);
    } catch (NumberFormatException none) {
      return false;
    }
    from = first;
    to = last;
    return true;
  }

  private static boolean isPadding(char each) {
    return isBlank(each) || each == '"' || each == '\'';
  }

  /** Where the stamp begins in the line. */
  int from() {
    return from;
  }

  /** Where it ends. */
  int to() {
    return to;
  }

  /** Whether the stamp says whose cycles it counts. */
  boolean namesClocksource() {
    return namesClocksource;
  }

  /** Whose cycles it says. */
  long clocksourceId() {
    return clocksourceId;
  }

  /** The cycles. */
  long cycles() {
    return cycles;
  }
}
