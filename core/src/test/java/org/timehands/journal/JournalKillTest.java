package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.testing.Seeds;

/** A writer is killed while it writes: all that it had flushed is there. */
class JournalKillTest {
  @TempDir private Path scratch;

  @Test
  void whatWasFlushedSurvivesTheWriter() {
    int[] run = new int[1];
    Seeds.forEach(
        JournalKillTest.class, 3, random -> kill(random, scratch.resolve("run" + run[0]++)));
  }

  private static void kill(SplittableRandom random, Path place)
      throws IOException, InterruptedException {
    long fileBytes = random.nextBoolean() ? 1 << 14 : 1 << 24;
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                JournalChild.class.getName(),
                place.toString(),
                Long.toString(fileBytes))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long flushed = 0;
    try (BufferedReader said = child.inputReader()) {
      int lines = 50 + random.nextInt(700);
      String line = said.readLine();
      for (int i = 0; i < lines; i++) {
        assertTrue(line != null, "the child ended by itself");
        flushed = Long.parseLong(line);
        line = said.readLine();
      }
      child.destroyForcibly();
      child.waitFor();
    } finally {
      child.destroyForcibly();
    }
    check(place, flushed);
    // Nobody holds the journal of a dead process.
    try (JournalBench next = JournalBench.of(64)) {
      JournalWriter.open(place, next.page, JournalOptions.defaults()).close();
    }
  }

  private static void check(Path place, long flushed) throws IOException {
    Journal journal = Journal.open(place);
    JournalTimeline timeline = journal.timelines().getFirst();
    assertEquals(List.of(), timeline.holes());
    assertTrue(
        timeline.segmentCount() >= flushed,
        timeline.segmentCount() + " segments of " + flushed + " that were flushed");
    for (String remark : journal.remarks()) {
      assertTrue(remark.contains("torn tail"), remark);
    }
  }

  /** The planted bug: the end of what was flushed is missing. */
  @Test
  void theCheckSeesWhatIsMissing() throws IOException {
    Path place = scratch.resolve("planted");
    Path file = JournalBench.fileOf(place, 9);
    check(place, 9);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 600));
    assertThrows(AssertionError.class, () -> check(place, 9));
  }
}
