package org.timehands.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Reads one column of numbers from a stream, a line each: columns are parted by blanks, tabs,
 * commas or semicolons; empty lines and what follows a {@code #} are skipped. Bad lines are
 * reported, each with its number, up to a limit. Not thread-safe.
 */
final class SeriesReader {
  /** Most numbers that are read: a year at one a second, in 256 MiB. */
  static final int MAX_POINTS = 1 << 25;

  /** Most bytes of a line. */
  static final int MAX_LINE_BYTES = 4096;

  /** After so many bad lines nothing more is read. */
  static final int MAX_BAD_LINES = 10;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SHOWN = 40;
  private static final int END = -1;

  private final InputStream in;
  private final String name;
  private final int column;
  private final Console console;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] text = new byte[MAX_LINE_BYTES];
  private double[] values = new double[1024];
  private int count;
  private int length;
  private int position;
  private int filled;
  private long line;
  private int bad;

  /**
   * A reader.
   *
   * @param in the stream
   * @param name what messages call it
   * @param column which column, from 1
   * @param console who is told of bad lines
   */
  SeriesReader(InputStream in, String name, int column, Console console) {
    this.in = Objects.requireNonNull(in, "in");
    this.name = Objects.requireNonNull(name, "name");
    this.column = column;
    this.console = Objects.requireNonNull(console, "console");
  }

  /**
   * Reads to the end.
   *
   * @param progress told the number of lines after each
   * @return the numbers
   * @throws Failure if a line was bad, after all bad ones have been reported, or there are too many
   */
  double[] read(LongConsumer progress) throws IOException {
    int last;
    do {
      last = readLine();
      parse();
      progress.accept(line);
    } while (last != END && bad < MAX_BAD_LINES);
    if (bad > 0) {
      throw Failure.usage(
          (bad < MAX_BAD_LINES ? bad + " bad line" + (bad > 1 ? "s" : "") : "too many bad lines")
              + " in " + name + "; mend them, or begin what is no data with #");
    }
    return Arrays.copyOf(values, count);
  }

  private int readLine() throws IOException {
    line++;
    length = 0;
    int each = next();
    while (each != '\n' && each != END) {
      if (length < text.length) {
        text[length] = (byte) each;
      }
      length++;
      each = next();
    }
    return each;
  }

  private int next() throws IOException {
    if (position == filled) {
      filled = in.read(buffer, 0, buffer.length);
      position = 0;
      if (filled <= 0) {
        filled = 0;
        return END;
      }
    }
    return buffer[position++] & 0xFF;
  }

  private static boolean parts(byte each) {
    return each == ' ' || each == '\t' || each == ',' || each == ';' || each == '\r';
  }

  private void parse() {
    if (length > text.length) {
      wrong("has " + length + " bytes, at most " + MAX_LINE_BYTES + " are allowed");
      return;
    }
    int end = 0;
    while (end < length && text[end] != '#') {
      end++;
    }
    int from = 0;
    int columns = 0;
    while (true) {
      while (from < end && parts(text[from])) {
        from++;
      }
      if (from == end) {
        break;
      }
      int to = from;
      while (to < end && !parts(text[to])) {
        to++;
      }
      columns++;
      if (columns == column) {
        number(from, to);
        return;
      }
      from = to;
    }
    if (columns > 0) {
      wrong("has " + columns + " column" + (columns > 1 ? "s" : "") + ", column " + column
          + " is wanted; choose another with --column");
    }
  }

  private void number(int from, int to) {
    String digits = new String(text, from, to - from, StandardCharsets.UTF_8);
    double value;
    try {
      value = Double.parseDouble(digits);
    } catch (NumberFormatException none) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      String shown = digits.length() > SHOWN ? digits.substring(0, SHOWN) + "..." : digits;
      wrong("'" + shown.replaceAll("\\p{Cntrl}", "?") + "' is not a finite number");
      return;
    }
    if (count == MAX_POINTS) {
      throw Failure.usage(
          name + " has more than " + MAX_POINTS + " numbers; thin them out, or cut the file");
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  private void wrong(String what) {
    bad++;
    console.say(name + ":" + line + ": " + what);
  }
}
