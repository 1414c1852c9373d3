package org.timehands.bench.latency;

import java.io.IOException;
import java.nio.file.Path;

/** Draws on a sheet whose origin is at the top left. */
interface Pen {
  /** Draws lines from point to point. */
  void lines(double[] x, double[] y, String colour, double width);

  /**
   * Writes a text.
   *
   * @param anchor -1 if it begins at x, 0 if its middle is there, 1 if it ends there
   */
  void text(double x, double y, int anchor, String text);

  /** Writes the sheet to a file, in place of what was there. */
  void save(Path file) throws IOException;
}
