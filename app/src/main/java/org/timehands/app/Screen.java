package org.timehands.app;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.timehands.linux.Terminal;

/**
 * A view drawn in place on a terminal's second screen.
 *
 * <p>Safe against resizing: every frame starts at the corner, long lines are cut by the terminal
 * (wrapping is off), and no more lines are drawn than fit. Not thread-safe.
 */
final class Screen implements AutoCloseable {
  private static final int OUT = 1;
  private static final String ENTER = "\033[?1049h\033[?25l\033[?7l\033[2J";
  private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String END_LINE = "\033[K";
  private static final String END_PAGE = "\033[J";

  private final PrintStream out;
  private final Supplier<Optional<Terminal.Size>> size;

  Screen(PrintStream out) {
    this(out, () -> Terminal.size(OUT));
  }

  Screen(PrintStream out, Supplier<Optional<Terminal.Size>> size) {
    this.out = Objects.requireNonNull(out, "out");
    this.size = Objects.requireNonNull(size, "size");
    out.print(ENTER);
    out.flush();
  }

  /** Draws a frame. */
  void draw(List<String> lines) {
    int rows = size.get().map(Terminal.Size::rows).orElse(24);
    int shown = Math.min(lines.size(), rows);
    StringBuilder frame = new StringBuilder(HOME);
    for (int i = 0; i < shown; i++) {
      frame.append(lines.get(i)).append(END_LINE).append(i + 1 < shown ? "\r\n" : "");
    }
    out.print(frame.append(END_PAGE));
    out.flush();
  }

  /** Gives the terminal back as it was. */
  @Override
  public void close() {
    out.print(LEAVE);
    out.flush();
  }
}
