package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.app.text.TinyJson;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.journal.ReferenceSample;

/** Old stamps by a journal: the same answers as the page's, boots, hindsight, damage in words. */
class ConvertJournalTest {
  private static final long SECOND = SimulatedSessions.SECOND;
  private static final String BOOT = "00000000-0000-0000-0000-000000000000";

  @TempDir private Path scratch;

  private final SimulatedSessions sessions = new SimulatedSessions();
  private String journal;

  /** A timeline of a minute with a sample each second, the reference 100 ns ahead of ours. */
  @BeforeEach
  void keep() throws IOException {
    Path directory = scratch.resolve("journal");
    journal = directory.toString();
    try (JournalWriter writer =
        JournalWriter.open(directory, sessions.timeline.page(), JournalOptions.defaults())) {
      ReferenceSample sample = new ReferenceSample();
      sample.clocksourceId = sessions.counter.id();
      for (int i = 0; i <= 60; i++) {
        sessions.timeline.monotonic();
        sample.cycles = sessions.counter.read();
        sample.realNanos = sessions.timeline.realtime() + 100 + i * 7 % 5;
        sample.halfNanos = 40 + i * 3 % 7;
        sample.declaredNanos = 1000;
        writer.append(sample);
        if (i % 20 == 10) {
          sessions.writer.append(next -> next.errorNanos++);
        }
        writer.poll();
        sessions.nowNanos += SECOND;
      }
    }
  }

  private Ran run(String... words) {
    return Ran.of(new SimulatedSessions(), words);
  }

  @Test
  void theSameAsThePage() {
    String[] stamps = {"5", "256:20000000123", "30500000000", "9:1", "-1", "70000000000"};
    for (String stamp : stamps) {
      Ran page = Ran.of(sessions, "convert", stamp);
      Ran kept = run("convert", "--journal", journal, stamp);
      assertEquals(ExitCode.OK, kept.code(), kept.err());
      assertEquals("", kept.err());
      assertTrue(kept.out().startsWith(page.out().stripTrailing()), kept.out() + page.out());
    }
  }

  @Test
  void theAnswerNamesTheBootOrTheReason() {
    Ran ran = run("convert", "--journal", journal, "5", "-1", "9:1");
    assertTrue(ran.lines().get(0).endsWith("  boot " + BOOT), ran.out());
    assertTrue(ran.lines().get(1).contains("TOO_OLD            before what the"), ran.out());
    assertTrue(ran.lines().get(2).contains("no segment of the journal counts"), ran.out());
    Ran known = run("convert", "--journal", journal, "--boot", BOOT, "5");
    assertEquals(ran.lines().get(0), known.lines().get(0));
  }

  @Test
  void hindsightStandsInAColumnOfItsOwn() {
    Ran ran = run("convert", "--journal", journal, "--hindsight", "30500000000", "60500000000");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    String line = ran.lines().get(0);
    assertTrue(line.contains("EXACT              2026-11-21T00:17:10.500000000Z"), line);
    assertTrue(line.matches(".*  hindsight 2026-11-21T00:17:10.50000010.Z ±\\d+ ns"), line);
    assertTrue(ran.lines().get(1).endsWith("none: no samples of the reference around it"));
  }

  @Test
  void hindsightAsJson() {
    Ran ran =
        run("convert", "--journal", journal, "--hindsight", "--json", "30500000000", "60500000000");
    Map<String, Object> first = TinyJson.object(ran.lines().get(0));
    long live = (long) first.get("realtimeNanos");
    long later = (long) first.get("hindsightRealtimeNanos");
    assertTrue(Math.abs(later - live - 102) <= 5, later - live + " ns ahead");
    long bound = (long) first.get("hindsightBoundNanos");
    assertTrue(bound > 1040 && bound < 1100, bound + " ns");
    assertEquals(BOOT, first.get("boot"));
    Map<String, Object> second = TinyJson.object(ran.lines().get(1));
    assertNull(second.get("hindsightRealtimeNanos"));
    assertTrue(second.containsKey("hindsightRealtimeNanos"));
    Map<String, Object> old =
        TinyJson.object(run("convert", "--journal", journal, "--json", "-1").lines().get(0));
    assertTrue(((String) old.get("reason")).startsWith("before what"), old.toString());
  }

  @Test
  void streamsAndProgress() {
    String input = "5\n".repeat(1_100_000);
    Ran ran = Ran.of(sessions, input, false, "convert", "--journal", journal, "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(1_100_000, ran.out().lines().count());
    assertTrue(ran.err().contains("timehands: convert: 1100000 stamps: 1100000 EXACT"), ran.err());
  }

  @Test
  void damageIsSaidAndTheRestConverts() throws IOException {
    Path file = Path.of(journal).resolve("00000001.journal");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
    Ran ran = run("convert", "--journal", file.toString(), "5");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertTrue(ran.err().contains("torn tail"), ran.err());
    assertTrue(ran.out().contains("EXACT"), ran.out());
  }

  @Test
  void wrongUsage() throws IOException {
    List<String[]> wrong =
        List.of(
            new String[] {"convert", "--hindsight", "5"},
            new String[] {"convert", "--boot", "this", "5"},
            new String[] {"convert", "--journal", journal, "--boot", "x", "5"},
            new String[] {"convert", "--journal", journal, "--boot", BOOT.replace('0', '1'), "5"},
            new String[] {"convert", "--journal", journal, "--page", journal, "5"},
            new String[] {"convert", "--journal", journal, "x"},
            new String[] {"run", "--journal", journal, "--journal-files", "1"},
            new String[] {"run", "--journal", journal, "--journal-size", "0"},
            new String[] {"run", "--journal", journal, "--journal-sync", "x"});
    for (String[] words : wrong) {
      Ran ran = run(words);
      assertEquals(ExitCode.USAGE, ran.code(), String.join(" ", words) + ran.err());
      assertEquals(1, ran.err().lines().count(), ran.err());
      assertEquals("", ran.out());
    }
    Ran missing = run("convert", "--journal", scratch.resolve("none").toString(), "5");
    assertEquals(ExitCode.FAILED, missing.code());
    assertTrue(missing.err().contains("is not there; name a file"), missing.err());
    Path foreign = Files.write(scratch.resolve("x"), new byte[999]);
    Ran refused = run("convert", "--journal", foreign.toString(), "5");
    assertEquals(ExitCode.FAILED, refused.code());
    assertTrue(refused.err().contains("is no journal of Timehands"), refused.err());
  }
}
