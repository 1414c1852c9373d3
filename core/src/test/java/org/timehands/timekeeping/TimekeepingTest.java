package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.MONO;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;

/** The functions of table 1.7 that set and steer, one thread, virtual time. */
class TimekeepingTest {
  private final Workshop shop = new Workshop();

  @Test
  void beginsWhereItIsTold() {
    Snapshot now = shop.clocks.snapshot(new Snapshot());
    assertEquals(MONO, now.monotonicNanos());
    assertEquals(MONO, now.rawNanos());
    assertEquals(MONO, now.boottimeNanos());
    assertEquals(MIDNIGHT * SECOND, now.realtimeNanos());
    assertEquals(Long.MAX_VALUE, now.boundNanos(ClockId.REALTIME));
    assertEquals(TimeStatus.FREERUNNING, now.status());
    assertEquals(shop.keeping, shop.clocks.timekeeping().orElseThrow());
    shop.pass(3_600 * SECOND);
    assertEquals(MONO + 3_600 * SECOND, shop.mono());
  }

  /** 3-24, 3-28, LTP clock_settime01: REALTIME is what was set, MONOTONIC knows nothing of it. */
  @Test
  void settingRealtimeMovesNothingElse() {
    long set = (MIDNIGHT + 12_345) * SECOND + 678;
    long before = shop.trueNanos.get();
    long raw = shop.clocks.rawNanos();
    long mono = shop.mono();
    shop.keeping.setRealtime(set);
    long passed = shop.trueNanos.get() - before;
    Snapshot now = shop.clocks.snapshot(new Snapshot());
    assertEquals(set + passed, now.realtimeNanos());
    assertEquals(mono + passed, now.monotonicNanos());
    assertEquals(raw + passed, now.rawNanos());
    assertEquals(mono + passed, now.boottimeNanos());
    assertEquals(now.realtimeNanos(), now.taiNanos());
    assertEquals(1, now.clockWasSetSeq());
    assertEquals(StatusReason.SET_BY_HAND, now.reason());
  }

  /**
   * 3-24, A17: not one bit: ten thousand sets, on a counter whose cycles are no whole nanoseconds,
   * leave MONOTONIC and RAW as they are on a twin that nobody sets. What is rounded where one
   * segment joins the next adds up.
   */
  @Test
  void tenThousandSetsChangeNoBitOfMonotonic() {
    Settings odd = Settings.of(2_299_998_000L);
    Workshop twin = new Workshop(odd, options -> options);
    Workshop set = new Workshop(odd, options -> options);
    for (Workshop each : List.of(twin, set)) {
      each.timex.freq = 77 << 16;
      each.adjust(Timex.ADJ_FREQUENCY);
    }
    SplittableRandom random = new SplittableRandom(24);
    for (int i = 0; i < 10_000; i++) {
      set.keeping.setRealtime((MIDNIGHT + random.nextInt(1 << 28)) * SECOND + random.nextInt());
      set.pass(random.nextLong(3 * MILLI));
      twin.trueNanos.set(set.trueNanos.get());
      if (i % 100 == 0) {
        twin.keeping.advance();
        set.keeping.advance();
      }
      assertEquals(twin.mono(), set.mono(), "set " + i);
      assertEquals(twin.clocks.rawNanos(), set.clocks.rawNanos(), "set " + i);
    }
    assertEquals(10_000, set.clocks.snapshot(new Snapshot()).clockWasSetSeq());
    Segment alone = at(twin);
    Segment often = at(set);
    assertEquals(alone.startCycles, often.startCycles);
    assertEquals(alone.monoFraction, often.monoFraction, "in units of 2^-64 ns");
    assertEquals(alone.rawFraction, often.rawFraction, "in units of 2^-64 ns");
  }

  /** What a segment that began just now would begin with. */
  private static Segment at(Workshop shop) {
    Segment newest = new Segment();
    assertTrue(shop.clocks.history().segment(shop.clocks.history().newest(), newest) >= 0);
    Segment next = new Segment();
    next.continueFrom(newest, shop.clocks.stamp().cycles() - newest.startCycles);
    return next;
  }

