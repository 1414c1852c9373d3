package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timeline.TimelineWriter;

/** Million-fold: set and read, updates past a parked reader, no allocation, no tearing. */
class EnduranceTest {
  private static final int MILLION = 1_000_000;
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** How many reads after a set did not give what was set. */
  private static int misses(Workshop shop, int rounds, LongConsumer set) {
    SplittableRandom random = new SplittableRandom(5);
    int missed = 0;
    for (int i = 0; i < rounds; i++) {
      long wanted = (MIDNIGHT + random.nextLong(1_000_000)) * SECOND + random.nextLong(SECOND);
      shop.pass(random.nextLong(30_000));
      if (i % 2 == 0) {
        shop.mono();
      }
      long before = shop.trueNanos.get();
      set.accept(wanted);
      missed += shop.real() == wanted + shop.trueNanos.get() - before ? 0 : 1;
    }
    return missed;
  }

  /** A5: a setter returns when a read gives what it set. */
  @Test
  void setThenRead() {
    Workshop shop = new Workshop();
    assertEquals(0, misses(shop, MILLION, shop.keeping::setRealtime));
  }

  /** A setter that does not wait for its segment to be in force is caught. */
  @Test
  void plantedEarlyReturnIsCaught() {
    Workshop shop = new Workshop(options -> options.waitingBy(() -> {}));
    TimelineWriter.Edit[] edit = new TimelineWriter.Edit[1];
    AtomicLong clock = shop.trueNanos;
    SimulatedClockSource counter = shop.counter;
    var line = Beginning.line(
        counter,
        Slope.ONE,
        org.timehands.discipline.Ntp.real(1000),
        TimekeepingOptions.defaults().startingAt(MIDNIGHT * SECOND, 0).withSlots(64));
    int missed = 0;
    for (int i = 0; i < 1_000; i++) {
      clock.addAndGet(MILLI);
      line.timeline().realtime();
      long wanted = (MIDNIGHT + i) * SECOND;
      edit[0] = next -> next.realOffsetNanos = wanted - next.monoBaseNanos;
      line.writer().append(edit[0]);
      missed += Math.abs(line.timeline().realtime() - wanted) > MILLI ? 1 : 0;
    }
    assertTrue(missed > 900, missed + " caught");
  }

