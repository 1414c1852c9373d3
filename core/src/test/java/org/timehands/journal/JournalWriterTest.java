package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;

/** Writing: what is written when, rotation, lateness, one writer at a time, no allocation. */
class JournalWriterTest {
  private static final JournalOptions SMALL =
      JournalOptions.defaults().withFiles(JournalOptions.MIN_FILE_BYTES, 4);

  @TempDir private Path scratch;

  private static void assertAllConvert(JournalBench bench, Journal journal) {
    JournalConverter converter = journal.converter();
    Sample now = new Sample();
    for (Sample then : bench.read) {
      Found found = converter.convert(then.clocksourceId(), then.cycles(), now);
      assertEquals(Found.EXACT, found, converter.words());
      assertEquals(then.realNanos(), now.realNanos());
      assertEquals(then.sequence(), now.sequence());
    }
  }

  /** Nothing is written twice, whatever the rhythm of looks. */
  @Test
  void looksAtTheirOwnRhythm() throws IOException {
    try (JournalBench bench = JournalBench.of(64)) {
      try (JournalWriter writer =
          JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
        assertEquals(0, writer.poll());
        assertEquals(0, writer.poll());
        for (int i = 0; i < 200; i++) {
          bench.steps(i % 9);
          assertEquals(i % 9, writer.poll());
        }
        assertEquals(bench.history.newest(), writer.status().nextSegment());
        assertAllConvert(bench, Journal.open(scratch));
      }
      Journal closed = Journal.open(scratch);
      assertEquals(bench.history.newest() + 1, closed.timelines().getFirst().segmentCount());
      assertEquals(List.of(), closed.remarks());
    }
  }

  /** 4-14, 4-15: files are ended by size, the oldest go, and what went is TOO_OLD. */
  @Test
  void rotatesBySizeAndKeepsSoManyFiles() throws IOException {
    try (JournalBench bench = JournalBench.of(64)) {
      try (JournalWriter writer = JournalWriter.open(scratch, bench.page, SMALL)) {
        for (int i = 0; i < 100; i++) {
          bench.steps(3);
          writer.poll();
        }
        assertEquals(4, writer.status().files());
      }
      List<Path> files = JournalFiles.list(scratch);
      assertEquals(4, files.size());
      for (Path each : files) {
        assertTrue(Files.size(each) <= JournalOptions.MIN_FILE_BYTES, each + " is too long");
      }
      Journal journal = Journal.open(scratch);
      assertEquals(List.of(), journal.timelines().getFirst().holes());
      JournalConverter converter = journal.converter();
      Sample now = new Sample();
      Sample first = bench.read.getFirst();
      assertEquals(Found.TOO_OLD, converter.convert(bench.id, first.cycles(), now));
      Sample last = bench.read.getLast();
      assertEquals(Found.EXACT, converter.convert(bench.id, last.cycles(), now));
      assertEquals(last.realNanos(), now.realNanos());
      // Each file stands by itself: its last segment is there as far as it went.
      Journal one = Journal.open(files.get(1));
      JournalTimeline alone = one.timelines().getFirst();
      assertTrue(alone.segmentCount() > 8, alone.segmentCount() + " segments");
      assertEquals(List.of(), alone.holes());
    }
  }

  /** A writer that is later than the ring is deep leaves a hole, and says so; nobody guesses. */
  @Test
  void whoComesTooLateLeavesAHole() throws IOException {
    try (JournalBench bench = JournalBench.of(16)) {
      try (JournalWriter writer =
          JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
        bench.steps(5);
        writer.poll();
        bench.steps(50);
        writer.poll();
        bench.steps(3);
        writer.poll();
        assertEquals(37, writer.status().lostSegments());
      }
      Journal journal = Journal.open(scratch);
      JournalTimeline timeline = journal.timelines().getFirst();
      assertEquals(List.of(new JournalTimeline.Hole(6, 42)), timeline.holes());
      JournalConverter converter = journal.converter();
      int refused = 0;
      for (Sample then : bench.read) {
        Sample now = new Sample();
        Found found = converter.convert(then.clocksourceId(), then.cycles(), now);
        if (found == Found.EXACT) {
          assertEquals(then.realNanos(), now.realNanos());
        } else {
          assertEquals(Found.UNMAPPABLE, found);
          assertEquals(JournalConverter.Why.HOLE, converter.why());
          assertTrue(converter.words().contains("not written down"), converter.words());
          refused++;
        }
      }
      // Segment 5 was open when it was seen: what it promised later is lost, too.
      assertEquals(37, refused);
    }
  }

