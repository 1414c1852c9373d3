package org.timehands.bench.latency;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Histograms of lateness, a curve for each row: lateness across, the share of waits in each tenth
 * of an octave upwards, both logarithmic.
 */
final class LatePlot {
  static final int WIDTH = 1200;
  static final int HEIGHT = 540;

  private static final int LEFT = 60;
  private static final int RIGHT = 290;
  private static final int TOP = 50;
  private static final int BOTTOM = 50;
  private static final double STEP = Math.pow(2, 0.1);
  private static final double LEAST_NANOS = 100;
  private static final double LEAST_SHARE = 1e-5;
  private static final int LEGEND_LINE = 16;
  private static final String GRID = "#dddddd";
  private static final String[] COLOURS = {
    "#d62728", "#ff9896", "#1f77b4", "#17becf", "#2ca02c", "#9467bd", "#8c564b", "#c5b0d5",
    "#bcbd22", "#7f7f7f", "#ff7f0e", "#e377c2", "#000000"
  };

  private final List<String> names = new ArrayList<>();
  private final List<LateHistogram> curves = new ArrayList<>();

  /** A plot of all rows of a run. */
  static LatePlot of(Rounds rounds) {
    LatePlot plot = new LatePlot();
    rounds.rows().forEach(row -> plot.add(row, rounds.summary(row).late()));
    return plot;
  }

  /** Adds a curve. */
  void add(String name, LateHistogram late) {
    names.add(name);
    curves.add(late);
  }

  /**
   * A pen for a file of that name.
   *
   * @throws IOException if this JDK has none; the message says what to do
   */
  static Pen pen(Path file) throws IOException {
    return file.toString().endsWith(".png")
        ? PngPen.make(WIDTH, HEIGHT)
        : new SvgPen(WIDTH, HEIGHT);
  }

  /** Draws it all. */
  void draw(Pen pen, String title) {
    double most =
        Math.max(
            10 * LEAST_NANOS,
            curves.stream().mapToDouble(LateHistogram::max).max().orElse(0) * STEP);
    pen.text(LEFT, TOP - 30, -1, title);
    axes(pen, most);
    for (int i = 0; i < curves.size(); i++) {
      String colour = COLOURS[i % COLOURS.length];
      curve(pen, curves.get(i), most, colour);
      double y = TOP + 12 + i * LEGEND_LINE;
      double x = WIDTH - RIGHT + 10;
      pen.lines(new double[] {x, x + 24}, new double[] {y - 4, y - 4}, colour, 3);
      pen.text(x + 30, y, -1, names.get(i));
    }
  }

  private void axes(Pen pen, double most) {
    for (double nanos = LEAST_NANOS; nanos <= most; nanos *= 10) {
      double x = across(nanos, most);
      pen.lines(new double[] {x, x}, new double[] {TOP, HEIGHT - BOTTOM}, GRID, 1);
      pen.text(x, HEIGHT - BOTTOM + 16, 0, plain(nanos / 1e3));
    }
    for (double share = LEAST_SHARE; share < 1.5; share *= 10) {
      double y = up(share);
      pen.lines(new double[] {LEFT, WIDTH - RIGHT}, new double[] {y, y}, GRID, 1);
      pen.text(LEFT - 6, y + 4, 1, plain(share * 100) + " %");
    }
    pen.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, 0, "microseconds late");
    pen.text(LEFT - 50, TOP - 10, -1, "share of waits in each tenth of an octave");
  }

  /** A power of ten without zeros that say nothing. */
  private static String plain(double value) {
    return BigDecimal.valueOf(value)
        .round(new MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Steps, as long as there are waits; where there are none, a curve is left off. */
  private static void curve(Pen pen, LateHistogram late, double most, String colour) {
    List<double[]> points = new ArrayList<>();
    double from = 0;
    for (double to = LEAST_NANOS; from <= late.max(); to *= STEP) {
      long count = late.between((long) from, (long) to);
      if (count == 0) {
        draw(pen, points, colour);
      } else {
        double y = up((double) count / late.total());
        points.add(new double[] {across(Math.max(LEAST_NANOS, from), most), y});
        points.add(new double[] {across(to, most), y});
      }
      from = to;
    }
    draw(pen, points, colour);
  }

  private static void draw(Pen pen, List<double[]> points, String colour) {
    if (!points.isEmpty()) {
      pen.lines(
          points.stream().mapToDouble(each -> each[0]).toArray(),
          points.stream().mapToDouble(each -> each[1]).toArray(),
          colour,
          1.5);
      points.clear();
    }
  }

  private static double across(double nanos, double most) {
    double share = Math.log(nanos / LEAST_NANOS) / Math.log(most / LEAST_NANOS);
    return LEFT + Math.clamp(share, 0, 1) * (WIDTH - LEFT - RIGHT);
  }

  private static double up(double share) {
    double part = Math.log(Math.max(LEAST_SHARE, share) / LEAST_SHARE) / -Math.log(LEAST_SHARE);
    return HEIGHT - BOTTOM - Math.clamp(part, 0, 1) * (HEIGHT - TOP - BOTTOM);
  }
}
