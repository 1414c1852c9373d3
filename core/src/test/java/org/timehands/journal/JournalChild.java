package org.timehands.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A process that keeps a journal until it is killed, and says how far it has come. */
final class JournalChild {
  private JournalChild() {}

  /** Takes the directory and the size of files. */
  public static void main(String[] arguments) throws IOException {
    JournalOptions options =
        JournalOptions.defaults().withFiles(Long.parseLong(arguments[1]), 10_000);
    ReferenceSample sample = new ReferenceSample();
    try (JournalBench bench = JournalBench.of(1024);
        JournalWriter writer = JournalWriter.open(Path.of(arguments[0]), bench.page, options)) {
      for (int round = 0; ; round++) {
        bench.steps(round % 13);
        bench.read.clear();
        sample.cycles = bench.nowNanos;
        writer.append(sample);
        writer.poll();
        System.out.println(writer.status().nextSegment());
      }
    }
  }
}
