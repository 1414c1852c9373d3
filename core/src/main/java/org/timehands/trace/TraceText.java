package org.timehands.trace;

import java.io.BufferedReader;
import java.io.IOException;

/**
 * Traces as text, to be carried from one process to another: a line that names the stream, then a
 * line for each event with its kind (L, S, R), clocksource, cycles and message.
 */
public final class TraceText {
  private static final String HEAD = "# timehands trace 1 ";
  private static final int FIELDS = 4;

  private TraceText() {}

  /**
   * Writes a stream.
   *
   * @throws IOException if the text cannot be written
   */
  public static void write(TraceStream stream, Appendable to) throws IOException {
    to.append(HEAD).append(Integer.toString(stream.size())).append(' ')
        .append(stream.name().replaceAll("\\R", " ")).append('\n');
    for (int i = 0; i < stream.size(); i++) {
      to.append(letter(stream.kind(i))).append(' ');
      to.append(Long.toString(stream.clocksourceId(i))).append(' ');
      to.append(Long.toString(stream.cycles(i))).append(' ');
      to.append(Long.toString(stream.message(i))).append('\n');
    }
  }

  /**
   * Reads a stream; the next one may follow.
   *
   * @return the stream, or null at the end of the text
   * @throws IOException if the text is no trace, with the line that is wrong; or cannot be read
   */
  public static TraceStream read(BufferedReader from) throws IOException {
    String head = from.readLine();
    if (head == null) {
      return null;
    }
    int blank = head.indexOf(' ', HEAD.length());
    if (!head.startsWith(HEAD) || blank < 0) {
      throw wrong("the head of a trace", head);
    }
    int size = (int) number(head.substring(HEAD.length(), blank), head);
    if (size < 0 || size > TraceLog.CAPACITY_LIMIT) {
      throw wrong("a count of 0 to " + TraceLog.CAPACITY_LIMIT + " events", head);
    }
    TraceLog log = new TraceLog(head.substring(blank + 1), Math.max(1, size));
    for (int i = 0; i < size; i++) {
      String line = from.readLine();
      if (line == null) {
        throw wrong((size - i) + " more events", "the end: the trace is cut short");
      }
      String[] fields = line.split(" ", -1);
      if (fields.length != FIELDS) {
        throw wrong("kind, clocksource, cycles and message", line);
      }
      log.add(
          number(fields[1], line),
          number(fields[2], line),
          kind(fields[0], line),
          number(fields[3], line));
    }
    return log;
  }

  private static char letter(TraceKind kind) {
    return switch (kind) {
      case LOCAL -> 'L';
      case SEND -> 'S';
      case RECEIVE -> 'R';
    };
  }

  private static TraceKind kind(String letter, String line) throws IOException {
    return switch (letter) {
      case "L" -> TraceKind.LOCAL;
      case "S" -> TraceKind.SEND;
      case "R" -> TraceKind.RECEIVE;
      default -> throw wrong("L, S or R", line);
    };
  }

  private static long number(String text, String line) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      throw wrong("a number of 64 bits in place of '" + text + "'", line);
    }
  }

  private static IOException wrong(String wanted, String found) {
    return new IOException("trace wants " + wanted + ", found: " + found);
  }
}
