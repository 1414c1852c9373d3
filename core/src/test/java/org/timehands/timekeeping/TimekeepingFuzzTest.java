package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
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

/**
 * 3-24, 3-47: Everything in any order, leap seconds by flag among it: what each operation must
 * leave alone is left alone.
 */
class TimekeepingFuzzTest {
  private static final long DAY = 86_400 * SECOND;

  /** What the clocks must say, kept beside them. */
  private static final class Ledger {
    final SplittableRandom random;
    final Workshop shop = new Workshop(options -> options.withSlots(4096));
    final ClockSource[] counters;
    final List<Snapshot> taken = new ArrayList<>();
    long offset;
    long boot;
    long tai;
    long sets;
    long asleep;
    final long truth = shop.trueNanos.get();
    final long base = shop.mono();
    long last = base;
    boolean wishes;
    boolean untold;

    Ledger(SplittableRandom random) {
      this.random = random;
      counters =
          new ClockSource[] {
            shop.counter,
            shop.counter(24_000_000, 56, 300),
            shop.counter(2_299_998_000L, 64, 301),
            shop.counter(3_579_545, 24, 302)
          };
      offset = shop.real() - shop.mono();
    }

    void step() {
      switch (random.nextInt(13)) {
        case 0 -> set();
        case 1 -> {
          long delta = random.nextLong(-5 * SECOND, 5 * SECOND);
          shop.keeping.injectOffset(delta);
          offset += delta;
          sets++;
        }
        case 2 -> {
          long slept = random.nextLong(5 * SECOND);
          shop.keeping.injectSleep(slept);
          offset += slept;
          boot += slept;
          sets++;
        }
        case 3 -> {
          long seconds = random.nextLong(50);
          shop.keeping.setTaiOffset((int) seconds);
          sets += seconds == tai ? 0 : 1;
          tai = seconds;
        }
        case 4, 5 -> adjust();
        case 6 -> {
          ClockSource to = counters[random.nextInt(counters.length)];
          shop.keeping.changeClocksource(to, Slope.ofFrequency(to.frequencyHz()), 0);
        }
        case 7 -> sleep();
        case 8 -> shop.keeping.pps(shop.real(), shop.clocks.rawNanos());
        case 9 -> shop.keeping.aux().enable(16 + random.nextInt(3)).set(random.nextLong(SECOND));
        default -> shop.keeping.advance();
      }
      boolean narrow = shop.keeping.clocksource().widthBits() < 64;
      shop.pass(random.nextLong(narrow || random.nextInt(4) > 0 ? 500 * MILLI : 20 * SECOND));
    }

    private void set() {
      long wanted = MIDNIGHT * SECOND + random.nextLong(1L << 60);
      if (random.nextBoolean()) {
        // Some seconds before the end of a day, where a second may be put in or left out.
        wanted += DAY - Math.floorMod(wanted, DAY) - random.nextLong(20 * SECOND);
      }
      long before = shop.trueNanos.get();
      shop.keeping.setRealtime(wanted);
      Snapshot now = shop.clocks.snapshot(new Snapshot());
      long gone = shop.trueNanos.get() - before;
      assertTrue(Math.abs(now.realtimeNanos() - wanted - gone) <= gone / 2 + 1_000, "set");
      offset = now.realtimeNanos() - now.monotonicNanos();
      sets++;
    }

    private void adjust() {
      Timex timex = shop.timex;
      int[] modes = {
        Timex.ADJ_FREQUENCY, Timex.ADJ_TICK, Timex.ADJ_OFFSET, Timex.ADJ_STATUS,
        Timex.ADJ_MAXERROR, Timex.ADJ_NANO, Timex.ADJ_MICRO, Timex.ADJ_TIMECONST
      };
      timex.modes = 0;
      for (int mode : modes) {
        timex.modes |= random.nextInt(3) == 0 ? mode : 0;
      }
      timex.freq = random.nextLong(-600 << 16, 600 << 16);
      timex.tick = random.nextLong(8_990, 11_010);
      timex.offset = random.nextLong(-600_000, 600_000);
      timex.status = random.nextInt(256);
      timex.maxerror = random.nextLong(20_000_000);
      timex.constant = random.nextInt(12);
      if (random.nextInt(6) == 0) {
        timex.modes = Timex.ADJ_OFFSET_SINGLESHOT;
      }
      boolean steps = random.nextInt(6) == 0 && timex.modes != Timex.ADJ_OFFSET_SINGLESHOT;
      if (steps) {
        timex.modes |= Timex.ADJ_SETOFFSET | Timex.ADJ_NANO;
        timex.timeSec = random.nextLong(-3, 3);
        timex.timeUsec = random.nextLong(SECOND);
      }
      long delta = timex.timeSec * SECOND + timex.timeUsec;
      int wished = timex.status;
      int state = shop.keeping.adjtimex(timex, true);
      wishes |= (wished & (Timex.STA_INS | Timex.STA_DEL)) != 0;
      assertTrue(state == -Timex.EINVAL || (state >= 0 && state <= 5), state + " from " + timex);
      offset += steps && state >= 0 ? delta : 0;
      sets += steps && state >= 0 ? 1 : 0;
    }

