package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.timeline.SegmentCopy;

/** What a crash or a bad disk does to a journal's file: what is lost, and what is not. */
class JournalDamageTest {
  private static final int SEGMENT_BYTES = Frames.bytes(SegmentCopy.WORDS);

  @TempDir private Path scratch;

  private static int records(Journal journal) {
    return journal.timelines().isEmpty() ? 0 : journal.timelines().getFirst().segmentCount();
  }

  private static boolean isTorn(Journal journal) {
    return journal.remarks().stream().anyMatch(each -> each.contains("torn tail"));
  }

  /** The file is cut at every byte: what is whole before the cut is there, and nothing else. */
  @Test
  void theTornTailIsDroppedAndNothingBeforeItIsLost() throws IOException {
    byte[] whole = Files.readAllBytes(JournalBench.fileOf(scratch.resolve("a"), 6));
    // Seven segments, the last of them open.
    assertEquals(JournalHeader.BYTES + 7 * SEGMENT_BYTES, whole.length);
    Path cut = scratch.resolve("cut.journal");
    for (int length = JournalHeader.BYTES; length <= whole.length; length++) {
      Journal journal = JournalBench.journalOf(cut, Arrays.copyOf(whole, length));
      int left = length - JournalHeader.BYTES;
      assertEquals(left / SEGMENT_BYTES, records(journal), "cut at " + length);
      assertEquals(left % SEGMENT_BYTES != 0, isTorn(journal), "cut at " + length);
    }
  }

