package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.discipline.LeapTable;
import org.timehands.discipline.Timex;
import org.timehands.testing.Seeds;
import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** N12, A6, leap-a-day, leapcrash: the wall clock is right at the leap, however late it is told. */
class LeapLiveTest {
  private static final LeapTable INSERTS =
      LeapTable.of(
          Long.MAX_VALUE,
          List.of(new LeapTable.Entry(0, 37), new LeapTable.Entry(MIDNIGHT, 38)));
  private static final LeapTable DELETES =
      LeapTable.of(
          Long.MAX_VALUE,
          List.of(new LeapTable.Entry(0, 37), new LeapTable.Entry(MIDNIGHT, 36)));

  /** A clock that begins some seconds before the midnight. */
  private static Workshop before(long seconds, LeapTable table) {
    return new Workshop(
        options -> {
          var begun = options.startingAt((MIDNIGHT - seconds) * SECOND, Workshop.MONO);
          return table == null ? begun : begun.withLeapTable(table);
        });
  }

  /** Compares the wall clock with what it must say. */
  private static void check(Workshop shop, long startReal, long startMono, int sign, Snapshot now) {
    shop.clocks.snapshot(now);
    long unleapt = startReal + now.monotonicNanos() - startMono;
    long at = (sign > 0 ? MIDNIGHT : MIDNIGHT - 1) * SECOND;
    long expected = unleapt < at ? unleapt : unleapt - sign * SECOND;
    assertEquals(expected, now.realtimeNanos(), "MONOTONIC " + now.monotonicNanos());
    assertEquals(unleapt + 37 * SECOND, now.taiNanos(), "TAI never leaps");
  }

  /** Around the leap, to the nanosecond, with the seconds told late or not at all. */
  @Test
  void rightAtTheLeap() {
    for (LeapTable table : List.of(INSERTS, DELETES)) {
      int sign = table.equals(INSERTS) ? 1 : -1;
      for (long late : new long[] {0, 1, 300 * MILLI, 2 * SECOND, Long.MAX_VALUE}) {
        Workshop shop = before(10, table);
        Snapshot now = new Snapshot();
        shop.clocks.snapshot(now);
        long real = now.realtimeNanos();
        long mono = now.monotonicNanos();
        shop.keeping.advance();
        shop.pass(SECOND);
        shop.keeping.advance();
        long at = shop.trueNanos.get() - (now.monotonicNanos() - mono);
        long toLeap = (sign > 0 ? 10 : 9) * SECOND - (shop.mono() - mono);
        shop.pass(toLeap - 3);
        for (int i = 0; i < 7; i++) {
          check(shop, real, mono, sign, now);
          shop.pass(1);
        }
        assertTrue(at > 0);
        for (int i = 0; i < 100; i++) {
          shop.pass(50 * MILLI);
          if (late != Long.MAX_VALUE && i * 50 * MILLI >= late) {
            shop.keeping.advance();
          }
          check(shop, real, mono, sign, now);
        }
        assertEquals(late == Long.MAX_VALUE ? 0 : 1, now.clockWasSetSeq());
      }
    }
  }

  /** The checker sees a wall clock that leaps one nanosecond late. */
  @Test
  void plantedLateLeapIsCaught() {
    Workshop shop = before(1, INSERTS);
    shop.keeping.advance();
    long real = shop.real();
    long mono = shop.mono();
    shop.pass(3 * SECOND);
    check(shop, real, mono, 1, new Snapshot());
    assertThrows(
        AssertionError.class, () -> check(shop, real + SECOND, mono, 1, new Snapshot()));
  }

