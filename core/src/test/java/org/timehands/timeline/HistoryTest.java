package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History.Found;

/** Old stamps: what they convert to, and what is said of those that do not (A20, A21). */
class HistoryTest {
  private static final TimelineWriter.Edit SAME = next -> {};

  /** 4-16, N9: the time of a count and its clocksource; another one is told, too. */
  @Test
  void whatIsSaidOfAStamp() {
    try (Bench bench = Bench.of(8)) {
      bench.counter.add(50);
      bench.reader.monotonic();
      long horizon = bench.horizonOf(0);
      Sample into = new Sample();
      assertEquals(Found.EXACT, bench.history.convert(Bench.ID, 1000, into));
      assertEquals(0, into.monoNanos());
      assertEquals(Found.EXACT, bench.history.convert(Bench.ID, horizon - 1, into));
      assertEquals(Found.PREDICTED, bench.history.convert(Bench.ID, horizon, into));
      assertEquals(150, into.monoNanos());
      assertEquals(Found.TOO_OLD, bench.history.convert(Bench.ID, 999, into));
      assertEquals(Found.WRONG_CLOCKSOURCE, bench.history.convert(9, 1000, into));
      bench.writer.tryAppendBridge(0, SAME, horizon + 500, SAME);
      assertEquals(Found.UNMAPPABLE, bench.history.convert(Bench.ID, horizon, into));
      assertEquals(Found.UNMAPPABLE, bench.history.convert(Bench.ID, horizon + 499, into));
      assertEquals(Found.EXACT, bench.history.convert(Bench.ID, horizon + 500, into));
    }
  }

  /** 4-14, 4-15: its depth is the ring, and beyond it nothing is guessed. */
  @Test
  void whatLiesBeyondTheRingIsTooOld() {
    try (Bench bench = Bench.of(8)) {
      for (int i = 0; i < 40; i++) {
        bench.counter.add(1000);
        bench.reader.monotonic();
        bench.writer.append(SAME);
      }
      Sample into = new Sample();
      long oldest = bench.history.oldest();
      assertEquals(40 - 8 + 3, oldest);
      assertEquals(
          Found.EXACT, bench.history.convert(Bench.ID, bench.startOf(oldest), into));
      assertEquals(
          Found.TOO_OLD, bench.history.convert(Bench.ID, bench.startOf(oldest) - 1, into));
      assertEquals(-1, bench.history.segment(20, new Segment()));
      assertEquals(-1, bench.history.segment(-1, new Segment()));
    }
  }

  @Test
  void theWordOfASegmentTellsItsHorizonAndSeal() {
    try (Bench bench = Bench.of(8)) {
      bench.counter.add(50);
      bench.reader.monotonic();
      Segment segment = new Segment();
      assertEquals(150 << 1, bench.history.segment(0, segment));
      bench.writer.append(SAME);
      assertEquals(150 << 1 | 1, bench.history.segment(0, segment));
      assertEquals(0, segment.sequence);
      assertEquals(1000, segment.startCycles);
    }
  }

  /** A stale hint hides nothing. */
  @Test
  void theNewestIsFollowedFromTheHint() {
    try (Bench bench = Bench.of(8)) {
      bench.writer.append(SAME);
      bench.writer.append(SAME);
      bench.page.setHead(0);
      assertEquals(2, bench.history.newest());
    }
  }

  /** One counter, another, and the first again. */
  @Test
  void runsOfSeveralCounters() {
    HandCounter other = new HandCounter(300, 0);
    try (Bench bench = Bench.of(16)) {
      bench.counters.add(other);
      bench.counter.add(50);
      bench.reader.monotonic();
      bench.writer.append(next -> switchTo(next, 300, 7000, Slope.ONE));
      other.set(7100);
      bench.reader.monotonic();
      bench.writer.append(next -> switchTo(next, Bench.ID, 9000, Slope.ONE));
      Sample into = new Sample();
      assertEquals(Found.EXACT, bench.history.convert(Bench.ID, 1149, into));
      assertEquals(149, into.monoNanos());
      assertEquals(Found.PREDICTED, bench.history.convert(Bench.ID, 1150, into));
      assertEquals(Found.PREDICTED, bench.history.convert(Bench.ID, 8999, into));
      assertEquals(Found.EXACT, bench.history.convert(Bench.ID, 9000, into));
      assertEquals(2, into.sequence());
      assertEquals(Found.EXACT, bench.history.convert(300, 7100, into));
      assertEquals(250, into.monoNanos());
      assertEquals(Found.TOO_OLD, bench.history.convert(300, 6999, into));
    }
  }

