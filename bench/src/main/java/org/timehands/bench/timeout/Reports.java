package org.timehands.bench.timeout;

import java.io.PrintStream;
import org.timehands.bench.bed.SessionProcess;

/**
 * What a measuring JVM says to the one that started it: lines of fields.
 *
 * @param out where to
 */
record Reports(PrintStream out) {
  /** Sends one. */
  void send(Object... fields) {
    StringBuilder line = new StringBuilder(SessionProcess.MARK);
    for (Object field : fields) {
      line.append(SessionProcess.TAB).append(field);
    }
    out.println(line);
  }
}