  @Test
  void settingClearsTheDiscipline() {
    shop.timex.status = Timex.STA_PLL;
    shop.timex.offset = 400_000;
    shop.timex.maxerror = 10;
    shop.adjust(Timex.ADJ_STATUS | Timex.ADJ_OFFSET | Timex.ADJ_MAXERROR | Timex.ADJ_MICRO);
    assertEquals(TimeStatus.SYNCHRONIZED, shop.clocks.snapshot(new Snapshot()).status());
    shop.run(2 * SECOND, SECOND);
    assertTrue(shop.timex.offset > 0);
    shop.keeping.setRealtime(shop.real() + 5);
    assertEquals(Timex.TIME_ERROR, shop.adjust(0));
    assertEquals(0, shop.timex.offset);
    assertEquals(16_000_000, shop.timex.maxerror);
    long mono = shop.mono();
    shop.run(10 * SECOND, SECOND);
    assertEquals(mono + 10 * SECOND, shop.mono(), "the slew has ended");
  }

  /** set-2038, table 1.7: the ranges of settimeofday. */
  @Test
  void refusesWhatCannotBe() {
    long[] bad = {
      -1, Long.MIN_VALUE, Long.MAX_VALUE, Timekeeping.REALTIME_END_NANOS, MONO - 1, 0
    };
    for (long each : bad) {
      String said =
          assertThrows(
                  IllegalArgumentException.class, () -> shop.keeping.setRealtime(each))
              .getMessage();
      assertTrue(said.contains(Long.toString(each)), said);
    }
    long[] good = {
      1_200 * SECOND,
      (1L << 31) * SECOND - 600 * SECOND,
      (1L << 31) * SECOND - 10 * SECOND,
      (1L << 31) * SECOND + 10 * SECOND,
      Timekeeping.REALTIME_END_NANOS - 1
    };
    for (long each : good) {
      shop.keeping.setRealtime(each);
      assertTrue(shop.real() - each < MILLI);
    }
    assertEquals(8_277_292_036L * SECOND, Timekeeping.REALTIME_END_NANOS);
  }

