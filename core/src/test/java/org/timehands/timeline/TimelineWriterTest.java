package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;

/** What the writer publishes, when it retries, what it refuses, and how it is taken over. */
class TimelineWriterTest {
  private static final Slope HALF = new Slope(0, 1L << 63);
  private static final TimelineWriter.Edit SAME = next -> {};

  private final Bench bench = Bench.of(8);

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void beginMakesThePageReady() {
    assertEquals(Page.STATE_READY, bench.page.state());
    assertEquals(0, bench.page.head());
    assertEquals(0, bench.reader.monotonic());
    assertEquals(Bench.ID, Memory.get(bench.page.address() + Page.H_CLOCKSOURCE));
  }

  @Test
  void aSegmentStartsAtTheSealedHorizonWithItsValue() {
    bench.counter.add(50);
    bench.reader.monotonic();
    long promised = bench.horizonOf(0);
    assertEquals(1, bench.writer.append(next -> next.setRate(HALF)));
    assertTrue(bench.isSealed(0));
    assertEquals(promised, bench.startOf(1));
    assertEquals(150, Memory.get(bench.page.slot(1) + Page.MONO_BASE));
    bench.counter.set(promised - 1);
    assertEquals(149, bench.reader.monotonic());
    bench.counter.set(promised + 10);
    assertEquals(155, bench.reader.monotonic());
  }

  @Test
  void whoPromisesMeanwhileMakesTheWriterBeginAgain() {
    int[] calls = new int[1];
    bench.writer.append(
        next -> {
          next.setRate(HALF);
          if (calls[0]++ == 0) {
            bench.counter.add(5000);
            bench.reader.monotonic();
          }
        });
    assertEquals(2, calls[0]);
    assertEquals(1, bench.writer.retries());
    assertEquals(bench.counter.cycles() + Bench.STEP, bench.startOf(1));
  }

  @Test
  void anEditMayNotMoveWhereASegmentBegins() {
    refused(next -> next.startCycles++, "cycle");
    refused(next -> next.monoBaseNanos--, "MONOTONIC");
    refused(next -> next.monoFraction++, "fractions");
    refused(next -> next.rawBaseNanos++, "RAW");
    refused(next -> next.rawFraction++, "fractions");
    refused(next -> next.sequence++, "segment 1");
  }

  @Test
  void anEditMayNotBreakTheRulesOfASegment() {
    refused(next -> next.stepCycles = 0, "step of 0");
    refused(next -> next.stepCycles = (1L << 56) + 1, "2^56");
    refused(next -> next.gapCycles = next.stepCycles - 1, "gap guard of 99");
    refused(next -> next.errorNanos = -1, "-1");
    refused(next -> next.rawErrorNanos = -2, "-2");
    refused(next -> next.referenceErrorNanos = -3, "-3");
    refused(
        next -> {
          next.setWidthBits(16);
          next.gapCycles = 20_000;
        },
        "quarter of the range of a counter of 16 bits");
  }

