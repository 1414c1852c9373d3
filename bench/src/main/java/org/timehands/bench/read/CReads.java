package org.timehands.bench.read;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The C program that measures the same reads, asked row by row. */
final class CReads implements AutoCloseable {
  /** Its source's name. */
  static final String SOURCE = "reads";

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
   * Starts the program.
   *
   * @param program compiled from {@link #SOURCE}
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
