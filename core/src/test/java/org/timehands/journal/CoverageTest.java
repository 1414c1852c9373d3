package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;
import org.timehands.timeline.SegmentCopy;

/** Stretches of cycles against asking every segment in turn, also where cycles wrap. */
class CoverageTest {
  private static final int START = 1;
  private static final int CLOCKSOURCE = 6;

  /** A timeline of segments that are given by their start and length. */
  private static SegmentList list(long clocksource, long[] starts, long[] lengths) {
    ByteBuffer bytes = ByteBuffer.allocate(starts.length * SegmentCopy.WORDS * Long.BYTES);
    LongBuffer words = bytes.asLongBuffer();
    SegmentList list = new SegmentList();
    list.addFile(words);
    for (int i = 0; i < starts.length; i++) {
      int at = i * SegmentCopy.WORDS;
      words.put(at, i);
      words.put(at + START, starts[i]);
      words.put(at + CLOCKSOURCE, clocksource);
      words.put(at + SegmentCopy.WORDS - 1, lengths[i] << 1 | 1);
      list.add(at);
    }
    list.finish();
    return list;
  }

  private static long slow(List<SegmentList> lists, long cycles) {
    List<Long> hits = new ArrayList<>();
    for (int t = 0; t < lists.size(); t++) {
      SegmentList list = lists.get(t);
      for (int i = 0; i < list.count(); i++) {
        if (Long.compareUnsigned(cycles - list.start(i), list.promised(i)) < 0) {
          hits.add(Coverage.name(t, i));
        }
      }
    }
    return hits.isEmpty() ? -2 : hits.size() == 1 ? hits.getFirst() : Coverage.AMBIGUOUS;
  }

  private static long fast(Coverage coverage, long cycles) {
    int stretch = coverage.find(cycles);
    return stretch < 0 ? -2 : coverage.segment(stretch);
  }

  @Test
  void stretchesSayWhatAskingEachSegmentSays() {
    Seeds.forEach(CoverageTest.class, 400, CoverageTest::compare);
  }

  private static void compare(SplittableRandom random) {
    List<SegmentList> lists = new ArrayList<>();
    // Near the wrap of signed numbers as often as not.
    long base = random.nextBoolean() ? Long.MAX_VALUE - random.nextInt(60) : random.nextLong();
    for (int t = random.nextInt(1, 4); t > 0; t--) {
      long at = base + random.nextInt(50) - 25;
      long[] starts = new long[random.nextInt(1, 8)];
      long[] lengths = new long[starts.length];
      for (int i = 0; i < starts.length; i++) {
        at += random.nextInt(4);
        starts[i] = at;
        lengths[i] = random.nextInt(12);
        at += lengths[i];
      }
      lists.add(list(7, starts, lengths));
    }
    Coverage coverage = Coverage.of(7, lists);
    for (int d = -80; d < 160; d++) {
      assertEquals(slow(lists, base + d), fast(coverage, base + d), "cycle " + (base + d));
    }
  }
}
