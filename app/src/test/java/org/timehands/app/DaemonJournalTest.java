package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.app.text.TinyJson;
import org.timehands.journal.Journal;
import org.timehands.linux.HostInfo;

/** The daemon's journal over its lives: ended in order, killed, taken up again. */
class DaemonJournalTest {
  @TempDir private Path scratch;
  private String page;
  private String journal;

  @BeforeEach
  void place() {
    page = scratch.resolve("page").toString();
    journal = scratch.resolve("journal").toString();
  }

  private Child daemon() throws IOException {
    return Child.start(
        scratch, "run", "--json", "--page", page, "--interval", "100ms", "--journal", journal,
        "--journal-sync", "never");
  }

  private Map<String, Object> json(String... words) throws IOException, InterruptedException {
    Ran ran = Child.run(scratch, "", words);
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    return TinyJson.object(ran.out());
  }

  /** A stamp that a later read has promised, and what the page says of it. */
  private Map<String, Object> stamped() throws IOException, InterruptedException {
    Map<String, Object> stamp = json("stamp", "--json", "--page", page);
    json("now", "--json", "--page", page);
    String text = stamp.get("clocksource") + ":" + stamp.get("cycles");
    Map<String, Object> told = json("convert", "--json", "--page", page, text);
    assertEquals("EXACT", told.get("found"));
    return told;
  }

  private void convertsTheSame(Map<String, Object> told) throws IOException, InterruptedException {
    String text = told.get("clocksource") + ":" + told.get("cycles");
    Map<String, Object> kept = json("convert", "--json", "--journal", journal, text);
    assertEquals(HostInfo.bootId().toString(), kept.remove("boot"));
    assertEquals(told, kept);
  }

  private void refusesASecondWriter() throws IOException, InterruptedException {
    Ran second = Child.run(scratch, "", "run", "--page", page + "2", "--journal", journal);
    assertEquals(ExitCode.FAILED, second.code(), second.err());
    assertTrue(second.err().contains("written by another process"), second.err());
  }

  @Test
  @SuppressWarnings("unchecked")
  void stampsOutliveTheDaemon() throws IOException, InterruptedException {
    List<Map<String, Object>> told = new ArrayList<>();
    for (String ending : List.of("KILL", "INT")) {
      try (Child owner = daemon()) {
        Map<String, Object> first = TinyJson.object(owner.line());
        Map<String, Object> status = (Map<String, Object>) first.get("journal");
        assertEquals(journal, status.get("directory"));
        if (ending.equals("KILL")) {
          refusesASecondWriter();
        }
        told.add(stamped());
        // By the time of this line the journal has looked at least once.
        for (int i = 0; i < 15; i++) {
          owner.line();
        }
        convertsTheSame(told.getLast());
        owner.signal(ending);
        owner.end();
      }
    }
    for (Map<String, Object> each : told) {
      convertsTheSame(each);
    }
    Journal kept = Journal.open(Path.of(journal));
    assertEquals(1, kept.timelines().size());
    assertEquals(List.of(), kept.timelines().getFirst().holes());
    assertTrue(kept.timelines().getFirst().sampleCount() > 20);
    String stamp = told.get(1).get("clocksource") + ":" + told.get(1).get("cycles");
    Map<String, Object> later =
        json("convert", "--json", "--hindsight", "--boot", "this", "--journal", journal, stamp);
    long hindsight = (long) later.get("hindsightRealtimeNanos");
    assertTrue(Math.abs(hindsight - (long) later.get("realtimeNanos")) < 1_000_000_000L);
  }
}
