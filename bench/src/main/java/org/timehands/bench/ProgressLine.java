package org.timehands.bench;

/** One line on the terminal's standard error that the next one replaces. */
public final class ProgressLine {
  private ProgressLine() {}

  /** Shows a line; an empty one clears it. Shows nothing where there is no terminal. */
  public static void show(String text) {
    if (System.console() != null && System.console().isTerminal()) {
      System.err.print("\r\033[K" + text);
      System.err.flush();
    }
  }
}