  /** 0-07, 0-08, 0-12, 2-10: a reader stops between segment and counter; 10^6 updates pass. */
  @Test
  void aReaderParkedForAMillionUpdates() {
    AtomicLong trueNanos = new AtomicLong(SECOND);
    SimulatedClockSource counter =
        new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), trueNanos::get);
    Runnable[] meanwhile = {() -> {}};
    Delayed parking =
        new Delayed(
            counter,
            () -> {
              Runnable now = meanwhile[0];
              meanwhile[0] = () -> {};
              now.run();
            });
    Timekeeping keeping =
        Timekeeping.begin(
            parking,
            Slope.ONE,
            TimekeepingOptions.defaults()
                .startingAt(MIDNIGHT * SECOND, 0)
                .withSlots(16)
                .withHorizon(10_000, 50 * MILLI)
                .waitingBy(() -> trueNanos.addAndGet(100)));
    long first = keeping.clocks().monotonicNanos();
    Timex timex = new Timex();
    meanwhile[0] =
        () -> {
          for (int i = 0; i < MILLION; i++) {
            if (i % 8 == 0) {
              timex.modes = Timex.ADJ_FREQUENCY;
              timex.freq = i % 16 == 0 ? 500 << 16 : -500 << 16;
              keeping.adjtimex(timex, true);
            } else {
              keeping.injectOffset(1);
            }
            trueNanos.addAndGet(1_000);
          }
        };
    Snapshot now = keeping.clocks().snapshot(new Snapshot());
    assertEquals(MILLION * 7 / 8, now.clockWasSetSeq());
    assertTrue(now.monotonicNanos() > first + 1_000L * MILLION - MILLI);
    long offset = MIDNIGHT * SECOND + MILLION * 7 / 8;
    assertEquals(offset, now.realtimeNanos() - now.monotonicNanos());
    assertTrue(keeping.clocks().monotonicNanos() >= now.monotonicNanos());
  }

  /**
   * N17, 2-10, 2-11: a reader stops before it calls its counter, which is left 10^4 times
   * meanwhile.
   */
  @Test
  void aReaderParkedForChangesOfTheCounter() {
    Workshop shop = new Workshop();
    Runnable[] meanwhile = {() -> {}};
    Delayed parking =
        new Delayed(
            shop.counter(SECOND, 64, 300),
            () -> {
              Runnable now = meanwhile[0];
              meanwhile[0] = () -> {};
              now.run();
            });
    SimulatedClockSource other = shop.counter(24_000_000, 24, 301);
    shop.keeping.changeClocksource(parking, Slope.ONE, 0);
    long first = shop.mono();
    long truth = shop.trueNanos.get();
    meanwhile[0] =
        () -> {
          for (int i = 0; i < 5_000; i++) {
            shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
            shop.pass(10_000);
            shop.keeping.changeClocksource(parking, Slope.ONE, 0);
            shop.pass(10_000);
          }
          shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
        };
    Snapshot now = shop.clocks.snapshot(new Snapshot());
    assertEquals(10_002, now.clocksourceChangedSeq());
    assertEquals(301, now.clocksourceId());
    long off = now.monotonicNanos() - first - (shop.trueNanos.get() - truth);
    assertTrue(Math.abs(off) <= now.boundNanos(ClockId.MONOTONIC), off + " ns off");
  }

  /** What so many rounds allocate: the least of ten runs, since the first link call sites. */
  private static long bytesOf(int rounds, Runnable each) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 10 && least > 0; run++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        each.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /** 0-13: the time core does not depend on the allocator. */
  @Test
  void noUpdateAllocates() {
    Workshop shop = new Workshop();
    int rounds = 30_000;
    int[] count = new int[1];
    shop.keeping.aux().enable(16);
    AuxClock aux = shop.keeping.aux().enable(17);
    assertEquals(0, bytesOf(rounds, () -> shop.keeping.injectOffset(1)), "step");
    assertEquals(0, bytesOf(rounds, () -> shop.keeping.injectSleep(1)), "sleep");
    assertEquals(
        0, bytesOf(rounds, () -> shop.keeping.setRealtime(MIDNIGHT * SECOND)), "set");
    assertEquals(0, bytesOf(rounds, () -> shop.keeping.setTaiOffset(count[0]++ & 63)), "tai");
    assertEquals(0, bytesOf(rounds, () -> shop.adjust(0)), "adjtimex, reading");
    assertEquals(0, bytesOf(rounds, () -> aux.set(5)), "an auxiliary clock");
    assertEquals(
        0,
        bytesOf(
            rounds,
            () -> {
              shop.pass(SECOND);
              shop.keeping.advance();
            }),
        "advance");
    assertEquals(
        0, bytesOf(rounds, () -> shop.keeping.pps(shop.trueNanos.get(), SECOND)), "pulse");
    assertEquals(
        0,
        bytesOf(
            rounds,
            () -> {
              shop.timex.freq = (count[0]++ & 1) == 0 ? 500 << 16 : -500 << 16;
              shop.adjust(Timex.ADJ_FREQUENCY);
            }),
        "between two rates");
    long fresh =
        bytesOf(
            rounds,
            () -> {
              shop.timex.freq = count[0]++;
              shop.adjust(Timex.ADJ_FREQUENCY);
            });
    // A slope is an object of 32 bytes, kept for 64 rates; one that is new is made.
    assertTrue(fresh <= rounds * 64L, fresh / rounds + " bytes for a rate never had before");
  }

  @Test
  void theMeasureSeesAllocation() {
    Object[] kept = new Object[1];
    assertTrue(bytesOf(1_000, () -> kept[0] = new long[1]) > 0);
  }

  /** A24, N13, 4-02, 4-03, A23: all of a snapshot is of one cycle; offsets change at sets alone. */
  @Test
  void snapshotsDoNotTear() {
    Seeds.forEach(
        EnduranceTest.class,
        30,
        random -> {
          Workshop shop = new Workshop();
          Snapshot last = shop.clocks.snapshot(new Snapshot());
          Snapshot now = new Snapshot();
          for (int i = 0; i < 500; i++) {
            shop.pass(random.nextLong(5 * MILLI));
            if (random.nextInt(3) == 0) {
              shop.timex.freq = random.nextLong(-500 << 16, 500 << 16);
              shop.adjust(Timex.ADJ_FREQUENCY);
            }
            boolean set = random.nextInt(10) == 0;
            if (set) {
              shop.keeping.injectOffset(1 + random.nextLong(1_000));
            }
            shop.clocks.snapshot(now);
            boolean same = offset(now) == offset(last);
            assertEquals(same, now.clockWasSetSeq() == last.clockWasSetSeq());
            assertEquals(set, !same);
            assertEquals(now.monotonicNanos(), now.boottimeNanos());
            assertEquals(
                Workshop.MONO + now.cycles() - cyclesAtStart(shop), now.rawNanos());
            assertTrue(now.nanos(ClockId.MONOTONIC_COARSE) <= now.monotonicNanos(), "A24");
            assertTrue(
                now.nanos(ClockId.MONOTONIC_COARSE) >= last.nanos(ClockId.MONOTONIC_COARSE));
            shop.clocks.snapshot(last);
          }
        });
  }

  private static long offset(Snapshot of) {
    return of.realtimeNanos() - of.monotonicNanos();
  }

  private static long cyclesAtStart(Workshop shop) {
    var first = new org.timehands.timeline.Segment();
    return shop.clocks.history().segment(0, first) < 0 ? 0 : first.startCycles;
  }

  /** 3-33: the 20 s anomaly. A wait on MONOTONIC is 20 s long; by the wall clock nothing passed. */
  @Test
  void settingBackDuringAWait() {
    Workshop shop = new Workshop();
    long mono = shop.mono();
    long real = shop.real();
    shop.pass(10 * SECOND);
    shop.keeping.injectOffset(-20 * SECOND);
    shop.pass(10 * SECOND);
    long waited = shop.mono() - mono;
    assertTrue(waited >= 20 * SECOND);
    assertEquals(waited - 20 * SECOND, shop.real() - real);
  }

  /** 3-05, A4: an idle hour with nobody telling a second costs nothing. */
  @Test
  void anIdleHourIsOneSegment() {
    Workshop shop = new Workshop();
    shop.timex.freq = 77 << 16;
    shop.adjust(Timex.ADJ_FREQUENCY);
    long mono = shop.mono();
    long segments = shop.clocks.history().newest();
    shop.pass(3_600 * SECOND);
    assertEquals(mono + 3_600 * SECOND + 3_600 * 77_000, shop.mono(), 1);
    shop.run(3_600 * SECOND, SECOND);
    assertEquals(segments, shop.clocks.history().newest());
  }

  /** 0-18: a storm of adjtimex leaves every read as short as it was. */
  @Test
  void readsStayShortInAStorm() {
    Workshop shop = new Workshop();
    int[] reads = new int[1];
    SimulatedClockSource counter = shop.counter(SECOND, 64, 299);
    Delayed counted = new Delayed(counter, () -> reads[0]++);
    shop.keeping.changeClocksource(counted, Slope.ONE, 0);
    for (int i = 0; i < 10_000; i++) {
      shop.timex.freq = i % 2 == 0 ? 500 << 16 : -500 << 16;
      shop.adjust(Timex.ADJ_FREQUENCY);
      reads[0] = 0;
      shop.mono();
      assertTrue(reads[0] <= 2, reads[0] + " samples in one read");
    }
  }
}
