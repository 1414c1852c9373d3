package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plots are well formed, and show what they were given. */
class LatePlotTest {
  /** Keeps the curves: lines that are neither axes nor the legend. */
  private static final class Recorder implements Pen {
    /** By colour: what a curve is drawn of. */
    final Map<String, List<double[]>> points = new LinkedHashMap<>();
    final List<Double> legend = new ArrayList<>();

    @Override
    public void lines(double[] x, double[] y, String colour, double width) {
      if (width == 3) {
        legend.add(x[0]);
      }
      for (int i = 0; i < x.length && width == 1.5; i++) {
        points.computeIfAbsent(colour, key -> new ArrayList<>()).add(new double[] {x[i], y[i]});
      }
    }

    @Override
    public void text(double x, double y, int anchor, String text) {}

    @Override
    public void save(Path file) {}
  }

  private static LateHistogram late(long nanos) {
    LateHistogram late = new LateHistogram();
    late.add(nanos, 1000);
    late.add(nanos * 10, 10);
    return late;
  }

  private static LatePlot plot() {
    LatePlot plot = new LatePlot();
    plot.add("early <&> bird", late(20_000));
    plot.add("late", late(200_000));
    return plot;
  }

  @Test
  void theLaterCurvePeaksFurtherRight() {
    Recorder pen = new Recorder();
    plot().draw(pen, "planted");
    assertEquals(2, pen.points.size());
    List<Double> peaks = new ArrayList<>();
    for (List<double[]> curve : pen.points.values()) {
      double[] top = curve.getFirst();
      for (double[] point : curve) {
        assertTrue(point[0] >= 0 && point[0] <= LatePlot.WIDTH);
        assertTrue(point[1] >= 0 && point[1] <= LatePlot.HEIGHT);
        top = point[1] < top[1] ? point : top;
      }
      peaks.add(top[0]);
    }
    assertTrue(peaks.get(0) < peaks.get(1), peaks.toString());
  }

  /** As many rows as a comparison has, with a second device. */
  @Test
  void curvesHaveColoursOfTheirOwnAndTheLegendIsBesideThem() {
    LatePlot many = new LatePlot();
    for (int i = 0; i < 12; i++) {
      many.add("row " + i, late(20_000 + i));
    }
    Recorder pen = new Recorder();
    many.draw(pen, "planted");
    assertEquals(12, pen.points.size());
    double right =
        pen.points.values().stream()
            .flatMap(List::stream)
            .mapToDouble(point -> point[0])
            .max()
            .orElseThrow();
    assertEquals(12, pen.legend.size());
    pen.legend.forEach(x -> assertTrue(x > right, x + " and " + right));
  }

  @Test
  void theSvgIsWellFormed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("plot.svg");
    Pen pen = LatePlot.pen(file);
    plot().draw(pen, "a < b");
    pen.save(file);
    var document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertTrue(Files.readString(file).contains("early &lt;&amp;&gt; bird"));
  }

  @Test
  void thePngIsOneWhereTheJdkCanDraw(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("plot.png");
    Pen pen = null;
    String lacking = "";
    try {
      pen = LatePlot.pen(file);
    } catch (IOException cannot) {
      lacking = cannot.getMessage();
      assertTrue(lacking.contains(".svg"), lacking);
    }
    assumeTrue(pen != null, lacking);
    plot().draw(pen, "planted");
    pen.save(file);
    byte[] head = Files.readAllBytes(file);
    assertEquals("PNG", new String(head, 1, 3, StandardCharsets.US_ASCII));
  }

  @Test
  void nothingToDrawIsNoError() {
    LatePlot empty = new LatePlot();
    empty.add("nobody", new LateHistogram());
    empty.draw(new Recorder(), "nothing");
  }
}
