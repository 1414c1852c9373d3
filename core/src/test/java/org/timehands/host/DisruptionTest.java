package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.fixed.Slope;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.linux.Memory;
import org.timehands.linux.NativeAccess;
import org.timehands.testing.Seeds;
import org.timehands.timeline.DisruptionMarker;
import org.timehands.timeline.GapGuard;
import org.timehands.timeline.History;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.TimelineWriter;

/** The machine is moved, and the hypervisor says so: A8, simulated. */
class DisruptionTest {
  private static final long SECOND = SimulatedHost.SECOND;
  private static final long GHZ = SimulatedHost.FREQUENCY;

  @TempDir Path temp;

  private static SimulatedHost settled(long seed) {
    SimulatedHost host = new SimulatedHost(seed, StepPolicy.FOLLOW, 20);
    host.setHostPpm(-3);
    host.follow(30 * SECOND);
    return host;
  }

  /** A step of the counter by a little or by hours, to either side, with the marker changed. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        0, 1_000, -1_000, GHZ / 10_000, -GHZ / 10_000, GHZ / 5, -GHZ / 5, 10 * GHZ, -10 * GHZ,
        40_000 * GHZ, -400 * GHZ
      })
  void aMoveBeginsAnEra(long jumpCycles) {
    Seeds.forEach(
        DisruptionTest.class,
        5,
        random -> {
          try (SimulatedHost host = settled(random.nextLong())) {
            Sample before = new Sample();
            host.timeline.sample(before);
            final long mono = before.monoNanos();
            Segment left = host.newest();
            move(host, jumpCycles, random.nextLong(3 * SECOND));
            // The follower looks before it samples, a reader when the counter looks odd.
            // Ten seconds back is within the segment still, and looks like any cycle of it.
            boolean far = jumpCycles >= 10 * GHZ || jumpCycles <= -400 * GHZ;
            if (far && random.nextBoolean()) {
              host.readAll();
            } else {
              host.follower.step(false);
            }
            Sample after = host.readAll();
            assertEquals(1, after.clocksourceId() >>> 32, "era");
            assertEquals(
                ClockSource.kindOf(left.clocksourceId), ClockSource.kindOf(after.clocksourceId()));
            assertTrue(after.monoNanos() >= mono, "MONOTONIC went back");
            checkTruth(host, after);
            checkHistory(host, before, left);
            host.follow(60 * SECOND);
            checkTruth(host, host.readAll());
            assertTrue(Math.abs(host.readAll().monoNanos() - host.monoNanos()) < 10_000);
          }
        });
  }

  private static void move(SimulatedHost host, long jumpCycles, long downNanos) {
    host.pass(downNanos);
    host.jumpCounter(jumpCycles);
    host.marker++;
  }

  private static void checkTruth(SimulatedHost host, Sample now) {
    long off = Math.abs(now.monoNanos() - host.monoNanos());
    assertTrue(
        off <= now.errorNanos() + 1, "off by " + off + " ns, bound " + now.errorNanos() + " ns");
  }

  /** What was answered stays; what nobody can know is UNMAPPABLE. */
  private static void checkHistory(SimulatedHost host, Sample before, Segment left) {
    History history = new History(host.writer.page());
    Sample then = new Sample();
    assertEquals(
        Found.EXACT, history.convert(before.clocksourceId(), before.cycles(), then));
    assertEquals(before.monoNanos(), then.monoNanos());
    assertEquals(before.realNanos(), then.realNanos());
    long end =
        left.startCycles + (history.segment(left.sequence, new Segment()) >>> 1);
    assertEquals(Found.EXACT, history.convert(left.clocksourceId, end - 1, then));
    assertEquals(Found.UNMAPPABLE, history.convert(left.clocksourceId, end, then));
    assertEquals(Found.UNMAPPABLE, history.convert(left.clocksourceId, end + GHZ, then));
    Segment bridge = new Segment();
    history.segment(left.sequence + 1, bridge);
    assertTrue(bridge.isGap());
    assertEquals(
        Found.UNMAPPABLE, history.convert(bridge.clocksourceId, bridge.startCycles + 5, then));
    assertEquals(
        Found.TOO_OLD, history.convert(bridge.clocksourceId, bridge.startCycles - 1, then));
  }

