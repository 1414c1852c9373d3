package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;

/** A7, A8: sleeps that nobody tells, found by comparing with the host's clocks. */
class GuardedTest {
  private final AtomicLong trueNanos = new AtomicLong(SECOND);
  private final AtomicLong slept = new AtomicLong();

  /** The host's MONOTONIC and RAW stand while it sleeps; its counter runs on. */
  private final HostTimes host =
      new HostTimes() {
        @Override
        public long monoNanos() {
          return 50 * SECOND + trueNanos.get() - slept.get();
        }

        @Override
        public long rawNanos() {
          return 40 * SECOND + trueNanos.get() - slept.get();
        }

        @Override
        public long bootNanos() {
          return 50 * SECOND + trueNanos.get();
        }
      };

  private final SimulatedClockSource counter =
      new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), trueNanos::get);

  private Clockwork line() {
    return Beginning.guarded(
        counter,
        Slope.ONE,
        Ntp.real(1000),
        TimekeepingOptions.defaults()
            .startingAt(MIDNIGHT * SECOND, 0)
            .withSlots(64)
            .waitingBy(() -> trueNanos.addAndGet(100)),
        host);
  }

  private void sleep(long nanos) {
    slept.addAndGet(nanos);
    trueNanos.addAndGet(nanos);
  }

  @Test
  void aSleepIsLeftOutOfMonotonic() {
    Clockwork line = line();
    Sample now = new Sample();
    for (int night = 1; night <= 5; night++) {
      line.timeline().sample(now);
      long mono = now.monoNanos();
      trueNanos.addAndGet(100 * SECOND);
      sleep(8 * 3_600 * SECOND);
      line.timeline().sample(now);
      assertEquals(mono + 100 * SECOND, now.monoNanos(), 2_000_000);
      assertEquals(night * 8 * 3_600 * SECOND, now.bootNanos() - now.monoNanos());
      assertEquals(
          MIDNIGHT * SECOND + night * 8 * 3_600 * SECOND, now.realNanos() - now.monoNanos());
      line.arrive();
      assertEquals(night, line.setsSeq(), "noticed");
      long told = line.sequence();
      trueNanos.addAndGet(SECOND);
      line.arrive();
      assertEquals(told, line.sequence(), "the seconds slept are not told one by one");
    }
  }

  /** Updates before the sleep is found do not cover it up. */
  @Test
  void anUpdateFindsTheSleepFirst() {
    Clockwork line = line();
    trueNanos.addAndGet(10 * SECOND);
    long mono = line.arrive();
    sleep(3_600 * SECOND);
    long after = line.arrive();
    line.await(line.step(5, 0));
    assertEquals(mono, after, 2_000_000);
    Sample now = new Sample();
    line.timeline().sample(now);
    assertEquals(3_600 * SECOND, now.bootNanos() - now.monoNanos());
    assertEquals(
        (MIDNIGHT + 3_600) * SECOND + 5, now.realNanos() - now.monoNanos());
  }

  /** A8: the machine was moved, and its counter is another one's: ahead by 100 s. */
  @Test
  void aJumpOfTheCounterIsBridged() {
    Clockwork line = line();
    Sample now = new Sample();
    line.timeline().sample(now);
    long mono = now.monoNanos();
    trueNanos.addAndGet(SECOND);
    counter.jump(100 * SECOND);
    line.timeline().sample(now);
    assertEquals(mono + SECOND, now.monoNanos(), 2_000_000);
    trueNanos.addAndGet(SECOND);
    line.await(line.step(5, 0));
    line.timeline().sample(now);
    assertEquals(mono + 2 * SECOND, now.monoNanos(), 2_100_000);
    assertEquals(MIDNIGHT * SECOND + 5, now.realNanos() - now.monoNanos());
    assertEquals(0, now.bootNanos() - now.monoNanos());
  }

  /** Auxiliary clocks have a guard of their own: neither they nor the main line count the sleep. */
  @Test
  void auxiliaryClocksAreGuardedToo() {
    Clockwork line = line();
    line.arrive();
    Clockwork aside = line.beginAside(null, Ntp.auxiliary(1000));
    Sample now = new Sample();
    aside.timeline().sample(now);
    long mono = now.monoNanos();
    long main = line.arrive();
    sleep(3_600 * SECOND);
    aside.timeline().sample(now);
    assertEquals(mono, now.monoNanos(), 2_000_000);
    assertEquals(3_600 * SECOND, now.bootNanos() - now.monoNanos());
    long told = line.sequence();
    line.timeline().sample(now);
    assertEquals(main, now.monoNanos(), 2_000_000);
    assertEquals(3_600 * SECOND, now.bootNanos() - now.monoNanos());
    assertEquals(told + 2, now.sequence(), "a bridge and the line after it");
  }

  /** Without the host's clocks a counter that ran on is believed: the test above can tell. */
  @Test
  void plantedNoGuardCountsTheSleep() {
    Workshop shop = new Workshop();
    long mono = shop.mono();
    shop.pass(3_600 * SECOND);
    assertEquals(mono + 3_600 * SECOND, shop.mono());
  }

  /** N12: midnight comes by the wall clock; a leap second that was announced before is no later. */
  @Test
  void aSleepPutsOffNoLeapSecond() {
    for (long sleptSeconds : new long[] {1_380, 1_390, 1_420}) {
      Clockwork line = line();
      trueNanos.addAndGet(85_000 * SECOND);
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_STATUS;
      timex.status = Timex.STA_INS;
      line.adjust(timex, line.arrive());
      trueNanos.addAndGet(2 * SECOND);
      line.arrive();
      sleep(sleptSeconds * SECOND);
      Sample now = new Sample();
      line.timeline().sample(now);
      trueNanos.addAndGet(30 * SECOND);
      for (int times = 0; times < 3; times++) {
        line.timeline().sample(now);
        assertEquals(
            (MIDNIGHT + sleptSeconds - 1) * SECOND, now.realNanos() - now.monoNanos(), "leapt");
        assertEquals((MIDNIGHT + sleptSeconds) * SECOND, now.taiNanos() - now.monoNanos());
        line.arrive();
        trueNanos.addAndGet(SECOND / 2);
      }
      assertEquals(2, line.setsSeq(), "a sleep and a leap");
    }
  }
}
