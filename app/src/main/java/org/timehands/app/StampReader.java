package org.timehands.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads stamps from a stream, one on a line: {@code CYCLES} or {@code CLOCKSOURCE CYCLES}, blanks
 * or tabs between. Empty lines and lines that begin with {@code #} are skipped.
 *
 * <p>Works on bytes, because files of stamps are long. Not thread-safe.
 */
final class StampReader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int END = -1;

  private final InputStream in;
  private final long defaultClocksourceId;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] text = new byte[128];
  private int length;
  private int position;
  private int filled;
  private long line;
  private long clocksourceId;
  private long cycles;

  /**
   * A reader.
   *
   * @param in the stream
   * @param defaultClocksourceId whose cycles they are where a line does not say
   */
  StampReader(InputStream in, long defaultClocksourceId) {
    this.in = Objects.requireNonNull(in, "in");
    this.defaultClocksourceId = defaultClocksourceId;
  }

  /**
   * Reads the next stamp.
   *
   * @return false at the end
   * @throws Failure if a line is no stamp; the message says which
   */
  boolean next() throws IOException {
    for (;;) {
      int first = readLine();
      if (length > 0 && text[0] != '#') {
        parse();
        return true;
      }
      if (first == END) {
        return false;
      }
    }
  }

  /** The clocksource of the stamp read last. */
  long clocksourceId() {
    return clocksourceId;
  }

  /** The cycles of the stamp read last. */
  long cycles() {
    return cycles;
  }

  /** Takes a line, without blanks around it, as far as it fits; returns END at the end. */
  private int readLine() throws IOException {
    line++;
    length = 0;
    int each = read();
    while (each != '\n' && each != END) {
      if (length < text.length && !(length == 0 && isBlank(each))) {
        text[length++] = (byte) each;
      }
      each = read();
    }
    while (length > 0 && isBlank(text[length - 1])) {
      length--;
    }
    return each;
  }

  private int read() throws IOException {
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

  private static boolean isBlank(int each) {
    return each == ' ' || each == '\t' || each == '\r';
  }

  private void parse() {
    int gap = 0;
    while (gap < length && !isBlank(text[gap])) {
      gap++;
    }
    if (gap == length) {
      clocksourceId = defaultClocksourceId;
      cycles = number(0, length);
      return;
    }
    int second = gap;
    while (isBlank(text[second])) {
      second++;
    }
    clocksourceId = number(0, gap);
    cycles = number(second, length);
  }

  /** A signed number of 64 bits, summed up as negative because that range is the larger. */
  private long number(int from, int to) {
    boolean negative = text[from] == '-';
    int start = negative ? from + 1 : from;
    long sum = 0;
    boolean right = start < to && length < text.length;
    for (int i = start; i < to && right; i++) {
      int digit = text[i] - '0';
      right = digit >= 0 && digit <= 9 && sum >= (Long.MIN_VALUE + digit) / 10;
      sum = sum * 10 - digit;
    }
    if (!right || !negative && sum == Long.MIN_VALUE) {
      throw wrong();
    }
    return negative ? sum : -sum;
  }

  private Failure wrong() {
    String shown = new String(text, 0, length, StandardCharsets.UTF_8);
    return StampText.wrong("line " + line + ": ", shown);
  }
}