  @Test
  void eachMoveIsAnEraOfItsOwn() {
    try (SimulatedHost host = settled(7)) {
      long last = 0;
      for (int i = 1; i <= 20; i++) {
        move(host, i % 2 == 0 ? GHZ * i : -GHZ * i / 7, SECOND / 10);
        host.follow(SECOND);
        Sample now = host.readAll();
        assertEquals(i, now.clocksourceId() >>> 32);
        assertTrue(now.monoNanos() > last);
        checkTruth(host, now);
        last = now.monoNanos();
      }
    }
  }

  /** The journal says the same of all cycles around a move. */
  @Test
  void theJournalAgrees() throws IOException {
    try (SimulatedHost host = settled(4)) {
      Segment left = host.newest();
      move(host, -GHZ, SECOND / 3);
      host.follow(5 * SECOND);
      Sample now = host.readAll();
      try (JournalWriter writer =
          JournalWriter.open(temp, host.writer.page(), JournalOptions.defaults())) {
        writer.poll();
      }
      JournalConverter converter = Journal.open(temp).converter();
      History history = new History(host.writer.page());
      Sample live = new Sample();
      Sample old = new Sample();
      long end = left.startCycles + (history.segment(left.sequence, new Segment()) >>> 1);
      Segment bridge = new Segment();
      history.segment(left.sequence + 1, bridge);
      long[] cycles = {
        left.startCycles, end - 1, end, end + GHZ, bridge.startCycles - 1, bridge.startCycles,
        bridge.startCycles + bridge.stepCycles - 1, bridge.startCycles + bridge.stepCycles,
        now.cycles()
      };
      for (long id : new long[] {left.clocksourceId, bridge.clocksourceId}) {
        for (long each : cycles) {
          Found found = history.convert(id, each, live);
          assertEquals(found, converter.convert(id, each, old), id + " " + (each - end));
          if (found == Found.EXACT) {
            assertEquals(live.realNanos(), old.realNanos());
          }
        }
      }
    }
  }

  /** The planted fault: the same step of the counter, and nobody told. */
  @Test
  void withoutTheMarkerASmallStepGoesUnseen() {
    try (SimulatedHost host = settled(1)) {
      host.tellsDisruptions = false;
      Sample before = new Sample();
      host.timeline.sample(before);
      final long mono = before.monoNanos();
      move(host, -GHZ / 5, 0);
      host.follower.step(false);
      Sample after = host.readAll();
      assertEquals(0, after.clocksourceId() >>> 32);
      assertTrue(after.monoNanos() < mono, "the test's own check would see time go back");
    }
  }

  /** A disruption that is found from inside a writer's step waits for the next look. */
  @Test
  void aMoveWithinAnUpdateIsRepairedAfterIt() {
    try (SimulatedHost host = settled(2)) {
      Sample inside = new Sample();
      host.writer.append(
          next -> {
            if (host.marker == 0) {
              move(host, 50 * GHZ, 0);
              host.timeline.sample(inside);
            }
          });
      assertEquals(0, inside.clocksourceId() >>> 32);
      assertEquals(1, host.readAll().clocksourceId() >>> 32);
    }
  }

  /** A page whose machine was moved: its next owner goes on in the era, by any counter. */
  @Test
  void aNewOwnerGoesOnInTheEra() {
    HostOptions options = HostOptions.defaults().withSlots(64);
    long address = Memory.allocate(Page.totalBytes(64), 4096);
    HostTimeline.Pages<RuntimeException> moved =
        (identity, counters, first) ->
            TimelineWriter.begin(
                Page.format(address, 64, identity),
                counters,
                next -> {
                  first.apply(next);
                  next.clocksourceId |= 5L << 32;
                });
    Candidate best = ClockSources.best();
    try (HostTimeline host = HostTimeline.over(best, options, moved)) {
      host.follower().step(false);
      Sample now = new Sample();
      host.timeline().sample(now);
      assertEquals(best.source().id() | 5L << 32, now.clocksourceId());
      assertEquals(
          0,
          host.follower().changeCounter(
              best.source(), best.rate(), 0, new SystemHostClock(best.source(), best.rate())),
          "the present counter, whatever its era");
      ClockSource plain = ClockSources.forReading(ClockSource.NANO_TIME, 1).orElseThrow();
      host.follower().changeCounter(
          plain, Slope.ONE, 0, new SystemHostClock(plain, Slope.ONE));
      host.follower().awaitChange();
      host.timeline().sample(now);
      assertEquals(ClockSource.NANO_TIME | 5L << 32, now.clocksourceId());
    }
  }

