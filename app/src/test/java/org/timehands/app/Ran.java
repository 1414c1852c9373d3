package org.timehands.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a command did when it was run in this JVM.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it said beside
 */
record Ran(int code, String out, String err) {
  static Ran of(Sessions sessions, String... arguments) {
    return of(sessions, "", false, arguments);
  }

  static Ran of(Sessions sessions, String input, boolean terminal, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            terminal,
            terminal,
            terminal ? Map.of("TERM", "xterm") : Map.of());
    int code = Main.run(new Context(console, sessions), arguments);
    console.out().flush();
    console.err().flush();
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
