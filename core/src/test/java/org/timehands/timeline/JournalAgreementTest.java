package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.fixed.Slope;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History.Found;

/**
 * Tests 4-07, 4-12 to 4-16 and A20 of semantics on disk: a journal gives the statuses and the
 * values of the live history, and what was read, on random timelines.
 */
class JournalAgreementTest {
  private static final int SLOTS = 4096;

  @TempDir private Path scratch;

  @Test
  void aJournalSaysWhatHistorySays() {
    int[] run = new int[1];
    Seeds.forEach(
        JournalAgreementTest.class,
        12,
        random -> agree(random, scratch.resolve("journal-" + run[0]++)));
  }

  /** The planted bug: the second counter's slope is one unit of its fraction off. */
  @Test
  void theComparisonSeesAUnitOfTheSlope() throws IOException {
    try (Bench bench = Bench.of(SLOTS)) {
      bench.counter.add(1L << 60);
      bench.reader.monotonic();
      try (JournalWriter writer =
          JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
        writer.poll();
      }
      JournalConverter converter = Journal.open(scratch).converter();
      Map<Found, Integer> counts = new EnumMap<>(Found.class);
      compare(bench, converter, Bench.ID, 1L << 59, counts);
      org.timehands.linux.Memory.set(bench.page.slot(0) + Page.SLOPE_FRAC, 1L << 8);
      assertThrows(
          AssertionError.class,
          () -> compare(bench, converter, Bench.ID, 1L << 59, counts));
    }
  }

  private static void agree(SplittableRandom random, Path place) throws IOException {
    HandCounter other = new HandCounter(300, random.nextLong());
    List<Sample> read = new ArrayList<>();
    Map<Found, Integer> counts = new EnumMap<>(Found.class);
    long fileBytes = random.nextBoolean() ? 1 << 24 : 1 << 15;
    JournalOptions options =
        JournalOptions.defaults().withFiles(fileBytes, 1000).withSync(JournalOptions.Sync.NEVER);
    try (Bench bench = Bench.of(SLOTS, new HandCounter(Bench.ID, random.nextLong()))) {
      bench.counters.add(other);
      JournalWriter writer = JournalWriter.open(place, bench.page, options);
      for (int i = 0; i < 3000; i++) {
        change(bench, other, random);
        for (int r = random.nextInt(3); r >= 0; r--) {
          long more = random.nextLong(500);
          bench.counter.add(more);
          other.add(more);
          read.add(bench.sample());
        }
        if (random.nextInt(50) == 0) {
          writer.poll();
        }
        if (random.nextInt(500) == 0) {
          writer.close();
          writer = JournalWriter.open(place, bench.page, options);
        }
      }
      writer.close();
      Journal journal = Journal.open(place);
      assertEquals(List.of(), journal.remarks());
      assertEquals(List.of(), journal.timelines().getFirst().holes());
      for (Sample then : read) {
        compareRead(journal.converter(), then);
      }
      JournalConverter converter = journal.converter();
      for (int i = 0; i < 20_000; i++) {
        long id = random.nextInt(20) == 0 ? 7 : random.nextBoolean() ? Bench.ID : 300;
        Sample near = read.get(random.nextInt(read.size()));
        long cycles = near.cycles() + random.nextLong(-5_000, 5_000);
        compare(bench, converter, id, cycles, counts);
        long now = (id == 300 ? other : bench.counter).cycles();
        compare(bench, converter, id, now + random.nextLong(-2_000_000, 3_000), counts);
      }
      bulk(journal, read, random);
    }
    for (Found each : Found.values()) {
      assertTrue(counts.getOrDefault(each, 0) > 20, counts.toString());
    }
  }

  private static void change(Bench bench, HandCounter other, SplittableRandom random) {
    long any = random.nextLong(-1L << 50, 1L << 50);
    switch (random.nextInt(24)) {
      case 0 -> bench.writer.append(next -> next.realOffsetNanos = any);
      case 1 -> bench.writer.append(next -> next.setLeap(next.monoBaseNanos + 300, 1));
      case 2 -> bench.writer.append(next -> next.setLeap(next.monoBaseNanos + 100, -1));
      case 3 -> bench.writer.append(next -> change(next, bench, other));
      case 4 -> sleep(bench, other, random.nextLong(1, 4_000));
      case 5 ->
          bench.writer.append(
              next -> {
                next.errorNanos = any & 0xFFFF;
                next.errorRate = any;
                next.status = TimeStatus.SYNCHRONIZED;
                next.holdoverAfterCycles = any & 0xFFF;
                next.clockWasSetSeq++;
              });
      default -> {
        long ppt = random.nextLong(-100_000_000_000L, 100_000_000_000L);
        bench.writer.append(next -> next.setRate(Slope.ONE.plusPpt(ppt)));
      }
    }
  }

