package org.timehands.bench.latency;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws a picture with what the JDK's desktop module has, without a display. */
final class PngPen implements Pen {
  private final BufferedImage image;
  private final Graphics2D graphics;

  private PngPen(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(
        RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    // Some JDKs have the classes and not the libraries or the fonts: better known now.
    graphics.getFontMetrics().stringWidth("0");
  }

  /**
   * A pen, if this JDK can draw.
   *
   * @throws IOException if it cannot; the message says why, and what to do
   */
  static PngPen make(int width, int height) throws IOException {
    System.setProperty("java.awt.headless", "true");
    try {
      return new PngPen(width, height);
    } catch (LinkageError | RuntimeException | InternalError lacking) {
      throw new IOException(
          "this JDK cannot draw a PNG (" + lacking + "): name a file that ends in .svg", lacking);
    }
  }

  @Override
  public void lines(double[] x, double[] y, String colour, double width) {
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < x.length; i++) {
      path.lineTo(x[i], y[i]);
    }
    graphics.setColor(Color.decode(colour));
    graphics.setStroke(new BasicStroke((float) width));
    graphics.draw(path);
  }

  @Override
  public void text(double x, double y, int anchor, String text) {
    double width = graphics.getFontMetrics().stringWidth(text);
    graphics.setColor(Color.BLACK);
    graphics.drawString(text, (float) (x - width * (anchor + 1) / 2), (float) y);
  }

  @Override
  public void save(Path file) throws IOException {
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this JDK has no writer of PNG: name a file that ends in .svg");
    }
  }
}