  @Test
  void oneWriterAtATime() throws IOException {
    try (JournalBench bench = JournalBench.of(16)) {
      JournalWriter first = JournalWriter.open(scratch, bench.page, SMALL);
      IOException refused =
          assertThrows(
              IOException.class, () -> JournalWriter.open(scratch, bench.page, SMALL));
      assertTrue(refused.getMessage().contains("written by another"), refused.getMessage());
      first.close();
      first.close();
      assertThrows(IOException.class, first::poll);
      JournalWriter.open(scratch, bench.page, SMALL).close();
    }
  }

  /** What a process left that died while it made a file is no file. */
  @Test
  void anUnfinishedFileIsRemoved() throws IOException {
    Path left = scratch.resolve("00000001.journal.unfinished");
    Files.write(left, new byte[7]);
    try (JournalBench bench = JournalBench.of(16)) {
      JournalWriter.open(scratch, bench.page, SMALL).close();
    }
    assertTrue(Files.notExists(left));
    assertEquals(1, JournalFiles.list(scratch).size());
  }

  /** What the newest segment has promised is EXACT after the next look, over files and restarts. */
  @Test
  void eachLookNotesHowFarTheNewestSegmentGoes() throws IOException {
    try (JournalBench bench = JournalBench.of(16)) {
      Sample then = new Sample();
      Sample now = new Sample();
      JournalWriter writer = JournalWriter.open(scratch, bench.page, SMALL);
      bench.steps(3);
      writer.poll();
      for (int i = 0; i < 500; i++) {
        bench.nowNanos += 1_000_000;
        bench.reader.sample(then);
        writer.poll();
        if (i % 37 == 0) {
          writer.close();
          writer = JournalWriter.open(scratch, bench.page, SMALL);
        }
        JournalConverter converter = Journal.open(scratch).converter();
        assertEquals(Found.EXACT, converter.convert(bench.id, then.cycles(), now));
        assertEquals(then.realNanos(), now.realNanos());
        assertEquals(Found.PREDICTED, converter.convert(bench.id, then.cycles() + 2_000, now));
      }
      assertEquals(4, writer.status().files());
      writer.close();
    }
  }

  /** A disk that is full: said at each flush, and nothing of the buffer is lost or half written. */
  @Test
  void aFullDiskLosesNothingOfTheBuffer() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    ReferenceSample sample = new ReferenceSample();
    try (JournalFile file = JournalFile.resume(full, new Frames.Scan(0, 7, List.of()))) {
      int fit = (1 << 16) / Frames.bytes(ReferenceSample.WORDS);
      for (int i = 0; i < fit; i++) {
        sample.store(file.begin(Frames.SAMPLE, ReferenceSample.WORDS));
        file.end();
        if (i % 100 == 0) {
          assertThrows(IOException.class, file::flush);
        }
        assertEquals((i + 1L) * Frames.bytes(ReferenceSample.WORDS), file.bytes());
      }
      assertThrows(IOException.class, () -> file.begin(Frames.SAMPLE, ReferenceSample.WORDS));
      assertEquals(7 + fit, file.nextRecord());
    }
  }

  @Test
  void optionsAreChecked() {
    JournalOptions good = JournalOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> good.withFiles(4095, 4));
    assertThrows(IllegalArgumentException.class, () -> good.withFiles((1L << 30) + 1, 4));
    assertThrows(IllegalArgumentException.class, () -> good.withFiles(1 << 20, 1));
    assertThrows(NullPointerException.class, () -> good.withSync(null));
  }

  /** Forced or not, what is read back is the same. */
  @Test
  void everySyncPolicyWrites() throws IOException {
    for (JournalOptions.Sync each : JournalOptions.Sync.values()) {
      Path place = scratch.resolve(each.name());
      try (JournalBench bench = JournalBench.of(64);
          JournalWriter writer =
              JournalWriter.open(place, bench.page, SMALL.withSync(each))) {
        bench.steps(40);
        writer.poll();
        writer.flush();
        assertAllConvert(bench, Journal.open(place));
      }
    }
  }

  /** In a steady state appending allocates nothing, as the JVM itself counts. */
  @Test
  void appendsAllocateNothing() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (JournalBench bench = JournalBench.of(1024);
        JournalWriter writer =
            JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
      ReferenceSample sample = new ReferenceSample();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 12; round++) {
        bench.steps(900);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertTrue(writer.poll() == 900);
        for (int i = 0; i < 1000; i++) {
          sample.cycles = i;
          writer.append(sample);
        }
        writer.flush();
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        least = round < 6 ? least : Math.min(least, bytes);
      }
      assertEquals(0, least);
    }
  }
}