  /** A stretch in which the counter told nothing. */
  private static void sleep(Bench bench, HandCounter other, long cycles) {
    Segment newest = new Segment();
    long promised = bench.writer.newest(newest);
    long end = newest.startCycles + promised + cycles;
    long passed = end - (newest.clocksourceId == 300 ? other : bench.counter).cycles();
    bench.counter.add(passed);
    other.add(passed);
    bench.writer.tryAppendBridge(
        newest.sequence, next -> next.setRate(new Slope(0, 1)), end, next -> {});
  }

  private static void change(Segment next, Bench bench, HandCounter other) {
    boolean back = next.clocksourceId == 300;
    HandCounter from = back ? other : bench.counter;
    HandCounter to = back ? bench.counter : other;
    next.startCycles = to.cycles() + (next.startCycles - from.cycles());
    next.clocksourceId = to.id();
    next.setRate(Slope.ONE);
    next.setRawRate(Slope.ONE);
  }

  private static void compare(
      Bench bench, JournalConverter converter, long id, long cycles, Map<Found, Integer> counts) {
    Sample live = new Sample();
    Sample kept = new Sample();
    Found wanted = bench.history.convert(id, cycles, live);
    Found found = converter.convert(id, cycles, kept);
    counts.merge(found, 1, Integer::sum);
    assertEquals(wanted, found, id + ":" + cycles + ", " + converter.words());
    if (found == Found.EXACT || found == Found.PREDICTED) {
      assertSame(live, kept);
      assertEquals(live.wallErrorNanos(), kept.wallErrorNanos());
      assertEquals(live.errorNanos(), kept.errorNanos());
      assertEquals(live.rawErrorNanos(), kept.rawErrorNanos());
      assertEquals(live.status(), kept.status());
      assertEquals(live.reason(), kept.reason());
      assertEquals(live.clocksourceChangedSeq(), kept.clocksourceChangedSeq());
    }
  }

  private static void compareRead(JournalConverter converter, Sample then) {
    Sample kept = new Sample();
    Found found = converter.convert(then.clocksourceId(), then.cycles(), kept);
    assertEquals(Found.EXACT, found, converter.words());
    assertSame(then, kept);
  }

  private static void assertSame(Sample one, Sample other) {
    assertEquals(one.sequence(), other.sequence());
    assertEquals(one.monoNanos(), other.monoNanos());
    assertEquals(one.rawNanos(), other.rawNanos());
    assertEquals(one.realNanos(), other.realNanos());
    assertEquals(one.bootNanos(), other.bootNanos());
    assertEquals(one.taiNanos(), other.taiNanos());
    assertEquals(one.clockWasSetSeq(), other.clockWasSetSeq());
  }

  /** Many at once are the same as each alone, in any order. */
  private static void bulk(Journal journal, List<Sample> read, SplittableRandom random) {
    for (int order = 0; order < 2; order++) {
      long[] cycles = new long[4_000];
      for (int i = 0; i < cycles.length; i++) {
        int which = order == 0 ? i * (read.size() / 4_001) : random.nextInt(read.size());
        cycles[i] = read.get(which).cycles() + random.nextLong(-300, 300);
      }
      long[] times = new long[cycles.length];
      Found[] found = new Found[cycles.length];
      int converted = journal.converter().convertAll(Bench.ID, cycles, times, found);
      JournalConverter single = journal.converter();
      Sample sample = new Sample();
      int counted = 0;
      for (int i = 0; i < cycles.length; i++) {
        Found one = single.convert(Bench.ID, cycles[i], sample);
        assertEquals(one, found[i]);
        boolean has = one == Found.EXACT || one == Found.PREDICTED;
        assertEquals(has ? sample.realNanos() : JournalConverter.NO_TIME, times[i]);
        counted += has ? 1 : 0;
      }
      assertEquals(counted, converted);
    }
  }
}
