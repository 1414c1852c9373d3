package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.testing.Allocations.bytesOf;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** What a user of the clocks sees, on a simulated counter at virtual time. */
class TimekeeperTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long GIGAHERTZ = 1_000_000_000L;
  private static final long REAL = 1_800_000_000L * SECOND;

  private final AtomicLong trueNanos = new AtomicLong(5 * SECOND);
  private final SimulatedClockSource counter =
      new SimulatedClockSource(SimulatedClockSource.Settings.of(GIGAHERTZ), trueNanos::get);
  private final long address = Memory.allocate(Page.totalBytes(16), 64);
  private final Counters counters = new Counters(counter);
  private final TimelineWriter writer =
      TimelineWriter.begin(
          Page.format(address, 16, new PageIdentity(1, 2, 3, 4, 5)),
          counters,
          first -> {
            first.startCycles = counter.read();
            first.clocksourceId = counter.id();
            first.setRate(Slope.ONE);
            first.setRawRate(Slope.ONE);
            first.monoBaseNanos = 100 * SECOND;
            first.rawBaseNanos = 90 * SECOND;
            first.realOffsetNanos = REAL;
            first.taiOffsetNanos = REAL + 37 * SECOND;
            first.bootOffsetNanos = 3 * SECOND;
            first.stepCycles = 1_000_000;
            first.errorNanos = 50;
            first.errorRate = Fixed.ratePpb(1_000);
            first.referenceErrorNanos = 2_000_000;
            first.status = TimeStatus.SYNCHRONIZED;
            first.reason = StatusReason.FOLLOWING;
          });
  private final Timekeeper clocks =
      new Timekeeper(new Timeline(writer.page(), counters, true, GapProbe.TRUSTING));

  @AfterEach
  void freePage() {
    Memory.free(address);
  }

  private void pass(long nanos) {
    trueNanos.addAndGet(nanos);
  }

  @Test
  void everyClockTellsItsOwnTime() {
    pass(7 * SECOND);
    assertEquals(107 * SECOND, clocks.monotonicNanos());
    assertEquals(107 * SECOND, clocks.monotonicNanosRelaxed());
    assertEquals(97 * SECOND, clocks.rawNanos());
    assertEquals(97 * SECOND, clocks.rawNanosRelaxed());
    assertEquals(110 * SECOND, clocks.boottimeNanos());
    assertEquals(110 * SECOND, clocks.boottimeNanosRelaxed());
    assertEquals(REAL + 107 * SECOND, clocks.realtimeNanos());
    assertEquals(REAL + 107 * SECOND, clocks.realtimeNanosRelaxed());
    assertEquals(REAL + 144 * SECOND, clocks.taiNanos());
    assertEquals(REAL + 144 * SECOND, clocks.taiNanosRelaxed());
    for (ClockId clock : ClockId.values()) {
      assertEquals(clocks.nanos(clock), clocks.snapshot(new Snapshot()).nanos(clock));
      assertEquals(clocks.nanos(clock), clocks.read(clock, new Reading()).nanos());
    }
  }

  /** What users call; AllocationTest has the planted bug, and the reads beneath. */
  @Test
  void readsIntoHoldersAllocateNothing() {
    Reading reading = new Reading();
    Snapshot snapshot = new Snapshot();
    for (ClockId clock : ClockId.values()) {
      assertEquals(0, bytesOf(() -> clocks.nanos(clock)), clock.toString());
      assertEquals(0, bytesOf(() -> clocks.read(clock, reading).boundNanos()), clock.toString());
    }
    assertEquals(0, bytesOf(() -> clocks.snapshot(snapshot).nanos(ClockId.TAI)));
    Stamp stamp = clocks.stamp();
    assertEquals(0, bytesOf(() -> clocks.convert(stamp, snapshot).ordinal()));
  }

  /** 3-27, A24: the granularity is part of the API. */
  @Test
  void coarseIsWholeTicksAndNeverAboveFine() {
    // A24.
    SplittableRandom random = new SplittableRandom(24);
    long before = 0;
    for (int i = 0; i < 10_000; i++) {
      pass(random.nextLong(3_000_000));
      long coarse = clocks.nanos(ClockId.MONOTONIC_COARSE);
      assertEquals(0, coarse % Timekeeper.COARSE_TICK_NANOS);
      assertTrue(coarse <= clocks.monotonicNanos());
      assertTrue(clocks.monotonicNanos() - coarse < Timekeeper.COARSE_TICK_NANOS);
      assertTrue(coarse >= before);
      assertTrue(clocks.nanos(ClockId.REALTIME_COARSE) <= clocks.realtimeNanos());
      before = coarse;
    }
  }

  @Test
  void readingCarriesBoundAndStatus() {
    pass(10 * SECOND);
    Reading reading = clocks.read(ClockId.REALTIME, new Reading());
    // 50 ns at the start and 1 ppm of ten seconds, and what the reference declares.
    assertEquals(50 + 10_000 + 1 + 2_000_000, reading.boundNanos(), 1);
    assertTrue(reading.isBounded());
    assertEquals(TimeStatus.SYNCHRONIZED, reading.status());
    assertEquals(StatusReason.FOLLOWING, reading.reason());
    assertEquals(Instant.ofEpochSecond(1_800_000_110L), reading.instant());
    assertTrue(reading.interval().contains(reading.nanos()));
    Reading mono = clocks.read(ClockId.MONOTONIC, new Reading());
    assertTrue(mono.boundNanos() < reading.boundNanos());
    IllegalStateException refused = assertThrows(IllegalStateException.class, mono::instant);
    assertTrue(refused.getMessage().contains("read REALTIME"));
  }

  @Test
  void unvouchedClockHasNoBound() {
    writer.append(next -> next.referenceErrorNanos = Long.MAX_VALUE);
    pass(SECOND);
    Reading reading = clocks.read(ClockId.REALTIME, new Reading());
    assertFalse(reading.isBounded());
    assertEquals(Long.MAX_VALUE, reading.boundNanos());
    assertFalse(reading.interval().isBounded());
    assertTrue(reading.toString().contains("no bound"));
    assertTrue(clocks.read(ClockId.MONOTONIC, reading).isBounded());
    IllegalStateException never =
        assertThrows(
            IllegalStateException.class,
            () -> clocks.awaitAfter(Instant.ofEpochSecond(1_800_000_101L)));
    assertTrue(never.getMessage().contains("nobody can say"));
  }

  @Test
  void awaitAfterReturnsOnlyWhenCertainlyPast() throws Exception {
    // I7: another thread lets time pass, in small and large steps.
    Instant target = Instant.ofEpochSecond(1_800_000_103L);
    Thread passing =
        Thread.ofPlatform()
            .start(
                () -> {
                  SplittableRandom random = new SplittableRandom(7);
                  while (!Thread.currentThread().isInterrupted()) {
                    pass(random.nextLong(200_000));
                    Thread.yield();
                  }
                });
    try {
      clocks.awaitAfter(target);
      TimeInterval now = clocks.interval();
      assertTrue(now.earliest().isAfter(target), "returned at " + now);
    } finally {
      passing.interrupt();
      passing.join(Duration.ofSeconds(10));
    }
  }

  @Test
  void awaitAfterEndsByInterrupt() {
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class,
        () -> clocks.awaitAfter(Instant.ofEpochSecond(1_800_009_000L)));
  }

  @Test
  void stampConvertsToWhatWasRead() {
    pass(123_456_789);
    Snapshot then = clocks.snapshot(new Snapshot());
    Stamp stamp = clocks.stamp();
    assertEquals(then.stamp(), stamp);
    for (int i = 0; i < 5; i++) {
      int ppm = i;
      writer.append(next -> next.setRate(Slope.ONE.plusPpt(ppm * 1_000_000L)));
      pass(10_000_000);
      clocks.monotonicNanos();
    }
    Snapshot later = new Snapshot();
    assertEquals(History.Found.EXACT, clocks.convert(stamp, later));
    for (ClockId clock : ClockId.values()) {
      assertEquals(then.nanos(clock), later.nanos(clock));
    }
    Stamp now = clocks.stamp();
    assertEquals(50_000_000, clocks.elapsedNanos(stamp, now), "on the slope nobody steers");
    assertEquals(-50_000_000, clocks.elapsedNanos(now, stamp));
    Stamp foreign = new Stamp(counter.id() + 1, 77);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> clocks.elapsedNanos(foreign, now));
    assertTrue(refused.getMessage().contains("WRONG_CLOCKSOURCE"));
  }

  @Test
  void javaTimeViewsTellRealtime() {
    pass(SECOND + 234_567_890);
    Clock clock = clocks.clock(ZoneId.of("Asia/Tokyo"));
    Instant expected = Instant.ofEpochSecond(1_800_000_101L, 234_567_890);
    assertEquals(expected, clock.instant());
    assertEquals(expected.toEpochMilli(), clock.millis());
    assertEquals(expected, clocks.instantSource().instant());
    assertEquals(ZoneOffset.UTC, clock.withZone(ZoneOffset.UTC).getZone());
    assertEquals(clocks.clock(ZoneOffset.UTC), clock.withZone(ZoneOffset.UTC));
  }

  @Test
  void timesBefore1970AreInstantsToo() {
    writer.append(next -> next.realOffsetNanos = -500 * SECOND - 1);
    pass(10_000_000);
    long nanos = clocks.realtimeNanos();
    assertTrue(nanos < 0);
    Instant instant = clocks.clock(ZoneOffset.UTC).instant();
    assertEquals(Math.floorDiv(nanos, SECOND), instant.getEpochSecond());
    assertEquals(Math.floorMod(nanos, SECOND), instant.getNano());
    assertEquals(nanos, Instants.nanosOf(instant));
  }

  @Test
  void instantsRoundTripAtTheEdges() {
    for (long nanos :
        new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -SECOND, -1, 0, 1, Long.MAX_VALUE}) {
      assertEquals(nanos, Instants.nanosOf(Instants.of(nanos)));
    }
    IllegalArgumentException beyond =
        assertThrows(IllegalArgumentException.class, () -> Instants.nanosOf(Instant.MAX));
    assertTrue(beyond.getMessage().contains("1677"));
  }

  @Test
  void intervalsAreOrderedOnlyWhenTheyAreApart() {
    TimeInterval early = new TimeInterval(10, 20);
    TimeInterval late = new TimeInterval(21, 30);
    TimeInterval touching = new TimeInterval(20, 25);
    assertTrue(early.definitelyBefore(late));
    assertTrue(late.definitelyAfter(early));
    assertFalse(early.definitelyBefore(touching));
    assertFalse(touching.definitelyAfter(early));
    assertThrows(IllegalArgumentException.class, () -> new TimeInterval(2, 1));
  }

  @Test
  void intervalSaturatesAtTheEndsOfTime() {
    assertEquals(Long.MIN_VALUE, TimeInterval.around(Long.MIN_VALUE + 2, 3).earliestNanos());
    assertEquals(Long.MAX_VALUE, TimeInterval.around(Long.MAX_VALUE - 2, 3).latestNanos());
    assertEquals(Instant.MIN, TimeInterval.around(0, Long.MAX_VALUE).earliest());
    assertEquals(Instant.MAX, TimeInterval.around(0, Long.MAX_VALUE).latest());
  }

  /** 3-58: nanoseconds and seconds are two forms of one read, while time goes on meanwhile. */
  @Test
  void nanosecondsAndSecondsAreOfOneRead() {
    Reading now = new Reading();
    long[] secNsec = new long[2];
    for (int i = 0; i < 1_000; i++) {
      pass(SECOND / 7);
      clocks.read(ClockId.REALTIME, now);
      Instant instant = now.instant();
      pass(1 + i % 3);
      assertEquals(Instants.nanosOf(instant), now.nanos());
      assertEquals(instant, now.instant(), "the reading does not move");
      secNsec[0] = instant.getEpochSecond();
      secNsec[1] = instant.getNano();
      assertEquals(now.nanos(), secNsec[0] * SECOND + secNsec[1]);
      assertTrue(clocks.realtimeNanos() > now.nanos());
    }
  }
}
