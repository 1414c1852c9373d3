package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.discipline.Timex;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History;

/** A7 and 2.4: sleeps, on counters that run on, stop, or begin anew. */
class SuspendTest {
  private static Workshop shop(SuspendBehaviour behaviour, int width) {
    Settings settings =
        Settings.of(width == 64 ? SECOND : 3_579_545).counting(width, 99).sleeping(behaviour);
    return new Workshop(settings, options -> options.withSlots(256));
  }

  @ParameterizedTest
  @EnumSource(
      value = SuspendBehaviour.class,
      names = {"RUNS_ON", "STOPS", "RESETS"})
  void monotonicExcludesAndBoottimeIncludes(SuspendBehaviour behaviour) {
    for (int width : new int[] {64, 24}) {
      Workshop shop = shop(behaviour, width);
      shop.keeping.addListener(shop);
      long slack = width == 64 ? 20 : 3_000;
      Snapshot old = shop.clocks.snapshot(new Snapshot());
      long awake = 0;
      for (int night = 1; night <= 3; night++) {
        Snapshot before = shop.clocks.snapshot(new Snapshot());
        long truth = shop.trueNanos.get();
        shop.keeping.suspend();
        awake += shop.trueNanos.get() - truth;
        long stopped = shop.mono();
        shop.counter.sleep();
        shop.pass(8 * 3_600 * SECOND + 12_345);
        assertEquals(stopped, shop.mono(), "nothing moves in the sleep");
        shop.counter.wake();
        assertEquals(stopped, shop.mono(), "nor before it is told");
        shop.keeping.resume(8 * 3_600 * SECOND);
        Snapshot after = shop.clocks.snapshot(new Snapshot());
        assertEquals(stopped, after.monotonicNanos(), slack);
        long slept = 8 * 3_600 * SECOND;
        assertEquals(night * slept, after.boottimeNanos() - after.monotonicNanos());
        assertEquals(
            slept,
            after.realtimeNanos() - after.monotonicNanos()
                - (before.realtimeNanos() - before.monotonicNanos()));
        assertEquals(after.realtimeNanos(), after.taiNanos());
        shop.pass(SECOND);
        awake += SECOND;
        Snapshot later = shop.clocks.snapshot(new Snapshot());
        assertEquals(after.monotonicNanos() + SECOND, later.monotonicNanos(), slack);
        assertEquals(
            old.monotonicNanos() + awake, later.monotonicNanos(), night * 2 * slack);
      }
      boolean anew = width < 64 || behaviour == SuspendBehaviour.RESETS;
      assertEquals(
          anew
              ? List.of(
                  "resumed 1", "changed 1", "set 1", "resumed 2", "changed 2", "set 2",
                  "resumed 3", "changed 3", "set 3")
              : List.of("resumed 1", "set 1", "resumed 2", "set 2", "resumed 3", "set 3"),
          shop.heard);
      Snapshot again = new Snapshot();
      assertEquals(History.Found.EXACT, shop.clocks.convert(old.stamp(), again));
      assertEquals(old.realtimeNanos(), again.realtimeNanos());
    }
  }

  @Test
  void aCounterThatRanOnTellsTheSleep() {
    Workshop shop = shop(SuspendBehaviour.RUNS_ON, 64);
    shop.timex.status = 0;
    shop.timex.maxerror = 100;
    shop.adjust(Timex.ADJ_STATUS | Timex.ADJ_MAXERROR);
    long truth = shop.trueNanos.get();
    long real = shop.real();
    shop.keeping.suspend();
    shop.pass(100 * SECOND);
    shop.keeping.resume();
    assertEquals(real + shop.trueNanos.get() - truth, shop.real(), 20);
    assertTrue(shop.clocks.read(ClockId.REALTIME, new Reading()).isBounded());
    Workshop other = shop(SuspendBehaviour.STOPS, 64);
    other.keeping.suspend();
    assertThrows(IllegalStateException.class, other.keeping::resume);
    other.keeping.resume(0);
  }