  /** leap-a-day: insert and delete by adjtimex; the states as Linux has them. */
  @Test
  void statesByAdjtimex() {
    for (int flag : new int[] {Timex.STA_INS, Timex.STA_DEL}) {
      Workshop shop = before(5, null);
      shop.keeping.addListener(shop);
      shop.timex.constant = 37;
      shop.adjust(Timex.ADJ_TAI);
      shop.timex.maxerror = 0;
      shop.timex.status = flag;
      shop.adjust(Timex.ADJ_STATUS | Timex.ADJ_MAXERROR);
      long unleapt = shop.real() - shop.mono();
      int[] seen = new int[6];
      for (int i = 0; i < 160; i++) {
        shop.pass(50 * MILLI);
        int state = shop.adjust(0);
        seen[state]++;
        long told = shop.timex.timeSec * SECOND + shop.timex.timeUsec * 1000;
        assertTrue(Math.abs(shop.real() - told) < MILLI, "adjtimex tells the reader's time");
        assertEquals(shop.clocks.taiNanos() - shop.real(), shop.timex.tai * SECOND);
      }
      boolean inserts = flag == Timex.STA_INS;
      assertTrue(seen[inserts ? Timex.TIME_INS : Timex.TIME_DEL] > 50, "announced");
      assertEquals(inserts ? 20 : 0, seen[Timex.TIME_OOP], 2);
      assertTrue(seen[Timex.TIME_WAIT] > 30);
      assertEquals(unleapt - (inserts ? SECOND : -SECOND), shop.real() - shop.mono());
      assertEquals(List.of("set 1", "set 2"), shop.heard, "TAI, and the leap, once");
      shop.adjustStatus(0);
      shop.run(2 * SECOND, SECOND);
      assertEquals(Timex.TIME_OK, shop.adjust(0));
    }
  }

  /** leapcrash, and slews running: 20 leaps with everything going on at once. */
  @Test
  void slewsAndChangesDoNotMoveTheLeap() {
    Seeds.forEach(
        LeapLiveTest.class,
        20,
        random -> {
          int sign = random.nextBoolean() ? 1 : -1;
          Workshop shop = before(4, sign > 0 ? INSERTS : DELETES);
          shop.timex.status = Timex.STA_PLL;
          shop.timex.offset = random.nextLong(-400_000, 400_000);
          shop.timex.constant = random.nextInt(4);
          shop.adjust(Timex.ADJ_STATUS | Timex.ADJ_OFFSET | Timex.ADJ_TIMECONST);
          shop.keeping.advance();
          Snapshot now = shop.clocks.snapshot(new Snapshot());
          long offset = now.realtimeNanos() - now.monotonicNanos();
          long leapAt = (sign > 0 ? MIDNIGHT : MIDNIGHT - 1) * SECOND - offset;
          for (int i = 0; i < 400; i++) {
            shop.pass(random.nextLong(40 * MILLI));
            switch (random.nextInt(6)) {
              case 0 -> shop.keeping.advance();
              case 1 -> {
                shop.timex.freq = random.nextLong(-500 << 16, 500 << 16);
                shop.adjust(Timex.ADJ_FREQUENCY);
              }
              default -> {}
            }
            shop.clocks.snapshot(now);
            long leapt = now.monotonicNanos() < leapAt ? 0 : sign * SECOND;
            assertEquals(offset - leapt, now.realtimeNanos() - now.monotonicNanos());
            assertEquals(37 * SECOND + offset, now.taiNanos() - now.monotonicNanos());
          }
          assertTrue(now.monotonicNanos() > leapAt);
        });
  }

  /** A table tells TAI-UTC at the start and after a set; a leap is not repeated by setting back. */
  @Test
  void theTableTellsTai() {
    Workshop shop = before(3_600, INSERTS);
    assertEquals(37 * SECOND, shop.clocks.taiNanos() - shop.real());
    shop.keeping.setRealtime((MIDNIGHT + 86_400) * SECOND);
    assertEquals(38 * SECOND, shop.clocks.taiNanos() - shop.real());
    shop.keeping.setRealtime((MIDNIGHT - 2) * SECOND);
    assertEquals(37 * SECOND, shop.clocks.taiNanos() - shop.real());
    shop.run(10 * SECOND, SECOND);
    assertEquals(38 * SECOND, shop.clocks.taiNanos() - shop.real());
    assertEquals(MIDNIGHT + 7, shop.real() / SECOND);
  }