  @Test
  void offsetsAddUp() {
    long before = shop.real() - shop.mono();
    shop.keeping.injectOffset(-5 * SECOND);
    shop.keeping.injectOffset(7 * SECOND);
    shop.keeping.injectSleep(3 * SECOND);
    Snapshot now = shop.clocks.snapshot(new Snapshot());
    assertEquals(before + 5 * SECOND, now.realtimeNanos() - now.monotonicNanos());
    assertEquals(3 * SECOND, now.boottimeNanos() - now.monotonicNanos());
    assertEquals(3, now.clockWasSetSeq());
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.injectSleep(-1));
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.injectOffset(-MIDNIGHT * SECOND));
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.injectOffset(Long.MAX_VALUE));
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.injectOffset(Long.MIN_VALUE));
    assertEquals(3, shop.clocks.snapshot(now).clockWasSetSeq());
  }

  /** set-tai: 1..60 set and read back. */
  @Test
  void taiOffset() {
    for (int seconds = 0; seconds <= 60; seconds++) {
      shop.keeping.setTaiOffset(seconds);
      Snapshot now = shop.clocks.snapshot(new Snapshot());
      assertEquals(seconds * SECOND, now.taiNanos() - now.realtimeNanos());
      shop.adjust(0);
      assertEquals(seconds, shop.timex.tai);
    }
    assertEquals(60, shop.clocks.snapshot(new Snapshot()).clockWasSetSeq());
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.setTaiOffset(-1));
    assertThrows(IllegalArgumentException.class, () -> shop.keeping.setTaiOffset(100_001));
    shop.keeping.setTaiOffset(100_000);
  }

  /** adjtick, change_skew, raw_skew: MONOTONIC runs as told, from the call on. */
  @Test
  void frequencyAndTickActAtOnce() {
    long[] ppms = {0, 250, 500, -250, -500, 0};
    for (long ppm : ppms) {
      shop.timex.freq = ppm << 16;
      shop.adjust(Timex.ADJ_FREQUENCY);
      long mono = shop.mono();
      long raw = shop.clocks.rawNanos();
      shop.pass(10 * SECOND);
      long expected = 10 * SECOND + 10_000 * ppm;
      assertEquals(expected, shop.mono() - mono, 1, ppm + " ppm");
      assertEquals(10 * SECOND, shop.clocks.rawNanos() - raw);
    }
    for (long tick = 9_000; tick <= 11_000; tick += 250) {
      shop.timex.tick = tick;
      shop.adjust(Timex.ADJ_TICK);
      long mono = shop.mono();
      shop.pass(SECOND);
      assertEquals(tick * 100_000, shop.mono() - mono, 1);
    }
  }

  @Test
  void setOffsetIsOneStep() {
    long before = shop.real() - shop.mono();
    shop.timex.timeSec = -2;
    shop.timex.timeUsec = 500_000_000;
    shop.timex.freq = 100 << 16;
    int state = shop.adjust(Timex.ADJ_SETOFFSET | Timex.ADJ_NANO | Timex.ADJ_FREQUENCY);
    assertEquals(Timex.TIME_ERROR, state);
    Snapshot now = shop.clocks.snapshot(new Snapshot());
    assertEquals(before - 1_500 * MILLI, now.realtimeNanos() - now.monotonicNanos());
    assertEquals(1, now.clockWasSetSeq());
    assertEquals(100 << 16, shop.timex.freq);
    long told = shop.timex.timeSec * SECOND + shop.timex.timeUsec;
    assertTrue(now.realtimeNanos() >= told && now.realtimeNanos() - told < MILLI);
    shop.timex.timeSec = -MIDNIGHT;
    shop.timex.timeUsec = 0;
    assertEquals(-Timex.EINVAL, shop.adjust(Timex.ADJ_SETOFFSET | Timex.ADJ_NANO));
    shop.timex.modes = Timex.ADJ_SETOFFSET;
    assertEquals(-Timex.EPERM, shop.keeping.adjtimex(shop.timex, false));
    assertEquals(1, shop.clocks.snapshot(now).clockWasSetSeq());
  }

  /** adjtime(3): 1 ms takes two seconds, and not a nanosecond more however late it is told. */
  @Test
  void slewsArriveHoweverLate() {
    for (long late : new long[] {SECOND, 10 * SECOND, 700 * MILLI, 60 * SECOND}) {
      for (boolean read : new boolean[] {false, true}) {
        Workshop here = new Workshop();
        here.timex.offset = 1_300;
        here.adjust(Timex.ADJ_OFFSET_SINGLESHOT);
        long truth = here.trueNanos.get();
        long mono = here.mono();
        long end = truth + 1_800 * SECOND;
        while (here.trueNanos.get() < end) {
          here.pass(late);
          if (read) {
            here.mono();
          }
          here.keeping.advance();
        }
        long gained = here.mono() - mono - (here.trueNanos.get() - truth);
        // A second of the clock that is slewed is shorter than one by 500 ppm, in Linux as well.
        assertEquals(1_299_410, gained, read ? 20_000 : 10, late + " ns, read " + read);
      }
    }
  }

  /** A reference that vouches gives a bound, and its silence takes it away. */
  @Test
  void boundsComeAndGo() {
    shop.timex.status = 0;
    shop.timex.maxerror = 250;
    shop.timex.esterror = 10;
    assertEquals(0, shop.adjust(Timex.ADJ_STATUS | Timex.ADJ_MAXERROR | Timex.ADJ_ESTERROR));
    Reading now = shop.clocks.read(ClockId.REALTIME, new Reading());
    assertEquals(TimeStatus.SYNCHRONIZED, now.status());
    assertEquals(250_002, now.boundNanos(), "largest error and one cycle");
    shop.run(2_100 * SECOND, 10 * SECOND);
    assertEquals(TimeStatus.HOLDOVER, shop.clocks.read(ClockId.REALTIME, now).status());
    shop.run(32_000 * SECOND, 100 * SECOND);
    assertEquals(TimeStatus.FREERUNNING, shop.clocks.read(ClockId.REALTIME, now).status());
    assertTrue(!now.isBounded());
    assertEquals(Timex.TIME_ERROR, shop.adjust(0));
  }

  /** A wait that fails in the thread that tells does not silence listeners for ever. */
  @Test
  void aWaitThatFailsSilencesNobody() {
    boolean[] fails = new boolean[1];
    Workshop other =
        new Workshop(
            options -> {
              Runnable usual = options.whileWaiting();
              return options.waitingBy(
                  () -> {
                    if (fails[0]) {
                      fails[0] = false;
                      throw new IllegalStateException("planted");
                    }
                    usual.run();
                  });
            });
    other.keeping.addListener(other);
    other.mono();
    fails[0] = true;
    assertThrows(IllegalStateException.class, () -> other.keeping.setTaiOffset(5));
    fails[0] = true;
    other.keeping.advance();
    assertFalse(fails[0], "nobody waited");
    other.pass(SECOND);
    other.keeping.setTaiOffset(6);
    assertEquals(List.of("set 1", "set 2"), other.heard);
  }

  /** A26: told after it is in force, in order, whatever a listener throws or sets. */
  @Test
  void listenersAreToldInOrder() {
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            shop.heard.add("first " + sequence);
            assertEquals(sequence, shop.clocks.snapshot(new Snapshot()).clockWasSetSeq());
            if (sequence < 3) {
              shop.keeping.injectOffset(SECOND);
            }
            throw new IllegalStateException("planted");
          }
        });
    shop.keeping.addListener(shop);
    long before = shop.real() - shop.mono();
    shop.keeping.setRealtime(shop.real());
    assertEquals(
        List.of("first 1", "set 1", "first 2", "set 2", "first 3", "set 3"), shop.heard);
    assertEquals(before + 2 * SECOND, shop.real() - shop.mono());
    shop.keeping.removeListener(shop);
    shop.keeping.injectOffset(1);
    assertEquals(7, shop.heard.size());
  }

  @Test
  void closedIsClosed() {
    shop.keeping.close();
    assertThrows(IllegalStateException.class, () -> shop.keeping.setRealtime(MIDNIGHT * SECOND));
    long mono = shop.mono();
    shop.pass(SECOND);
    assertEquals(mono + SECOND, shop.mono());
    assertTrue(shop.keeping.updater().isEmpty());
  }

  /** A timeline that somebody else steered goes on at its rate. */
  @Test
  void takesUpWhatIsThere() {
    shop.keeping.setTaiOffset(37);
    shop.timex.freq = 123 << 16;
    shop.adjust(Timex.ADJ_FREQUENCY);
    var timeline = shop.clocks.timeline();
    var writer =
        org.timehands.timeline.TimelineWriter.begin(
            org.timehands.timeline.Page.format(
                org.timehands.linux.Memory.allocate(
                    org.timehands.timeline.Page.totalBytes(16), 64),
                16,
                new org.timehands.timeline.PageIdentity(1, 2, 3, 4, 5)),
            timeline.counters(),
            first -> {
              first.startCycles = shop.counter.read();
              first.clocksourceId = shop.counter.id();
              first.setRate(Slope.ONE.plusPpt(123_000_000));
              first.realOffsetNanos = MIDNIGHT * SECOND;
              first.taiOffsetNanos = (MIDNIGHT + 37) * SECOND;
            });
    var reader =
        new org.timehands.timeline.Timeline(
            writer.page(), timeline.counters(), true, TimekeepingOptions.FORWARD_ONLY);
    Timekeeping taken =
        Timekeeping.over(
            writer,
            reader,
            timeline.counters(),
            TimekeepingOptions.defaults().waitingBy(shop.trueNanos::incrementAndGet));
    Timex told = new Timex();
    taken.adjtimex(told, false);
    assertEquals(123 << 16, told.freq, 1);
    assertEquals(37, told.tai);
    taken.setRealtime(MIDNIGHT * SECOND);
    long mono = taken.clocks().monotonicNanos();
    shop.pass(SECOND);
    assertEquals(mono + SECOND + 123_000, taken.clocks().monotonicNanos(), 1);
  }
}
