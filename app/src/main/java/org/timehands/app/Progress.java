package org.timehands.app;

import java.util.Objects;

/**
 * Says on standard error where a command stands: in place on a terminal, else one line for each new
 * phase, a phase being what stands before the first colon or comma.
 */
final class Progress implements AutoCloseable {
  private final Console console;
  private final String command;
  private String phase = "";
  private boolean drawn;

  Progress(Console console, String command) {
    this.console = Objects.requireNonNull(console, "console");
    this.command = Objects.requireNonNull(command, "command");
  }

  void show(String words) {
    if (console.errIsTerminal()) {
      drawn = true;
      console.err().print("\r\033[Ktimehands: " + command + ": " + words);
      console.err().flush();
      return;
    }
    String now = words.replaceFirst(": \\d+ of \\d+$", "");
    if (!now.equals(phase)) {
      phase = now;
      console.say(command + ": " + words);
    }
  }

  @Override
  public void close() {
    if (drawn) {
      console.err().print("\r\033[K");
      console.err().flush();
    }
  }
}
