package org.timehands.app;

import java.util.Objects;
import org.timehands.app.text.Show;

/**
 * Says on standard error how far a long conversion has come: in place on a terminal, else a line
 * for each million of stamps. Short input passes in silence.
 */
final class ConvertProgress {
  private static final long LOOK_STAMPS = 4096;
  private static final long IN_PLACE_NANOS = 200_000_000;
  private static final long LINE_STAMPS = 1_000_000;

  private final Console console;
  private final ConvertOutput output;
  private final long startNanos;
  private long lastNanos;
  private long nextLine = LINE_STAMPS;
  private boolean drawn;
  private boolean told;

  ConvertProgress(Console console, ConvertOutput output) {
    this.console = Objects.requireNonNull(console, "console");
    this.output = Objects.requireNonNull(output, "output");
    this.startNanos = output.nowNanos();
    this.lastNanos = startNanos;
  }

  /** After each stamp. */
  void step() {
    if (output.total() % LOOK_STAMPS != 0) {
      return;
    }
    if (!console.errIsTerminal()) {
      if (output.total() >= nextLine) {
        nextLine += LINE_STAMPS;
        told = true;
        console.say("convert: " + soFar());
      }
      return;
    }
    long now = output.nowNanos();
    if (now - lastNanos >= IN_PLACE_NANOS) {
      lastNanos = now;
      drawn = true;
      console.err().print("\r\033[Ktimehands: convert: " + soFar());
      console.err().flush();
    }
  }

  private String soFar() {
    long spent = Math.max(1, output.nowNanos() - startNanos);
    long rate = Math.round(output.total() * 1e9 / spent);
    return Show.grouped(output.total()) + " stamps, " + Show.grouped(rate) + "/s";
  }

  /** Takes the line in place away. */
  void clear() {
    if (drawn) {
      console.err().print("\r\033[K");
      console.err().flush();
    }
  }

  /** At the end; sums up if anything was said before. */
  void end() {
    clear();
    if (drawn || told) {
      console.say("convert: " + output.summary());
    }
  }
}
