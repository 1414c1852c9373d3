package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** The coarse clock and its late ticks (3-49): nothing is early, however late the owner runs. */
class CoarseClockTest {
  private static final long MILLI = HandTime.MILLI;

  @Test
  void anOwnerThatIsStoppedMakesNothingEarly() {
    Seeds.forEach(
        CoarseClockTest.class,
        50,
        random -> {
          HandTime time = new HandTime();
          Timeouts timeouts =
              Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withBudget(10_000));
          Timeout kept = timeouts.timeout(timeout -> {});
          int[] ran = {0};
          int armed = 0;
          long worst = 0;
          for (int round = 0; round < 300; round++) {
            for (int i = 0; i < 300; i++) {
              timeouts.arm(kept, MILLI); // many armings: the coarse clock runs
            }
            timeouts.poll();
            // The owner is stopped for up to 60 ms, and armings go on.
            for (int i = random.nextInt(4); i > 0; i--) {
              time.nanos += random.nextLong(20 * MILLI);
              long armedAt = time.nanos;
              long delay = random.nextLong(100 * MILLI);
              armed++;
              timeouts.after(
                  delay,
                  timeout -> {
                    assertTrue(time.nanos - armedAt >= delay, "early by "
                        + (armedAt + delay - time.nanos));
                    ran[0]++;
                  });
            }
            timeouts.poll();
            worst = Math.max(worst, timeouts.stats().lateTicks());
          }
          time.run(timeouts, 400);
          assertEquals(armed, ran[0], "lost");
          assertEquals(0, timeouts.stats().failed(), "an assertion in a callback");
          assertTrue(worst > 50, "the clock was hardly ever late: " + worst);
        });
  }

  @Test
  void notesAreExactThenNeverTooSmall() {
    LateTicks late = new LateTicks();
    TreeMap<Long, Long> all = new TreeMap<>();
    long tick = 1 << 20;
    for (int i = 1; i <= 5000; i++) {
      tick += 1 + i * 7919L % 977;
      long extra = 1 + i * 104_729L % 50;
      late.note(tick, extra);
      all.merge(tick, extra, Math::max);
    }
    assertEquals(5000, late.notes());
    int exact = 0;
    for (var each : all.descendingMap().entrySet()) {
      long extra = late.extra(each.getKey());
      assertTrue(extra >= each.getValue());
      exact += extra == each.getValue() ? 1 : 0;
      assertTrue(exact >= 1024 || extra == each.getValue());
    }
    assertEquals(0, late.extra(all.lastKey() + 1));
    assertEquals(0, late.extra(all.lastKey() - 1 == all.lowerKey(all.lastKey())
        ? all.lastKey() + 2 : all.lastKey() - 1));
    assertEquals(0, late.extra(3));
  }

  /** While the owner catches up before a leap, others arm, and time passes. */
  @Test
  void whoComesInALeapCountsFromItsEnd() {
    HandTime time = new HandTime();
    CoarseClock clock = new CoarseClock(time, time, MILLI);
    final long before = clock.advance();
    time.pass(1L << 28);
    long from = clock.fineTick();
    assertTrue(clock.isWanted(from), "wakes the owner");
    assertEquals(before, clock.advance());
    assertTrue(clock.stays(), "it has not caught up");
    time.pass(700);
    assertEquals(from, clock.fineTick());
    final long armedAt = time.nanos;
    assertEquals(before, clock.advance());
    clock.caughtUp();
    clock.advance();
    assertFalse(clock.stays());
    time.pass(50);
    long deadline = clock.deadline(SharedTimeout.word(from, 100));
    long late = clock.nanosOf(deadline) - armedAt - 100 * MILLI;
    assertTrue(late >= 0 && late <= 4 * MILLI, "late by " + late);
    long after = clock.fineTick();
    assertEquals(time.nanos, clock.nanosOf(after));
    assertEquals(0, clock.extra(after));
  }

  @Test
  void aTickNotedTwiceKeepsTheLonger() {
    LateTicks late = new LateTicks();
    late.note(5, 3);
    late.note(5, 7);
    late.note(5, 2);
    assertEquals(7, late.extra(5));
    assertEquals(0, late.extra(4));
    assertEquals(0, late.extra(6));
  }
}