  /** A cut in the header: refused in words, never half believed. */
  @Test
  void aCutHeaderIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(JournalBench.fileOf(scratch.resolve("a"), 1));
    Path cut = scratch.resolve("cut.journal");
    for (int length = 0; length < JournalHeader.BYTES / 2; length++) {
      byte[] bytes = Arrays.copyOf(whole, length);
      assertThrows(
          JournalFormatException.class, () -> JournalBench.journalOf(cut, bytes), "at " + length);
    }
  }

  /** Each bit of a record in the middle is turned: that record is missed, and no other. */
  @Test
  void everyBitOfARecordIsGuarded() throws IOException {
    byte[] whole = Files.readAllBytes(JournalBench.fileOf(scratch.resolve("a"), 6));
    Path file = scratch.resolve("b.journal");
    int start = JournalHeader.BYTES + 3 * SEGMENT_BYTES;
    for (int bit = 0; bit < 8 * SEGMENT_BYTES; bit++) {
      byte[] bad = whole.clone();
      bad[start + bit / 8] ^= (byte) (1 << bit % 8);
      Journal journal = JournalBench.journalOf(file, bad);
      assertEquals(6, records(journal), "bit " + bit);
      assertEquals(1, journal.remarks().size(), "bit " + bit);
      String words = "1 record is lost; stamps from there are refused";
      assertTrue(journal.remarks().getFirst().endsWith(words), journal.remarks().getFirst());
      assertEquals(1, journal.timelines().getFirst().holes().size());
    }
  }

  /** Each bit of the last record is turned: a torn tail, as far as anybody can tell. */
  @Test
  void everyBitOfTheLastRecordIsGuarded() throws IOException {
    byte[] whole = Files.readAllBytes(JournalBench.fileOf(scratch.resolve("a"), 2));
    Path file = scratch.resolve("b.journal");
    int start = whole.length - SEGMENT_BYTES;
    for (int bit = 0; bit < 8 * SEGMENT_BYTES; bit++) {
      byte[] bad = whole.clone();
      bad[start + bit / 8] ^= (byte) (1 << bit % 8);
      Journal journal = JournalBench.journalOf(file, bad);
      assertEquals(2, records(journal), "bit " + bit);
      assertTrue(isTorn(journal));
    }
  }

  /** Each bit of the first header is turned: the second stands in. */
  @Test
  void oneHeaderMayBeLost() throws IOException {
    byte[] whole = Files.readAllBytes(JournalBench.fileOf(scratch.resolve("a"), 1));
    Path file = scratch.resolve("b.journal");
    for (int bit = 0; bit < 4 * JournalHeader.BYTES; bit++) {
      byte[] bad = whole.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertEquals(2, records(JournalBench.journalOf(file, bad)), "bit " + bit);
      bad[JournalHeader.BYTES / 2 + bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(JournalFormatException.class, () -> JournalBench.journalOf(file, bad));
    }
  }

  /** The planted bug: a scan that does not look at the checksum believes a turned bit. */
  @Test
  void theTestSeesARecordThatNobodyChecks() throws IOException {
    Path file = JournalBench.fileOf(scratch.resolve("a"), 1);
    byte[] bytes = Files.readAllBytes(file);
    int base = JournalHeader.BYTES + 2 * Long.BYTES + 2 * Long.BYTES;
    Sample right = new Sample();
    Sample wrong = new Sample();
    convert(Journal.open(file), right);
    bytes[base] ^= 1;
    var words = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    SegmentCopy unchecked = new SegmentCopy();
    unchecked.load(words.asLongBuffer(), JournalHeader.BYTES / Long.BYTES + 2);
    unchecked.fill(0, wrong);
    assertNotEquals(right.monoNanos(), wrong.monoNanos());
    Journal journal = JournalBench.journalOf(scratch.resolve("b.journal"), bytes);
    assertEquals(Found.TOO_OLD, convert(journal, wrong));
  }

  private static Found convert(Journal journal, Sample into) {
    return journal.converter().convert(journal.clocksources()[0], 0, into);
  }

  /** Stretches of rubbish, zeros and repetitions anywhere: no exception, no false answer. */
  @Test
  void rubbishAnywhere() throws IOException {
    Path file = JournalBench.fileOf(scratch.resolve("a"), 30);
    byte[] whole = Files.readAllBytes(file);
    Journal right = Journal.open(file);
    Path bad = scratch.resolve("b.journal");
    Seeds.forEach(JournalDamageTest.class, 300, random -> rubbish(random, whole, right, bad));
  }

  private static void rubbish(
      SplittableRandom random, byte[] whole, Journal right, Path file) throws IOException {
    byte[] bytes = whole.clone();
    int from = JournalHeader.BYTES + random.nextInt(whole.length - JournalHeader.BYTES);
    int length = random.nextInt(Math.min(2000, whole.length - from)) + 1;
    switch (random.nextInt(3)) {
      case 0 -> Arrays.fill(bytes, from, from + length, (byte) 0);
      case 1 -> {
        for (int i = 0; i < length; i++) {
          bytes[from + i] = (byte) random.nextInt();
        }
      }
      default -> {
        // An older part of the file stands where a newer one should.
        int records = (whole.length - JournalHeader.BYTES) / SEGMENT_BYTES;
        int to = JournalHeader.BYTES + random.nextInt(1, records) * SEGMENT_BYTES;
        System.arraycopy(whole, JournalHeader.BYTES, bytes, to, SEGMENT_BYTES);
      }
    }
    Journal journal = JournalBench.journalOf(file, bytes);
    JournalConverter here = journal.converter();
    JournalConverter there = right.converter();
    Sample one = new Sample();
    Sample other = new Sample();
    for (long c = 0; c < 400_000; c += 997) {
      if (here.convert(right.clocksources()[0], c, one) == Found.EXACT) {
        assertEquals(Found.EXACT, there.convert(right.clocksources()[0], c, other));
        assertEquals(other.monoNanos(), one.monoNanos());
      }
    }
  }

  /** A writer that comes back drops the torn tail and goes on without a seam. */
  @Test
  void aWriterGoesOnAfterATornTail() throws IOException {
    Path directory = scratch.resolve("a");
    try (JournalBench bench = JournalBench.of(1024)) {
      Path file = directory.resolve("00000001.journal");
      int written = 0;
      for (int life = 0; life < 20; life++) {
        bench.steps(3);
        try (JournalWriter writer =
            JournalWriter.open(directory, bench.page, JournalOptions.defaults())) {
          assertEquals(written, writer.status().nextSegment(), "life " + life);
          writer.poll();
          written = 3 * life + 3;
        }
        byte[] bytes = Files.readAllBytes(file);
        // Tear into the newest segment, which was written at the end; now and then one more.
        int tear = life % 4 == 3 ? SEGMENT_BYTES + 1 + life : 1 + life * 7;
        Files.write(file, Arrays.copyOf(bytes, bytes.length - tear));
        written -= life % 4 == 3 ? 1 : 0;
      }
      try (JournalWriter last =
          JournalWriter.open(directory, bench.page, JournalOptions.defaults())) {
        last.poll();
      }
      Journal journal = Journal.open(directory);
      assertEquals(java.util.List.of(), journal.remarks());
      assertEquals(61, records(journal));
      assertEquals(java.util.List.of(), journal.timelines().getFirst().holes());
    }
  }

  @Test
  void whatIsNoJournalIsRefusedInWords() throws IOException {
    Path file = scratch.resolve("x.journal");
    IOException foreign =
        assertThrows(
            JournalFormatException.class, () -> JournalBench.journalOf(file, new byte[5000]));
    assertTrue(foreign.getMessage().contains("is no journal of Timehands"), foreign.getMessage());
    assertThrows(IOException.class, () -> Journal.open(scratch.resolve("missing")));
    IOException empty = assertThrows(IOException.class, () -> Journal.open(scratch.resolve(".")));
    assertTrue(empty.getMessage().contains("no journal"), empty.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Journal.open());
  }
}