  @Test
  void nothingElseIsChangedMeanwhile() {
    Workshop shop = shop(SuspendBehaviour.STOPS, 64);
    assertThrows(IllegalStateException.class, () -> shop.keeping.resume(1));
    shop.keeping.suspend();
    long real = shop.real();
    assertThrows(IllegalStateException.class, () -> shop.keeping.setRealtime(real));
    assertThrows(IllegalStateException.class, () -> shop.keeping.suspend());
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.resume(-1));
    assertEquals(Timex.TIME_ERROR, shop.adjust(0), "but the discipline can be read");
    shop.keeping.advance();
    assertEquals(real, shop.real());
    shop.keeping.resume(5);
    shop.keeping.setRealtime(real + SECOND);
  }

  /** 2.4, the era: no sleep takes a clock out of 64-bit time; the clocks stay as they are. */
  @Test
  void noSleepLeavesTheEra() {
    Workshop shop = shop(SuspendBehaviour.STOPS, 64);
    long real = shop.real();
    shop.keeping.suspend();
    long stopped = shop.real();
    for (long bad : new long[] {Long.MAX_VALUE, Timekeeping.REALTIME_END_NANOS - stopped}) {
      assertThrows(IllegalArgumentException.class, () -> shop.keeping.resume(bad));
    }
    assertEquals(stopped, shop.real());
    shop.keeping.resume(5 * SECOND);
    assertEquals(stopped + 5 * SECOND, shop.real(), 200);
    // Each takes REALTIME no further than allowed, but together they take BOOTTIME beyond.
    long years = 150L * 365 * 86_400 * SECOND;
    shop.keeping.injectSleep(years);
    shop.keeping.setRealtime(real);
    long boot = shop.clocks.boottimeNanos();
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.injectSleep(years));
    assertEquals(boot, shop.clocks.boottimeNanos(), 1_000_000);
    shop.keeping.suspend();
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.resume(years));
    shop.keeping.resume(0);
  }

  /** What a persistent clock said before the sleep has to be told, and to be a time. */
  @Test
  void aPersistentClockIsToldOfTwice() {
    Workshop shop = shop(SuspendBehaviour.STOPS, 64);
    long real = shop.real();
    for (long bad : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> shop.keeping.suspendAt(bad));
    }
    shop.keeping.suspend();
    long now = shop.real();
    assertThrows(IllegalStateException.class, () -> shop.keeping.resumeAt(now));
    shop.keeping.resume(0);
    shop.keeping.suspendAt(shop.real());
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.resumeAt(Long.MAX_VALUE));
    shop.keeping.resumeAt(now + SECOND);
    assertEquals(real, shop.real(), 2 * SECOND);
  }

  /** 2.4: what a clock of whole seconds rounds off does not add up. */
  @Test
  void sleepsByAPersistentClockDoNotDrift() {
    Seeds.forEach(
        SuspendTest.class,
        20,
        random -> {
          Workshop shop = shop(SuspendBehaviour.STOPS, 64);
          long truth = shop.trueNanos.get();
          long real = shop.real();
          long rounded = random.nextLong(SECOND);
          for (int night = 0; night < 200; night++) {
            shop.keeping.suspendAt(seconds(shop, rounded));
            shop.counter.sleep();
            shop.pass(SECOND + random.nextLong(100 * SECOND));
            shop.counter.wake();
            shop.keeping.resumeAt(seconds(shop, rounded));
            shop.pass(random.nextLong(10 * SECOND));
          }
          long off = shop.real() - real - (shop.trueNanos.get() - truth);
          assertTrue(Math.abs(off) < 2_001 * MILLI, off + " ns off after 200 sleeps");
        });
  }

  /** The same without compensation walks away: the test above can tell. */
  @Test
  void plantedRoundingWalksAway() {
    Workshop shop = shop(SuspendBehaviour.STOPS, 64);
    long truth = shop.trueNanos.get();
    long real = shop.real();
    for (int night = 0; night < 200; night++) {
      long from = seconds(shop, 0);
      shop.keeping.suspend();
      shop.counter.sleep();
      shop.pass(10 * SECOND + 100 * MILLI);
      shop.counter.wake();
      shop.keeping.resume(seconds(shop, 0) - from);
      shop.pass(SECOND - (shop.trueNanos.get() + 50 * MILLI) % SECOND);
    }
    long off = shop.real() - real - (shop.trueNanos.get() - truth);
    assertTrue(Math.abs(off) > 10 * SECOND, off + " ns off");
  }

  private static long seconds(Workshop shop, long shifted) {
    long now = shop.trueNanos.get() + shifted;
    return now - now % SECOND;
  }
}
