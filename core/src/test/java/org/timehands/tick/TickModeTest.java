package org.timehands.tick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

class TickModeTest {
  private static final long MILLI = 1_000_000;

  @Test
  void whatServesATimerIsTheFirstTickAtOrBehindIt() {
    TickMode dynamic = TickMode.dynamic(250);
    assertEquals(4 * MILLI, dynamic.tickNanos());
    assertEquals(4 * MILLI, dynamic.resolutionNanos());
    assertEquals(4 * MILLI, dynamic.wakeIn(0, 0), "what is due waits for the next tick");
    assertEquals(1, dynamic.wakeIn(4 * MILLI - 1, 0));
    assertEquals(8 * MILLI, dynamic.wakeIn(0, 4 * MILLI + 1));
    assertEquals(8 * MILLI, dynamic.wakeIn(0, 8 * MILLI));
    assertEquals(Long.MAX_VALUE, dynamic.wakeIn(5, Long.MAX_VALUE));
    TickMode periodic = TickMode.periodic(100);
    assertEquals(10 * MILLI - 5, periodic.wakeIn(5, Long.MAX_VALUE));
    assertEquals(10 * MILLI - 5, periodic.wakeIn(5, 0));
    TickMode tickless = TickMode.tickless();
    assertEquals(7, tickless.wakeIn(5, 7));
    assertEquals(0, tickless.wakeIn(5, 0));
    assertEquals(1, tickless.resolutionNanos());
  }

  /** 3-20: wake-ups fall on ticks, are never early and less than a tick late. */
  @Test
  void wakesFallOnTicks() {
    Seeds.forEach(
        TickModeTest.class,
        500,
        random -> {
          TickMode mode = TickMode.dynamic(1 + random.nextInt(TickMode.MAX_HZ));
          long now = random.nextLong(1L << 60);
          long delta = random.nextLong(1L << (1 + random.nextInt(59)));
          long wake = mode.wakeIn(now, delta);
          assertEquals(0, (now + wake) % mode.tickNanos());
          assertTrue(wake >= delta && wake > 0);
          assertTrue(wake - delta < mode.tickNanos() || wake <= mode.tickNanos());
        });
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> TickMode.periodic(0));
    assertThrows(IllegalArgumentException.class, () -> TickMode.dynamic(10_001));
    assertThrows(
        IllegalArgumentException.class, () -> new TickMode(TickMode.Kind.DYNAMIC, 1));
    assertThrows(NullPointerException.class, () -> new TickMode(null, MILLI));
  }
}
