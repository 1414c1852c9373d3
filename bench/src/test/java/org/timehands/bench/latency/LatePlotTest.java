package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plots are well formed, and show what they were given. */
class LatePlotTest {
  /** Keeps the curves: lines that are neither axes nor the legend. */
  private static final class Recorder implements Pen {
    final List<double[]> curveX = new ArrayList<>();
    final List<double[]> curveY = new ArrayList<>();

    @Override
    public void lines(double[] x, double[] y, String colour, double width) {
      if (width == 1.5) {
        curveX.add(x);
        curveY.add(y);
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
    assertEquals(2, pen.curveX.size());
    double[] peaks = new double[2];
    for (int curve = 0; curve < 2; curve++) {
      double top = Double.MAX_VALUE;
      for (int i = 0; i < pen.curveX.get(curve).length; i++) {
        double x = pen.curveX.get(curve)[i];
        double y = pen.curveY.get(curve)[i];
        assertTrue(x >= 0 && x <= LatePlot.WIDTH && y >= 0 && y <= LatePlot.HEIGHT);
        if (y < top) {
          top = y;
          peaks[curve] = x;
        }
      }
    }
    assertTrue(peaks[0] < peaks[1], peaks[0] + " and " + peaks[1]);
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
