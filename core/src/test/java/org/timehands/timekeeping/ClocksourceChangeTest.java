package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History;

/** 2-05 to 2-09, 2-19, A9: changes of the counter, virtual time that passes at each read. */
class ClocksourceChangeTest {
  private static final long[] HERTZ = {
    SECOND, 3_579_545, 1_000_000, 19_200_000, 2_299_998_000L, 24_000_000
  };
  private static final int[] WIDTH = {64, 24, 32, 56, 64, 64};

  private static Slope slopeOf(ClockSource counter) {
    return Slope.ofFrequency(counter.frequencyHz());
  }

  private static List<ClockSource> counters(Workshop shop, SplittableRandom random) {
    List<ClockSource> all = new ArrayList<>();
    for (int i = 0; i < HERTZ.length; i++) {
      var counter = shop.counter(HERTZ[i], WIDTH[i], 300 + i);
      all.add(new Delayed(counter, () -> shop.pass(random.nextLong(300))));
    }
    return all;
  }

  /** What a reader sees: never back, and never further from the truth than the bound. */
  private static final class Witness {
    private final Workshop shop;
    private final Snapshot now = new Snapshot();
    private final long base;
    private final long truth;
    private long last = Long.MIN_VALUE;

    Witness(Workshop shop) {
      this.shop = shop;
      truth = shop.trueNanos.get();
      base = shop.mono();
    }

    void look() {
      long before = shop.trueNanos.get();
      shop.clocks.snapshot(now);
      check(now.monotonicNanos(), now.boundNanos(ClockId.MONOTONIC), before);
    }

    void check(long mono, long boundNanos, long trueBefore) {
      assertTrue(mono >= last, mono + " after " + last);
      last = mono;
      long low = base + trueBefore - truth - boundNanos;
      long high = base + shop.trueNanos.get() - truth + boundNanos;
      assertTrue(
          low <= mono && mono <= high, mono + " must lie in [" + low + ", " + high + "]");
    }
  }

  @Test
  void monotoneAndWithinTheBound() {
    Seeds.forEach(
        ClocksourceChangeTest.class,
        60,
        random -> {
          Workshop shop = new Workshop();
          List<ClockSource> counters = counters(shop, random);
          Witness witness = new Witness(shop);
          for (int i = 0; i < 60; i++) {
            ClockSource to = counters.get(random.nextInt(counters.size()));
            shop.keeping.changeClocksource(to, slopeOf(to), 0);
            assertEquals(to, shop.keeping.clocksource());
            for (int k = 0; k < 5; k++) {
              witness.look();
              shop.pass(random.nextLong(20) == 0 ? random.nextLong(600 * MILLI) : 500);
              if (random.nextInt(4) == 0) {
                shop.keeping.advance();
              }
            }
          }
        });
  }

  @Test
  void theWitnessSeesAStepBackAndALie() {
    Workshop shop = new Workshop();
    Witness witness = new Witness(shop);
    witness.check(Workshop.MONO + 1, 1, shop.trueNanos.get());
    assertThrows(
        AssertionError.class, () -> witness.check(Workshop.MONO, 10, shop.trueNanos.get()));
    assertThrows(
        AssertionError.class, () -> witness.check(Workshop.MONO + 20, 10, shop.trueNanos.get()));
  }

  /** Standing still: no longer than both readings leave open, and it is paid back. */
  @Test
  void standsStillShortlyAndLosesNothing() {
    Seeds.forEach(
        ClocksourceChangeTest.class,
        30,
        random -> {
          Workshop shop = new Workshop();
          List<ClockSource> counters = counters(shop, random);
          long truth = shop.trueNanos.get();
          long base = shop.mono();
          Snapshot now = new Snapshot();
          for (int i = 0; i < 40; i++) {
            ClockSource to = counters.get(i % 2 == 0 ? 4 : 0);
            shop.clocks.snapshot(now);
            long bound = now.boundNanos(ClockId.MONOTONIC);
            shop.keeping.changeClocksource(to, slopeOf(to), 0);
            shop.clocks.snapshot(now);
            long added = now.boundNanos(ClockId.MONOTONIC) - bound;
            assertTrue(added > 0 && added < 2_000, added + " ns added");
          }
          long bound = shop.clocks.snapshot(now).boundNanos(ClockId.MONOTONIC);
          shop.run(20 * SECOND, SECOND);
          long off = shop.mono() - base - (shop.trueNanos.get() - truth);
          assertTrue(Math.abs(off) < bound / 4, off + " ns off, the bound was " + bound);
        });
  }