  private void refused(Consumer<Segment> edit, String words) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> bench.writer.append(edit::accept));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertFalse(bench.isSealed(0), "nothing is published");
    assertEquals(0, bench.page.newest());
  }

  @Test
  void anEditThatFailsLeavesTheWriterUsable() {
    TimelineWriter.Edit failing =
        next -> {
          throw new ArithmeticException("edit");
        };
    assertThrows(ArithmeticException.class, () -> bench.writer.append(failing));
    assertEquals(1, bench.writer.append(SAME));
  }

  @Test
  void anEditMayNotAppend() {
    assertThrows(
        IllegalStateException.class,
        () -> bench.writer.append(next -> bench.writer.append(SAME)));
    assertEquals(
        1,
        bench.writer.append(
            next -> assertEquals(-1, bench.writer.tryAppendBridge(0, SAME, 9, SAME))));
  }

  @Test
  void anotherClocksourceIsCountedAndMayStartElsewhere() {
    bench.counters.add(new HandCounter(300, 77_000));
    bench.writer.append(
        next -> {
          next.clocksourceId = 300;
          next.startCycles = 77_001;
        });
    assertEquals(1, Memory.get(bench.page.slot(1) + Page.CS_CHANGED_SEQ));
    bench.writer.append(SAME);
    assertEquals(1, Memory.get(bench.page.slot(2) + Page.CS_CHANGED_SEQ));
  }

  @Test
  void appendIfLooksAtTheNewest() {
    assertEquals(-1, bench.writer.appendIf(5, SAME));
    assertEquals(1, bench.writer.appendIf(0, SAME));
    assertEquals(-1, bench.writer.appendIf(0, SAME));
  }

  @Test
  void aBridgeAndTheLineAfterItComeAtOnce() {
    bench.counter.add(1);
    bench.reader.monotonic();
    long start = bench.horizonOf(0);
    long end = start + 1_000_000;
    assertEquals(
        2,
        bench.writer.tryAppendBridge(
            0, next -> next.setRate(new Slope(0, 0)), end, next -> next.setRate(HALF)));
    assertTrue(bench.isSealed(0) && bench.isSealed(1));
    assertFalse(bench.isSealed(2));
    assertEquals(end, bench.startOf(2));
    bench.counter.set(start + 999_999);
    Sample inGap = bench.sample();
    assertTrue(inGap.isGap());
    assertEquals(101, inGap.monoNanos());
    bench.counter.set(end + 4);
    Sample after = bench.sample();
    assertFalse(after.isGap());
    assertEquals(103, after.monoNanos());
  }

  @Test
  void aBridgeThatEndsBeforeItBeginsHasOneCycle() {
    bench.reader.monotonic();
    long start = bench.horizonOf(0);
    assertEquals(2, bench.writer.tryAppendBridge(0, SAME, start - 50, SAME));
    assertEquals(start + 1, bench.startOf(2));
  }

  @Test
  void aBridgeFollowsTheSegmentThatItWasMadeFor() {
    bench.writer.append(SAME);
    assertEquals(-1, bench.writer.tryAppendBridge(0, SAME, 1_000_000, SAME));
    assertEquals(1, bench.page.newest());
    assertEquals(3, bench.writer.tryAppendBridge(1, SAME, 1_000_000, SAME));
  }

  @Test
  void aBridgeWaitsForNobody() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    Thread slow =
        new Thread(
            () ->
                bench.writer.append(
                    next -> {
                      inside.countDown();
                      await(tried);
                    }));
    slow.start();
    await(inside);
    assertEquals(-1, bench.writer.tryAppendBridge(0, SAME, 1_000_000, SAME));
    tried.countDown();
    slow.join();
    assertEquals(1, bench.page.newest());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void awaitCommitEndsWhenTheCounterIsThere() {
    bench.counter.add(1);
    bench.reader.monotonic();
    long sequence = bench.writer.append(SAME);
    long start = bench.startOf(sequence);
    int[] looks = new int[1];
    bench.counter.beforeRead(
        () -> {
          looks[0]++;
          bench.counter.add(10);
        });
    assertTrue(bench.writer.awaitCommit(sequence));
    assertTrue(bench.counter.cycles() >= start && bench.counter.cycles() < start + 10);
    assertTrue(looks[0] > 1);
  }

  /** A counter that stands still is given up; one that is as coarse as a tick is not. */
  @Test
  void awaitCommitGivesUpACounterThatStandsStill() {
    bench.counter.add(1);
    bench.reader.monotonic();
    long sequence = bench.writer.append(SAME);
    assertFalse(bench.writer.awaitCommit(sequence));
    int[] looks = new int[1];
    bench.counter.beforeRead(
        () -> {
          looks[0]++;
          bench.counter.add(looks[0] % 1_000_000 == 0 ? Bench.STEP / 12 : 0);
        });
    assertTrue(bench.writer.awaitCommit(sequence));
    assertTrue(looks[0] > CommitWait.STANDSTILL_READS, looks[0] + " reads in all");
  }

  @Test
  void awaitCommitSaysThatItCannotReadTheCounter() {
    bench.counter.add(1);
    bench.reader.monotonic();
    long sequence = bench.writer.append(next -> next.clocksourceId = 999);
    assertFalse(bench.writer.awaitCommit(sequence));
  }

  @Test
  void awaitCommitOfASegmentThatIsGoneEnds() {
    long sequence = bench.writer.append(SAME);
    for (int i = 0; i < 8; i++) {
      bench.writer.append(SAME);
    }
    bench.counter.set(0);
    assertTrue(bench.writer.awaitCommit(sequence));
  }

  @Test
  void aPromiseGoesSoFarFromNow() {
    bench.counter.add(500);
    bench.writer.promise(70);
    assertEquals(bench.counter.cycles() + 70, bench.horizonOf(0));
    bench.writer.promise(20);
    assertEquals(bench.counter.cycles() + 70, bench.horizonOf(0), "never less");
  }

  @Test
  void aPromiseStopsAtAGap() {
    bench.counter.add(2 * Bench.GAP);
    long before = bench.horizonOf(0);
    bench.writer.promise(70);
    assertEquals(before, bench.horizonOf(0));
  }

  @Test
  void freshWordsDifferFromRoundToRound() {
    for (int i = 0; i < 20; i++) {
      bench.writer.append(SAME);
    }
    assertEquals(2 << 1, Memory.get(bench.page.horizon(15)) & ~1L);
    assertEquals(3 << 1, Memory.get(bench.page.horizon(20)));
  }
}
