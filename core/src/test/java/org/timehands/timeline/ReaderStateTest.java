package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/**
 * 0-19, N8: what a reader keeps to itself, where its last walk ended and which counter it met, is a
 * hint: readers that have read for long answer as one does that has never read before.
 */
class ReaderStateTest {
  private static final int READERS = 4;

  private static void run(SplittableRandom random, boolean planted) {
    try (Bench bench = Bench.of(16)) {
      HandCounter other = new HandCounter(Bench.ID + 1, 777_000);
      bench.counters.add(other);
      Timeline[] old = new Timeline[READERS];
      for (int i = 0; i < READERS; i++) {
        old[i] = new Timeline(bench.page, bench.counters, true, GapProbe.TRUSTING);
      }
      for (int i = 0; i < 300; i++) {
        long passed = random.nextLong(3 * Bench.STEP);
        bench.counter.add(passed);
        other.add(passed);
        switch (random.nextInt(6)) {
          case 0 -> bench.writer.append(next -> next.realOffsetNanos += 1);
          case 1 -> {
            long id = Bench.ID + random.nextInt(2);
            long now = (id == Bench.ID ? bench.counter : other).cycles() + 2 * Bench.STEP;
            bench.writer.append(
                next -> {
                  if (next.clocksourceId != id) {
                    next.clocksourceId = id;
                    next.startCycles = now;
                  }
                });
          }
          default -> {
          }
        }
        same(bench, old[random.nextInt(READERS)], planted && i == 250);
      }
    }
  }

  private static void same(Bench bench, Timeline old, boolean planted) {
    Timeline fresh = new Timeline(bench.page, bench.counters, true, GapProbe.TRUSTING);
    check(planted ? () -> old.monotonic() + 1 : old::monotonic, fresh::monotonic);
    check(old::realtime, fresh::realtime);
    check(old::rawRelaxed, fresh::rawRelaxed);
    check(old::tai, fresh::tai);
    Sample one = new Sample();
    Sample two = new Sample();
    old.sample(one);
    fresh.sample(two);
    assertEquals(two.monoNanos(), one.monoNanos());
    assertEquals(two.cycles(), one.cycles());
    assertEquals(two.clocksourceId(), one.clocksourceId());
    assertEquals(two.status(), one.status());
    assertEquals(two.errorNanos(), one.errorNanos());
  }

  private static void check(Supplier<Long> old, Supplier<Long> fresh) {
    assertEquals(fresh.get(), old.get(), "a reader that has read before");
  }

  @Test
  void readersThatHaveReadAnswerAsNewOnes() {
    Seeds.forEach(ReaderStateTest.class, 200, random -> run(random, false));
  }

  @Test
  void plantedNanosecondIsCaught() {
    assertThrows(AssertionError.class, () -> run(new SplittableRandom(3), true));
  }
}
