package org.timehands.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.timehands.timeline.Page;

/** What {@code --version} prints. */
final class Version {
  private Version() {}

  static String[] lines() {
    return new String[] {
      "timehands " + number() + " (page layout " + Page.VERSION + ", Java "
          + Runtime.version().feature() + ")"
    };
  }

  /** This build's version. */
  static String number() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException unreadable) {
      // Says "unknown" below.
    }
    return build.getProperty("version", "unknown");
  }
}
