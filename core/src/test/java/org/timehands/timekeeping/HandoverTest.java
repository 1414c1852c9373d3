package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;

/** A9: what another counter shows when this one shows a cycle lies between the bounds. */
class HandoverTest {
  private static final long[] HERTZ = {
    1_000_000, 3_579_545, 19_200_000, 1_000_000_000, 2_299_998_000L
  };

  private static SimulatedClockSource counter(
      SplittableRandom random, AtomicLong picos, long id, long ppb) {
    SimulatedClockSource made =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(HERTZ[random.nextInt(HERTZ.length)])
                .named("c" + id, id, 1)
                .counting(64, random.nextLong(1L << 40)),
            () -> picos.get() / 1000);
    made.driftPpb(ppb);
    return made;
  }

  /** How often the truth lies outside the bounds, made narrower by so many cycles each. */
  private static int outside(SplittableRandom random, int narrower) {
    AtomicLong picos = new AtomicLong(random.nextLong(1L << 50));
    long drift = random.nextLong(50_000);
    SimulatedClockSource from = counter(random, picos, 256, drift);
    SimulatedClockSource to = counter(random, picos, 257, -drift);
    long width = random.nextLong(2_000_000);
    long[] at = new long[1];
    Handover.Side slow = side(from, picos, random, width, at);
    Handover.Side fast = side(to, picos, random, width, at);
    Handover handover = Handover.take(slow, fast);
    int bad = 0;
    long step = 1 + random.nextLong(3_000_000_000L);
    for (int i = 0; i < 50; i++) {
      picos.addAndGet(random.nextLong(step));
      // From the moment at which the old counter comes to a cycle: creep up to it.
      long cycle = from.read() + 1;
      while (from.read() < cycle) {
        picos.addAndGet(1000);
      }
      long shows = to.read();
      boolean inside =
          shows >= handover.lowerCycles(cycle) + narrower
              && shows <= handover.upperCycles(cycle) - narrower;
      bad += inside ? 0 : 1;
    }
    return bad;
  }

  private static Handover.Side side(
      SimulatedClockSource counter,
      AtomicLong picos,
      SplittableRandom random,
      long width,
      long[] reads) {
    return new Handover.Side(
        new Delayed(counter, () -> {
          reads[0]++;
          picos.addAndGet(width == 0 ? 0 : random.nextLong(width));
        }),
        Slope.ofFrequency(counter.frequencyHz()),
        0,
        50_000);
  }

  @Test
  void theTruthLiesBetween() {
    Seeds.forEach(HandoverTest.class, 300, random -> assertEquals(0, outside(random, 0)));
  }

  /** The checker sees bounds that are too narrow, by a few cycles. */
  @Test
  void plantedNarrowBoundsAreCaught() {
    int bad = 0;
    for (int seed = 1; seed <= 300; seed++) {
      bad += outside(new SplittableRandom(seed), 3);
    }
    assertTrue(bad > 100, bad + " caught");
  }

  @Test
  void narrowCountsAreWidened() {
    assertEquals(0x1_000_005L, Handover.widen(5, 0xFF_FFFFL, 24));
    assertEquals(0xFF_FFF0L, Handover.widen(0xFF_FFF0L, 0x1_000_003L, 24));
    assertEquals(-7, Handover.widen(-7, 100, 64));
  }
}
