package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** 3-64, A19: counters of few bits, which come round again and again. */
class NarrowCounterTest {
  private static final int SLOTS = 8;

  @Test
  void wrapFuzz() {
    Seeds.forEach(NarrowCounterTest.class, 2000, NarrowCounterTest::wrap);
  }

  private static void wrap(SplittableRandom random) {
    int width = 8 + random.nextInt(52);
    long range = 1L << width;
    long first = random.nextLong(range);
    HandCounter counter = new HandCounter(Bench.ID, first, width);
    try (Bench bench =
        Bench.of(
            SLOTS,
            counter,
            segment -> {
              segment.stepCycles = 1 + random.nextLong(range / 16);
              segment.gapCycles = range / 4;
            })) {
      Sample stamp = new Sample();
      long rounds = 0;
      for (int i = 0; i < 200 && rounds < 1L << 61; i++) {
        long more = random.nextLong(range / 4);
        counter.add(more);
        rounds += more;
        switch (random.nextInt(4)) {
          case 0 -> bench.writer.append(next -> {});
          case 1 -> bench.writer.promise(1 + random.nextLong(range / 8));
          default -> {}
        }
        assertEquals(rounds, bench.reader.monotonic(), width + " bits");
        bench.reader.stamp(true, stamp);
        assertEquals(counter.cycles(), stamp.cycles());
      }
      assertTrue(width > 50 || rounds > 2 * range, "the counter came round");
    }
  }

  /** The writer died between its seal and the hint; the counter comes round many times. */
  @Test
  void aStaleHintDoesNotBringThePastBack() {
    HandCounter counter = new HandCounter(Bench.ID, 7, 24);
    try (Bench bench = Bench.of(SLOTS, counter)) {
      counter.add(50);
      bench.reader.monotonic();
      bench.writer.append(next -> {});
      bench.page.setHead(0);
      long last = 0;
      for (int i = 0; i < 100; i++) {
        counter.add(1 << 20);
        long now = bench.reader.monotonic();
        assertTrue(now > last, now + " after " + last);
        assertEquals(counter.cycles() - 7, now);
        last = now;
      }
    }
  }

  /** To wait for what began more than half a range ago would be to wait for the next round. */
  @Test
  void anOldSegmentIsNotAwaited() {
    HandCounter counter = new HandCounter(Bench.ID, 7, 24);
    try (Bench bench = Bench.of(SLOTS, counter)) {
      final long old = bench.writer.append(next -> {});
      for (int i = 0; i < 40; i++) {
        counter.add(1 << 20);
        bench.reader.monotonic();
        bench.writer.awaitCommit(old, () -> fail("waits for a segment of long ago"));
      }
      bench.writer.append(next -> {});
      for (int i = 0; i < 40; i++) {
        counter.add(1 << 20);
        bench.reader.monotonic();
        bench.writer.awaitCommit(old, () -> fail("waits for a segment that is over"));
      }
      int[] waited = new int[1];
      long next = bench.writer.append(segment -> {});
      bench.writer.awaitCommit(
          next,
          () -> {
            waited[0]++;
            counter.add(10);
          });
      assertTrue(waited[0] > 0, "but what is to come is");
    }
  }

  /** The reader is stopped between its count and its look at the horizon, for half a range. */
  @Test
  void aCountFromBeforeASleepIsTakenAnew() {
    HandCounter counter = new HandCounter(Bench.ID, 0, 24);
    try (Bench bench = Bench.of(SLOTS, counter)) {
      Timeline others =
          new Timeline(bench.page, bench.counters, true, GapProbe.TRUSTING);
      long half = 1L << 23;
      boolean[] slept = new boolean[1];
      HandCounter stopping = new HandCounter(Bench.ID, 0, 24);
      stopping.beforeRead(() -> stopping.set(counter.cycles()));
      Runnable meanwhile =
          () -> {
            for (int i = 0; i < 5 && !slept[0]; i++) {
              counter.add(half / 4);
              others.monotonic();
            }
            slept[0] = true;
          };
      Counters mine = new Counters(new Sleeper(stopping, meanwhile));
      Timeline sleeper = new Timeline(bench.page, mine, true, GapProbe.TRUSTING);
      long read = sleeper.monotonic();
      assertTrue(slept[0]);
      assertEquals(counter.cycles(), read);
      assertEquals(counter.cycles(), others.monotonic(), "and nobody was led astray");
    }
  }
}
