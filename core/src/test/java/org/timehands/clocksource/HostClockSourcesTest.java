package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.linux.HostClocks;

class HostClockSourcesTest {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  @Test
  void hostClocksAreReadAsTheyAre() {
    between(
        () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW),
        new MonotonicRawClockSource(0, 40, 2));
    between(
        () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC), new NanoTimeClockSource(0, 40));
  }

  private static void between(java.util.function.LongSupplier clock, ClockSource counter) {
    assertEquals(NANOS_PER_SECOND, counter.frequencyHz());
    for (int i = 0; i < 1_000; i++) {
      long before = clock.getAsLong();
      long read = counter.read();
      long relaxed = counter.readRelaxed();
      long after = clock.getAsLong();
      assertTrue(before <= read && read <= relaxed && relaxed <= after, counter.name());
    }
  }

  /** A29: the JVM's own clock comes behind what nobody slews. */
  @Test
  void theBetterTheClockTheHigherItsRating() {
    List<ClockSource> ranked =
        List.of(
            new NativeClockSource(0, 2_000_000_000L, 20, AdmissionTest.admitted()),
            new MonotonicRawClockSource(0, 40, 2),
            new NanoTimeClockSource(0, 40),
            new MonotonicRawClockSource(0, 40, 4_000_000),
            TickClockSource.byHand(100));
    for (int i = 1; i < ranked.size(); i++) {
      assertTrue(ranked.get(i).rating() < ranked.get(i - 1).rating(), "" + i);
    }
    assertFalse(ranked.get(3).validForHighResolution());
    assertTrue(ranked.get(3).ratingReason().contains("4000000 ns"));
    assertTrue(ranked.get(2).ratingReason().contains("slewed"));
    assertTrue(ranked.get(2).driftBoundPpb() > 100 * ranked.get(1).driftBoundPpb());
  }

  @Test
  void nativeCounterTellsWhatItsExaminationSaid() {
    NativeClockSource good = new NativeClockSource(3, 2_000_000_000L, 20, AdmissionTest.admitted());
    assertEquals(ClockSource.idOf(NativeClockSource.kind(), 3), good.id());
    assertTrue(good.validForHighResolution());
    assertEquals(50_000, good.driftBoundPpb());
    NativeClockSource other = NativeClockSource.unexamined(3, good.frequencyHz());
    assertEquals(good.id(), other.id());
    assertEquals(1, other.rating());
    assertFalse(other.validForHighResolution());
    assertTrue(other.ratingReason().contains("another process"), other.ratingReason());
    assertTrue(other.read() - good.read() <= 0);
    assertThrows(IllegalArgumentException.class, () -> NativeClockSource.unexamined(0, 0));
  }

  /** 3-23: the tick is a clocksource too, the worst. */
  @Test
  void ticksByHand() {
    TickClockSource ticks = TickClockSource.byHand(250);
    assertEquals(0, ticks.read());
    ticks.tick(3);
    assertEquals(3, ticks.read());
    assertEquals(250, ticks.frequencyHz());
    assertEquals(1, ticks.rating());
    assertThrows(IllegalArgumentException.class, () -> ticks.tick(-1));
    assertThrows(IllegalArgumentException.class, () -> TickClockSource.byHand(0));
    assertThrows(
        IllegalArgumentException.class, () -> TickClockSource.byHand(TickClockSource.MAX_HZ + 1));
  }

  @Test
  void ticksOverAClockAreRoundedDown() {
    AtomicLong nanos = new AtomicLong();
    TickClockSource ticks = TickClockSource.over(300, nanos::get, 40);
    // A tick of 3 333 333.33 ns: the third ends exactly at 10 ms.
    long[][] expected = {
      {0, 0}, {3_333_333, 0}, {3_333_334, 1}, {9_999_999, 2}, {10_000_000, 3},
      {-1, -1}, {NANOS_PER_SECOND, 300}, {Long.MAX_VALUE, 2_767_011_611_056L},
    };
    for (long[] pair : expected) {
      nanos.set(pair[0]);
      assertEquals(pair[1], ticks.read(), pair[0] + " ns");
    }
    assertThrows(IllegalStateException.class, () -> ticks.tick(1));
  }

  @Test
  void stepOfAClockIsFoundByReadingIt() {
    AtomicLong nanos = new AtomicLong();
    assertEquals(
        101, HostSteps.stepNanos(() -> nanos.addAndGet(30) / 100 * 100, "acpi_pm"));
    assertEquals(NANOS_PER_SECOND, HostSteps.stepNanos(() -> 5, "jiffies"));
    assertEquals(2, HostSteps.stepNanos(() -> 5, "tsc"));
  }
}
