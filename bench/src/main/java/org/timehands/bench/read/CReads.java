package org.timehands.bench.read;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The C program that measures the same reads: compiled here and now, and asked row by row. */
final class CReads implements AutoCloseable {
  private static final String SOURCE = "/org/timehands/bench/c/reads.c";
  private static final long COMPILE_LIMIT_SECONDS = 60;

  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;

  private CReads(Process process) {
    this.process = process;
    questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /**
   * Compiles the program with gcc.
   *
   * @param directory where to
   * @return the program
   * @throws IOException if there is no gcc or it fails; the message is for people
   */
  static Path compile(Path directory) throws IOException {
    Path source = directory.resolve("reads.c");
    Path program = directory.resolve("reads");
    try (InputStream stored = CReads.class.getResourceAsStream(SOURCE)) {
      if (stored == null) {
        throw new IOException("the C program is not in the jar");
      }
      Files.write(source, stored.readAllBytes());
    }
    Process gcc;
    try {
      gcc =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      throw new IOException("no rows in C: gcc is not installed", absent);
    }
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!gcc.waitFor(COMPILE_LIMIT_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
        throw new IOException("no rows in C: gcc failed: " + said.strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("no rows in C: interrupted", interrupted);
    } finally {
      gcc.destroyForcibly();
    }
    return program;
  }

  /**
   * Starts the program.
   *
   * @param program what {@link #compile} returned
   * @param cpu where it runs, or -1 for anywhere
   */
  static CReads start(Path program, int cpu) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    if (cpu >= 0) {
      command.add(Integer.toString(cpu));
    }
    return new CReads(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /**
   * Measures one read.
   *
   * @param name its name in the program
   * @param millis for how long
   * @return nanoseconds per read
   * @throws IOException if the program has ended or does not know the name
   */
  double measure(String name, long millis) throws IOException {
    questions.write(name + " " + millis * 1000 + "\n");
    questions.flush();
    String answer = answers.readLine();
    if (answer == null || answer.equals("unknown")) {
      throw new IOException("the C program cannot measure " + name);
    }
    return Double.parseDouble(answer);
  }

  /** CPU time that the program has used, in nanoseconds. */
  long cpuNanos() {
    return process.info().totalCpuDuration().map(java.time.Duration::toNanos).orElse(0L);
  }

  @Override
  public void close() throws IOException {
    // The end of its input ends it.
    questions.close();
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
