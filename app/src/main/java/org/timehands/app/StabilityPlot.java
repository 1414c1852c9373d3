package org.timehands.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws curves over the averaging time as lines of text, both axes logarithmic. */
final class StabilityPlot {
  private static final int ROWS = 17;
  private static final int COLUMNS = 72;
  private static final String MARKS = "ox+*#@%";
  private static final int LABEL_WIDTH = 8;

  private final List<String> names = new ArrayList<>();
  private final List<double[]> taus = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();

  /** Adds a curve; points that are not positive have no place and are left out. */
  void add(String name, double[] tauSeconds, double[] curve) {
    names.add(name);
    taus.add(tauSeconds);
    values.add(curve);
  }

  /** The plot; says so if there is nothing to draw. */
  List<String> lines() {
    double[] x = range(taus);
    double[] y = range(values);
    if (x[0] > x[1] || y[0] > y[1]) {
      return List.of("nothing to draw: no value is positive");
    }
    // Whole decades of ordinates, so that the labels are round.
    double low = Math.floor(Math.log10(y[0]));
    double high = Math.max(low + 1, Math.ceil(Math.log10(y[1])));
    char[][] grid = new char[ROWS][COLUMNS];
    for (char[] row : grid) {
      Arrays.fill(row, ' ');
    }
    double left = Math.log10(x[0]);
    double width = Math.max(1e-9, Math.log10(x[1]) - left);
    for (int curve = 0; curve < names.size(); curve++) {
      double[] tau = taus.get(curve);
      for (int i = 0; i < tau.length; i++) {
        double value = values.get(curve)[i];
        if (value > 0) {
          int column = place((Math.log10(tau[i]) - left) / width, COLUMNS);
          int row = place((high - Math.log10(value)) / (high - low), ROWS);
          grid[row][column] = MARKS.charAt(curve % MARKS.length());
        }
      }
    }
    return drawn(grid, low, high, x);
  }

  private static int place(double share, int room) {
    return Math.clamp(Math.round(share * (room - 1)), 0, room - 1);
  }

  /** The least and the largest positive number; the wrong way round if there is none. */
  private static double[] range(List<double[]> numbers) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (double[] each : numbers) {
      for (double value : each) {
        if (value > 0) {
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
    }
    return new double[] {least, most};
  }

  private List<String> drawn(char[][] grid, double low, double high, double[] x) {
    List<String> lines = new ArrayList<>();
    StringBuilder legend = new StringBuilder();
    for (int curve = 0; curve < names.size(); curve++) {
      legend.append(curve == 0 ? "" : "   ");
      legend.append(MARKS.charAt(curve % MARKS.length())).append(' ').append(names.get(curve));
    }
    lines.add(" ".repeat(LABEL_WIDTH + 2) + legend);
    double decade = (ROWS - 1) / (high - low);
    String[] labels = new String[ROWS];
    for (int power = (int) low; power <= high; power++) {
      labels[(int) Math.round((high - power) * decade)] = "1e" + power;
    }
    for (int row = 0; row < ROWS; row++) {
      String label = labels[row] == null ? "" : labels[row];
      String padded = " ".repeat(LABEL_WIDTH - label.length()) + label;
      String tick = labels[row] == null ? " |" : " +";
      lines.add((padded + tick + new String(grid[row])).stripTrailing());
    }
    lines.add(" ".repeat(LABEL_WIDTH + 1) + "+" + "-".repeat(COLUMNS));
    String first = String.format(Locale.ROOT, "%.3g", x[0]);
    String last = String.format(Locale.ROOT, "%.3g s", x[1]);
    String gap = " ".repeat(Math.max(1, COLUMNS - first.length() - last.length()));
    lines.add(" ".repeat(LABEL_WIDTH + 2) + first + gap + last);
    return lines;
  }
}
