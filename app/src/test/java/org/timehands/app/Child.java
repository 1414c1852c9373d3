package org.timehands.app;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The program in a JVM of its own. Limits are for machines that hang; nothing is measured. */
final class Child implements AutoCloseable {
  private static final long LIMIT_SECONDS = 120;
  private static final String END = "\0end";

  /** A shell in the background has us ignore Ctrl-C, nohup a hang-up; what we start would too. */
  static final List<String> HEEDING = List.of("env", "--default-signal=HUP,INT,TERM");

  private final Process process;
  private final Path err;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Child(Process process, Path err) {
    this.process = process;
    this.err = err;
    Thread.ofPlatform().daemon().start(this::pump);
  }

  private void pump() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException ended) {
      // The end is told below.
    }
    lines.add(END);
  }

  /** Starts a command. */
  static Child start(Path scratch, List<String> options, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(HEEDING);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(scratch, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().remove("TIMEHANDS_PAGE");
    builder.environment().remove("TIMEHANDS_CLOCKSOURCE");
    return new Child(builder.start(), err);
  }

  /** Starts a command with native access. */
  static Child start(Path scratch, String... arguments) throws IOException {
    return start(scratch, List.of("--enable-native-access=ALL-UNNAMED"), arguments);
  }

  /** Runs a command to its end. */
  static Ran run(Path scratch, String input, String... arguments)
      throws IOException, InterruptedException {
    try (Child child = start(scratch, arguments)) {
      child.process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      child.process.getOutputStream().close();
      return child.end();
    }
  }

  long pid() {
    return process.pid();
  }

  /** The next line of its output. */
  String line() throws IOException, InterruptedException {
    String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (line == null || line.equals(END)) {
      fail("no more output; it said: " + Files.readString(err));
    }
    return line;
  }

  /** Stops listening: its next line meets a closed pipe. */
  void closeOutput() throws IOException {
    process.getInputStream().close();
  }

  /** Sends a signal, such as {@code INT}. */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
    if (code != 0) {
      fail("kill ended with " + code);
    }
  }

  /** Waits for the end. */
  Ran end() throws IOException, InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("it did not end in " + LIMIT_SECONDS + " s; it said: " + Files.readString(err));
    }
    StringBuilder out = new StringBuilder();
    for (String line = lines.take(); !line.equals(END); line = lines.take()) {
      out.append(line).append('\n');
    }
    return new Ran(process.exitValue(), out.toString(), Files.readString(err));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
