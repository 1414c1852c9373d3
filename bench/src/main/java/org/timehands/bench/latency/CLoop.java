package org.timehands.bench.latency;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.StringTokenizer;
import org.timehands.bench.CProgram;

/** A loop around clock_nanosleep in C, in a process of its own that waits between its slices. */
final class CLoop implements Contestant {
  /** Its row. */
  static final String NAME = "C clock_nanosleep";

  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;

  private CLoop(Process process) {
    this.process = process;
    questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /**
   * Compiles and starts it.
   *
   * @param directory where to
   * @throws IOException if there is no gcc; the message is for people
   */
  static CLoop start(Path directory, Setting setting) throws IOException {
    Path program = CProgram.compile("latency", directory);
    return new CLoop(
        new ProcessBuilder(
                program.toString(),
                Long.toString(setting.slackNanos()),
                Integer.toString(setting.priority()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isJava() {
    return false;
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws IOException {
    questions.write(intervalNanos + " " + millis + "\n");
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the C program has ended");
    }
    return parse(answer);
  }

  /** Reads "CPU_NS MISSED COUNT LATENESS...". */
  static Slice parse(String answer) throws IOException {
    StringTokenizer words = new StringTokenizer(answer);
    LateHistogram late = new LateHistogram();
    try {
      long cpu = Long.parseLong(words.nextToken());
      long missed = Long.parseLong(words.nextToken());
      long count = Long.parseLong(words.nextToken());
      if (count != words.countTokens()) {
        throw new IOException(
            "the C program announced " + count + " figures and sent " + words.countTokens());
      }
      while (words.hasMoreTokens()) {
        late.add(Long.parseLong(words.nextToken()));
      }
      return new Slice(late, missed, 0, cpu, -1);
    } catch (IllegalArgumentException | java.util.NoSuchElementException wrong) {
      throw new IOException("the C program's answer is not understood", wrong);
    }
  }

  @Override
  public long ownCpuNanos() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  @Override
  public void close() throws IOException {
    // The end of its input ends it.
    questions.close();
    process.destroy();
  }
}