  private static void switchTo(Segment next, long id, long start, Slope slope) {
    next.clocksourceId = id;
    next.startCycles = start;
    next.setRate(slope);
    next.setRawRate(slope);
  }

  /**
   * Test 4-07 of semantics: cycles are recorded beside ten thousand updates (slews, sets, leaps, a
   * change of counter and back), and convert to what was read then for as long as they are kept.
   */
  @Test
  void whatWasReadIsWhatHistorySays() {
    Seeds.forEach(HistoryTest.class, 3, HistoryTest::readAndConvert);
  }

  /** The planted bug: a kept segment is edited by one nanosecond. */
  @Test
  void theComparisonSeesANanosecond() {
    try (Bench bench = Bench.of(8)) {
      bench.counter.add(50);
      List<Sample> read = List.of(bench.sample());
      Map<Found, Integer> counts = new EnumMap<>(Found.class);
      compare(bench, read, 0, counts);
      Memory.set(bench.page.slot(0) + Page.MONO_BASE, 1);
      assertThrows(AssertionError.class, () -> compare(bench, read, 0, counts));
    }
  }

  private static void readAndConvert(SplittableRandom random) {
    HandCounter other = new HandCounter(300, random.nextLong());
    List<Sample> read = new ArrayList<>();
    Map<Found, Integer> counts = new EnumMap<>(Found.class);
    try (Bench bench =
        Bench.of(Page.DEFAULT_SLOTS, new HandCounter(Bench.ID, random.nextLong()))) {
      bench.counters.add(other);
      for (int i = 0; i < 10_000; i++) {
        change(bench, other, random);
        for (int r = random.nextInt(4); r >= 0; r--) {
          long more = random.nextLong(500);
          bench.counter.add(more);
          other.add(more);
          read.add(bench.sample());
        }
        if (i % 100 == 0) {
          compare(bench, read, random.nextInt(read.size()), counts);
        }
      }
      for (int i = 0; i < read.size(); i++) {
        compare(bench, read, i, counts);
      }
    }
    assertTrue(counts.get(Found.EXACT) > 4000, counts.toString());
    assertTrue(counts.get(Found.TOO_OLD) > 4000, counts.toString());
    assertEquals(2, counts.size(), counts.toString());
  }

  private static void change(Bench bench, HandCounter other, SplittableRandom random) {
    long any = random.nextLong(-1L << 50, 1L << 50);
    switch (random.nextInt(20)) {
      case 0 -> bench.writer.append(next -> next.realOffsetNanos = any);
      case 1 -> bench.writer.append(next -> next.setLeap(next.monoBaseNanos + 300, 1));
      case 2 -> bench.writer.append(next -> next.setLeap(0, 0));
      case 3 -> bench.writer.append(next -> change(next, bench, other));
      default -> {
        long ppt = random.nextLong(-100_000_000_000L, 100_000_000_000L);
        bench.writer.append(next -> next.setRate(Slope.ONE.plusPpt(ppt)));
      }
    }
  }

  /** To the other counter: both count nanoseconds, so what is promised lies equally far ahead. */
  private static void change(Segment next, Bench bench, HandCounter other) {
    boolean back = next.clocksourceId == 300;
    HandCounter from = back ? other : bench.counter;
    HandCounter to = back ? bench.counter : other;
    long ahead = next.startCycles - from.cycles();
    switchTo(next, to.id(), to.cycles() + ahead, Slope.ONE);
  }

  private static void compare(Bench bench, List<Sample> read, int i, Map<Found, Integer> counts) {
    Sample then = read.get(i);
    Sample now = new Sample();
    Found found = bench.history.convert(then.clocksourceId(), then.cycles(), now);
    counts.merge(found, 1, Integer::sum);
    if (found != Found.EXACT) {
      assertTrue(then.sequence() < bench.history.oldest(), found + " is still kept");
      return;
    }
    assertEquals(then.sequence(), now.sequence());
    assertEquals(then.monoNanos(), now.monoNanos());
    assertEquals(then.rawNanos(), now.rawNanos());
    assertEquals(then.realNanos(), now.realNanos());
    assertEquals(then.bootNanos(), now.bootNanos());
    assertEquals(then.taiNanos(), now.taiNanos());
  }
}