  /** A quiet year: a leap in the middle is not missed, and no segment is spent on the rest. */
  @Test
  void aQuietYearIsOneLeap() {
    LeapTable later =
        LeapTable.of(
            Long.MAX_VALUE,
            List.of(
                new LeapTable.Entry(0, 37),
                new LeapTable.Entry(MIDNIGHT + 100 * 86_400, 38)));
    Workshop shop = before(0, later);
    long offset = shop.real() - shop.mono();
    shop.pass(365 * 86_400 * SECOND);
    shop.keeping.advance();
    assertEquals(offset - SECOND, shop.real() - shop.mono());
    assertTrue(shop.clocks.history().newest() < 10);
    assertEquals(1, shop.clocks.snapshot(new Snapshot()).clockWasSetSeq());
  }

  /** A sleep over midnight: the leap is in force after it, and a step that follows keeps it. */
  @Test
  void aStepAfterASleepOverTheLeapLosesNoSecond() {
    for (int sign : new int[] {1, -1}) {
      for (long sleptNanos : new long[] {SECOND / 2, 3 * SECOND, 8 * 3_600 * SECOND}) {
        Workshop shop = new Workshop(o -> o.startingAt((MIDNIGHT - 3) * SECOND, 1_000 * SECOND));
        shop.keeping.setTaiOffset(37);
        shop.adjustStatus(sign > 0 ? Timex.STA_INS : Timex.STA_DEL);
        shop.run(SECOND + SECOND / 3, SECOND / 3);
        long before = shop.real() - shop.mono();
        shop.pass((sign > 0 ? SECOND : 0) + SECOND / 2);
        shop.keeping.suspend();
        shop.pass(sleptNanos);
        shop.keeping.resume(sleptNanos);
        Snapshot awake = shop.clocks.snapshot(new Snapshot());
        String which = "sign " + sign + ", slept " + sleptNanos;
        long after = before + sleptNanos - sign * SECOND;
        assertEquals(after, awake.realtimeNanos() - awake.monotonicNanos(), which);
        assertEquals(
            (37 + sign) * SECOND, awake.taiNanos() - awake.realtimeNanos(), which + ", TAI");
        shop.keeping.injectOffset(-1_000);
        Snapshot stepped = shop.clocks.snapshot(new Snapshot());
        assertEquals(after - 1_000, stepped.realtimeNanos() - stepped.monotonicNanos(), which);
        assertEquals(
            (37 + sign) * SECOND, stepped.taiNanos() - stepped.realtimeNanos(), which + ", TAI");
        shop.run(5 * SECOND, SECOND / 2);
        assertEquals(after - 1_000, shop.real() - shop.mono(), which + ", later");
      }
    }
  }

  /** Whoever takes a timeline up after a leap that nobody told keeps TAI where readers saw it. */
  @Test
  void whoTakesUpAfterALeapKeepsTai() throws PageFormatException {
    for (int sign : new int[] {1, -1}) {
      Workshop shop = new Workshop(o -> o.startingAt((MIDNIGHT - 20) * SECOND, 1_000 * SECOND));
      shop.keeping.setTaiOffset(37);
      shop.adjustStatus(sign > 0 ? Timex.STA_INS : Timex.STA_DEL);
      shop.run(2 * SECOND, SECOND);
      shop.pass(20 * SECOND);
      Snapshot before = shop.clocks.snapshot(new Snapshot());
      Timeline timeline = shop.clocks.timeline();
      shop.keeping.close();
      Timekeeping next =
          Timekeeping.over(
              TimelineWriter.resume(timeline.page(), timeline.counters()), timeline,
              timeline.counters(),
              TimekeepingOptions.defaults().waitingBy(() -> shop.trueNanos.addAndGet(100)));
      for (int i = 0; i < 3; i++) {
        next.advance();
        shop.pass(SECOND);
        Snapshot now = next.clocks().snapshot(new Snapshot());
        assertEquals(
            before.taiNanos() - before.monotonicNanos(), now.taiNanos() - now.monotonicNanos());
        assertEquals((37 + sign) * SECOND, now.taiNanos() - now.realtimeNanos());
      }
    }
  }
}
