package org.timehands.app;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.timehands.linux.Terminal;

/**
 * What a command talks to: its three streams, whether people read them, and the environment.
 *
 * @param in standard input
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param outIsTerminal whether somebody watches standard output
 * @param errIsTerminal whether somebody watches standard error
 * @param environment the environment variables
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Map<String, String> environment) {
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int BUFFER_BYTES = 1 << 16;

  Console {
    Objects.requireNonNull(in, "in");
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
    environment = Map.copyOf(environment);
  }

  /** The console of this process. */
  static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Terminal.isTerminal(OUT),
        Terminal.isTerminal(ERR),
        System.getenv());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
        false,
        StandardCharsets.UTF_8);
  }

  /** Whether colours are wanted: on a terminal that has them, unless NO_COLOR forbids. */
  boolean hasColours() {
    return outIsTerminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** Whether a view can be drawn in place. */
  boolean canDraw() {
    return outIsTerminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** Prints lines and flushes. */
  void print(Iterable<String> lines) {
    for (String line : lines) {
      out.print(line);
      out.print('\n');
    }
    out.flush();
  }

  /** Prints a line and flushes. */
  void print(CharSequence line) {
    out.append(line).append('\n');
    out.flush();
  }

  /** Says something beside the result. */
  void say(String line) {
    err.print("timehands: " + line + "\n");
    err.flush();
  }
}
