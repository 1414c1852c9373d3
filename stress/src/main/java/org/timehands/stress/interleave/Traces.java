package org.timehands.stress.interleave;

import java.util.ArrayDeque;

/** The last steps of a schedule in words, for people; kept only while a seed is replayed. */
final class Traces {
  private static final int KEPT = 4000;

  private final ArrayDeque<String> lines = new ArrayDeque<>();

  void add(String line) {
    if (lines.size() == KEPT) {
      lines.removeFirst();
    }
    lines.addLast(line);
  }

  String text() {
    return String.join("\n", lines);
  }

  static String shortStack(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, 6); i++) {
      text.append("\n    at ").append(frames[i]);
    }
    return text.toString();
  }
}