  /** 2-19: the discipline is carried over, RAW has the new rate, the sequence counts. */
  @Test
  void disciplineIsCarriedOver() {
    Workshop shop = new Workshop();
    shop.keeping.addListener(shop);
    shop.timex.freq = 250 << 16;
    shop.timex.tick = 10_100;
    shop.adjust(Timex.ADJ_FREQUENCY | Timex.ADJ_TICK);
    shop.keeping.setTaiOffset(37);
    ClockSource slow = shop.counter(24_000_000, 64, 301);
    // Calibrated 100 ppm off: RAW follows the calibration, and says so.
    Slope off = slopeOf(slow).plusPpt(100_000_000);
    shop.keeping.changeClocksource(slow, off, 100_000);
    shop.adjust(0);
    assertEquals(250 << 16, shop.timex.freq);
    assertEquals(10_100, shop.timex.tick);
    assertEquals(37, shop.timex.tai);
    shop.run(3 * SECOND, SECOND);
    long raw = shop.clocks.rawNanos();
    long mono = shop.mono();
    shop.pass(10 * SECOND);
    assertEquals(10 * SECOND + 1_000_000, shop.clocks.rawNanos() - raw, 100);
    double rate = 1.0001 * (1.01 + 250e-6);
    assertEquals(10e9 * rate, shop.mono() - mono, 100);
    assertEquals(List.of("set 1", "changed 1"), shop.heard);
    shop.keeping.changeClocksource(slow, off, 0);
    assertEquals(2, shop.heard.size(), "the same counter is no change");
    shop.keeping.changeClocksource(slow, slopeOf(slow), 0);
    raw = shop.clocks.rawNanos();
    shop.pass(10 * SECOND);
    assertEquals(10 * SECOND, shop.clocks.rawNanos() - raw, 100, "calibrated anew");
  }

  /** 4-07, 2-12: stamps of every counter convert to what was read, after many changes. */
  @Test
  void retiredCountersKeepTheirFormula() {
    Seeds.forEach(
        ClocksourceChangeTest.class,
        20,
        random -> {
          Workshop shop = new Workshop(options -> options.withSlots(256));
          List<ClockSource> counters = counters(shop, random);
          List<Snapshot> taken = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            ClockSource to = counters.get(random.nextInt(counters.size()));
            shop.keeping.changeClocksource(to, slopeOf(to), 0);
            if (random.nextInt(3) == 0) {
              shop.keeping.injectOffset(random.nextLong(SECOND));
            }
            taken.add(shop.clocks.snapshot(new Snapshot()));
            shop.pass(random.nextLong(SECOND));
          }
          for (Snapshot each : taken) {
            Snapshot again = new Snapshot();
            assertEquals(History.Found.EXACT, shop.clocks.convert(each.stamp(), again));
            assertEquals(each.monotonicNanos(), again.monotonicNanos());
            assertEquals(each.realtimeNanos(), again.realtimeNanos());
            assertEquals(each.rawNanos(), again.rawNanos());
            assertEquals(each.clocksourceChangedSeq(), again.clocksourceChangedSeq());
          }
        });
  }

  /** 2-02, N16: from inside a listener; each change is told once, in order. */
  @Test
  void fromInsideAListener() {
    Workshop shop = new Workshop();
    ClockSource other = shop.counter(24_000_000, 64, 301);
    shop.keeping.addListener(shop);
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clocksourceChanged(long sequence) {
            if (sequence < 5) {
              ClockSource to = sequence % 2 == 1 ? shop.counter : other;
              shop.keeping.changeClocksource(to, slopeOf(to), 0);
              assertTrue(shop.mono() > 0);
            }
          }
        });
    shop.keeping.changeClocksource(other, slopeOf(other), 0);
    assertEquals(
        List.of("changed 1", "changed 2", "changed 3", "changed 4", "changed 5"), shop.heard);
  }
}