    private void sleep() {
      shop.keeping.suspend();
      long from = shop.trueNanos.get();
      shop.pass(random.nextLong(1_000 * SECOND));
      long slept = shop.trueNanos.get() - from;
      shop.keeping.resume(slept);
      asleep += slept;
      offset += slept;
      boot += slept;
      sets++;
    }

    /**
     * A leap second that somebody has asked for, at the end of a day, or later if nobody has told
     * the seconds since it was asked for: TAI does not see it. It is counted when it is told.
     */
    private void leap(Snapshot now) {
      long seconds = (now.taiNanos() - now.realtimeNanos()) / SECOND - tai;
      if (Math.abs(seconds) == 1 && wishes) {
        offset -= seconds * SECOND;
        tai += seconds;
        sets++;
        untold = true;
      }
      untold &= now.clockWasSetSeq() == sets - 1;
    }

    void check() {
      long before = shop.trueNanos.get();
      Snapshot now = shop.clocks.snapshot(new Snapshot());
      leap(now);
      assertEquals(offset, now.realtimeNanos() - now.monotonicNanos(), "REALTIME");
      assertEquals(boot, now.boottimeNanos() - now.monotonicNanos(), "BOOTTIME");
      assertEquals(tai * SECOND, now.taiNanos() - now.realtimeNanos(), "TAI");
      assertEquals(sets - (untold ? 1 : 0), now.clockWasSetSeq(), "clock was set");
      assertTrue(now.monotonicNanos() >= last, now.monotonicNanos() + " after " + last);
      last = now.monotonicNanos();
      long awake = before - truth - asleep;
      long rawOff = Math.abs(now.rawNanos() - base - awake);
      assertTrue(
          rawOff <= now.boundNanos(ClockId.MONOTONIC_RAW) + 1_000_000,
          "RAW is " + rawOff + " ns off, bound " + now.boundNanos(ClockId.MONOTONIC_RAW));
      long off = Math.abs(now.monotonicNanos() - base - awake);
      if (now.boundNanos(ClockId.REALTIME) == Long.MAX_VALUE) {
        assertTrue(off <= awake / 2 + 1_000_000, "MONOTONIC is " + off + " ns off");
      }
      taken.add(now);
    }

    /** 4-05, 4-07: every snapshot converts to itself, whatever came after it. */
    void remember() {
      Snapshot again = new Snapshot();
      for (Snapshot each : taken) {
        assertEquals(History.Found.EXACT, shop.clocks.convert(each.stamp(), again));
        for (ClockId clock : ClockId.values()) {
          assertEquals(each.nanos(clock), again.nanos(clock), clock.toString());
        }
        assertEquals(each.clockWasSetSeq(), again.clockWasSetSeq());
      }
    }
  }

  @Test
  void everythingInAnyOrder() {
    Seeds.forEach(
        TimekeepingFuzzTest.class,
        Integer.getInteger("timehands.fuzz.seeds", 200),
        random -> {
          Ledger ledger = new Ledger(random);
          for (int i = 0; i < 80; i++) {
            ledger.step();
            ledger.check();
          }
          ledger.remember();
        });
  }

  /** The ledger notices a nanosecond that nobody asked for. */
  @Test
  void plantedNanosecondIsCaught() {
    Ledger ledger = new Ledger(new SplittableRandom(1));
    ledger.check();
    ledger.shop.keeping.injectOffset(1);
    assertThrows(AssertionError.class, ledger::check);
  }
}
