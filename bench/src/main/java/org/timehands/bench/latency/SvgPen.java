package org.timehands.bench.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Draws SVG: text alone, so that it works on every JDK. */
final class SvgPen implements Pen {
  private static final String[] ANCHORS = {"start", "middle", "end"};

  private final StringBuilder out = new StringBuilder();

  SvgPen(int width, int height) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
            width, height, width, height));
  }

  @Override
  public void lines(double[] x, double[] y, String colour, double width) {
    out.append("<polyline fill=\"none\" stroke=\"").append(colour);
    out.append(String.format(Locale.ROOT, "\" stroke-width=\"%.1f\" points=\"", width));
    for (int i = 0; i < x.length; i++) {
      out.append(String.format(Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", x[i], y[i]));
    }
    out.append("\"/>\n");
  }

  @Override
  public void text(double x, double y, int anchor, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x, y, ANCHORS[anchor + 1], escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** All that was drawn so far. */
  String document() {
    return out + "</svg>\n";
  }

  @Override
  public void save(Path file) throws IOException {
    Files.writeString(file, document());
  }
}
