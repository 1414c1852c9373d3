package org.timehands.app.text;

import java.util.Locale;

/** Small pictures of numbers in one or more lines of text. */
public final class Spark {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private Spark() {}

  /**
   * One line of bars, the middle height being zero.
   *
   * @param values the numbers, oldest first
   * @return as many bars; {@code -} where nothing differs from zero
   */
  public static String line(long[] values) {
    double most = 0;
    for (long value : values) {
      most = Math.max(most, Math.abs((double) value));
    }
    StringBuilder line = new StringBuilder();
    for (long value : values) {
      double share = most == 0 ? 0.5 : (value / most + 1) / 2;
      line.append(BARS.charAt((int) Math.min(BARS.length() - 1L, (long) (share * BARS.length()))));
    }
    return line.toString();
  }

  /**
   * A plot of several curves over the same abscissas, each drawn with its own mark.
   *
   * @param curves ordinates; each curve has as many
   * @param marks one character for each curve; where curves meet, the later one is seen
   * @param rows lines to draw, at least 2
   * @param label turns an ordinate into text for the axis
   */
  public static String plot(
      long[][] curves, String marks, int rows, java.util.function.LongFunction<String> label) {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (long[] curve : curves) {
      for (long value : curve) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    double scale = high == low ? 0 : (rows - 1) / ((double) high - low);
    char[][] grid = new char[rows][curves[0].length];
    for (char[] row : grid) {
      java.util.Arrays.fill(row, ' ');
    }
    for (int each = 0; each < curves.length; each++) {
      for (int x = 0; x < curves[each].length; x++) {
        int y = (int) Math.round((high - curves[each][x]) * scale);
        grid[y][x] = marks.charAt(each);
      }
    }
    String top = label.apply(high);
    String bottom = label.apply(low);
    int width = Math.max(top.length(), bottom.length());
    StringBuilder plot = new StringBuilder();
    for (int y = 0; y < rows; y++) {
      String text = y == 0 ? top : y == rows - 1 ? bottom : "";
      String line =
          String.format(Locale.ROOT, "%" + width + "s |%s", text, new String(grid[y]));
      plot.append(line.stripTrailing()).append('\n');
    }
    return plot.toString();
  }
}
