package org.timehands.bench.timer;

import java.io.PrintStream;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.SessionProcess;

/** How the measuring JVM tells its figures to the one that prints them. */
final class Wire {
  static final String VALUE = "value";
  static final String NOISE = "noise";
  static final String PROGRESS = "progress";
  static final String NOTE = "note";

  private final PrintStream out;

  Wire(PrintStream out) {
    this.out = out;
  }

  /** A figure of a round: columns of a row stand in the order in which they come first. */
  void value(Place place, int round, double value) {
    report(VALUE, place.group(), place.row(), place.column(), round, value);
  }

  void noise(Noise noise) {
    report(NOISE, noise.others(), noise.steal());
  }

  void progress(String words) {
    report(PROGRESS, words);
  }

  void note(String words) {
    report(NOTE, words);
  }

  private void report(Object... fields) {
    StringBuilder line = new StringBuilder(SessionProcess.MARK);
    for (Object field : fields) {
      line.append(SessionProcess.TAB).append(field);
    }
    out.println(line);
  }
}