  /** The machine was moved while nobody owned the page: the next guard knows by the page. */
  @Test
  void aMoveBetweenOwnersIsNoticed() {
    try (SimulatedHost host = settled(5)) {
      move(host, 2 * GHZ, SECOND);
      GapGuard next = new GapGuard(host, host.writer, () -> 7 + host.marker);
      assertTrue(next.lookForDisruption(host.timeline));
      assertEquals(1, host.readAll().clocksourceId() >>> 32);
      checkTruth(host, host.readAll());
      GapGuard same = new GapGuard(host, host.writer, () -> 7 + host.marker);
      assertTrue(!same.lookForDisruption(host.timeline), "once");
      GapGuard blind = new GapGuard(host, host.writer, DisruptionMarker.NONE);
      assertTrue(!blind.lookForDisruption(host.timeline), "nobody tells any more");
    }
  }

  /** A sample that was taken across the move does not count. */
  @Test
  void aSampleAcrossTheMoveIsThrownAway() {
    try (SimulatedHost host = settled(3)) {
      host.beforeSample = () -> move(host, 3 * GHZ / 100, 0);
      host.follower.step(false);
      host.beforeSample = () -> {};
      Sample now = host.readAll();
      assertEquals(1, now.clocksourceId() >>> 32);
      checkTruth(host, now);
      host.follow(20 * SECOND);
      checkTruth(host, host.readAll());
    }
  }

  /** The marker of a fake page, as the property names it, and what follows from it. */
  @Test
  void theMarkerComesFromThePage() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(NativeAccess.available());
    Path file = temp.resolve("vmclock0");
    ByteBuffer page = ByteBuffer.allocate(65_536).order(ByteOrder.LITTLE_ENDIAN);
    page.putInt(0, 0x4b4c4356).putInt(4, 4096).putShort(8, (short) 1).putLong(0x10, 77);
    Files.write(file, page.array());
    String old = System.getProperty(VmClockMarker.PROPERTY);
    System.setProperty(VmClockMarker.PROPERTY, file.toString());
    try {
      DisruptionMarker marker = VmClockMarker.ofThisMachine();
      HostTimeline host = HostTimeline.inProcess(ClockSources.best(), HostOptions.defaults());
      assertEquals(77, marker.marker());
      rewrite(file, page.putLong(0x10, 78).putInt(0x0c, 3));
      assertEquals(77, marker.marker(), "odd: the last one");
      rewrite(file, page.putInt(0x0c, 4));
      assertEquals(78, marker.marker());
      Sample now = new Sample();
      host.timeline().sample(now);
      final long before = now.monoNanos();
      assertEquals(0, now.clocksourceId() >>> 32);
      host.follower().step(false);
      host.timeline().sample(now);
      assertEquals(1, now.clocksourceId() >>> 32);
      assertTrue(now.monoNanos() >= before);
      host.close();
      System.setProperty(VmClockMarker.PROPERTY, file + ".none");
      assertEquals(DisruptionMarker.NONE, VmClockMarker.ofThisMachine());
      assertNotEquals(DisruptionMarker.NONE, marker);
    } finally {
      if (old == null) {
        System.clearProperty(VmClockMarker.PROPERTY);
      } else {
        System.setProperty(VmClockMarker.PROPERTY, old);
      }
    }
  }

  private static void rewrite(Path file, ByteBuffer page) throws IOException {
    Files.write(file, page.array(), java.nio.file.StandardOpenOption.WRITE);
  }
}
