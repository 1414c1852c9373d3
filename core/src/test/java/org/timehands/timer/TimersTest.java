package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.SpinTailDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/** Timers at virtual time, one thread. Random schedules stand in stress, TimerCampaignTest. */
class TimersTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;

  private VirtualTimers virtual = new VirtualTimers();
  private final List<Long> ran = new ArrayList<>();

  private ClockTimer timer() {
    return virtual.timers.timer(
        (timer, now) -> {
          ran.add(now);
          return Next.DONE;
        });
  }

  @Test
  void expiresOnceAtItsInstant() {
    ClockTimer timer = timer();
    assertFalse(timer.isActive());
    assertEquals(0, timer.remainingNanos());
    assertFalse(timer.arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + MILLI));
    assertTrue(timer.isActive());
    assertEquals(MILLI, timer.remainingNanos());
    virtual.advance(MILLI - 1);
    assertEquals(List.of(), ran);
    virtual.advance(1);
    virtual.advance(HOUR);
    assertEquals(List.of(VirtualTimers.MONO_START + MILLI), ran);
    assertFalse(timer.isActive());
    assertEquals(ClockTimer.Cancel.INACTIVE, timer.tryCancel());
  }

  @Test
  void whatIsDueAndHasNotRunStillHasTimeLeft() {
    ClockTimer timer = timer();
    timer.arm(ClockId.MONOTONIC, 5);
    assertEquals(1, timer.remainingNanos());
    timer.arm(ClockId.REALTIME, -5);
    assertEquals(0, timer.expiryNanos());
    virtual.timers.expire();
    assertEquals(1, ran.size());
  }

  /**
   * 3-30, 3-55: a set looks at the clocks and programs the device as often, whatever is armed, and
   * moves no key; how long it takes is measured by {@code bench timer}.
   */
  @Test
  void aSetCostsTheSameHoweverManyAreArmed() {
    List<List<Long>> costs = new ArrayList<>();
    for (int count : new int[] {10, 100_000}) {
      virtual = new VirtualTimers();
      ran.clear();
      long first = VirtualTimers.REAL_START + HOUR;
      for (int i = 0; i < count; i++) {
        timer().arm(ClockId.REALTIME, first + i);
      }
      long programs = virtual.device.programs();
      long looks = virtual.looks;
      virtual.step(-HOUR);
      virtual.step(HOUR - SECOND);
      costs.add(List.of(virtual.device.programs() - programs, virtual.looks - looks));
      QueueStatus queue = virtual.timers.queues().getFirst();
      assertEquals(ClockId.REALTIME, queue.clock());
      assertEquals(count, queue.armed());
      assertEquals(first, queue.next().getFirst().expiryNanos(), "the key was moved");
      virtual.advance(HOUR + 2 * SECOND);
      assertEquals(count, ran.size());
      assertEquals(first, ran.getFirst());
    }
    assertEquals(2, costs.getFirst().getFirst(), "one for each set");
    assertEquals(costs.getFirst(), costs.getLast());
  }

  /** 3-31; clock_settime 4-1, 4-2: absolute timers follow the clock, back and forth. */
  @Test
  void absoluteTimersFollowTheirClock() {
    ClockTimer timer = timer();
    timer.arm(ClockId.REALTIME, VirtualTimers.REAL_START + 10 * SECOND);
    virtual.step(-20 * SECOND);
    virtual.advance(29 * SECOND);
    assertEquals(List.of(), ran);
    virtual.advance(SECOND);
    assertEquals(1, ran.size());
    timer.arm(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME) + HOUR);
    virtual.step(2 * HOUR);
    virtual.advance(0);
    assertEquals(2, ran.size());
  }

  /** 3-31, 3-33; clock_settime 5-1, 5-2: relative ones do not. */
  @Test
  void relativeTimersDoNotFollowASet() {
    for (ClockId clock :
        List.of(ClockId.REALTIME, ClockId.TAI, ClockId.MONOTONIC, ClockId.BOOTTIME)) {
      for (long step : new long[] {-20 * SECOND, 20 * SECOND}) {
        ran.clear();
        ClockTimer timer = timer();
        timer.armIn(clock, 20 * SECOND);
        assertEquals(
            clock == ClockId.BOOTTIME ? ClockId.BOOTTIME : ClockId.MONOTONIC, timer.clock());
        long mono = virtual.nanos(ClockId.MONOTONIC);
        virtual.step(step);
        virtual.advance(20 * SECOND - 1);
        assertEquals(List.of(), ran, clock + " " + step);
        virtual.advance(1);
        assertEquals(1, ran.size(), clock + " " + step);
        assertEquals(mono + 20 * SECOND, virtual.nanos(ClockId.MONOTONIC));
      }
    }
  }

  /** BOOTTIME counts the sleep of the machine, MONOTONIC does not. */
  @Test
  void sleepOfTheMachineCountsOnBoottimeOnly() {
    timer().armIn(ClockId.BOOTTIME, HOUR);
    timer().armIn(ClockId.MONOTONIC, HOUR);
    virtual.bootOffset += 2 * HOUR;
    virtual.step(2 * HOUR);
    virtual.advance(0);
    assertEquals(1, ran.size());
    virtual.advance(HOUR);
    assertEquals(2, ran.size());
  }

  /** A second that is left out (leap, -1): nobody says when it has come. */
  @Test
  void aTimerBehindALeftOutSecondIsInTime() {
    virtual.jumpAtMono = VirtualTimers.MONO_START + 10 * SECOND;
    timer().arm(ClockId.REALTIME, VirtualTimers.REAL_START + 11 * SECOND + 5);
    virtual.advance(10 * SECOND - 1);
    virtual.realOffset += SECOND;
    virtual.advance(6);
    assertEquals(List.of(VirtualTimers.REAL_START + 11 * SECOND + 5), ran);
  }

  /** 3-13: expiry k = first + k * interval exactly, under changes of the rate. */
  @Test
  void aMillionPeriodsDoNotDrift() {
    long interval = 333_333;
    long first = VirtualTimers.MONO_START + interval;
    int[] count = new int[1];
    ClockTimer timer =
        virtual.timers.timer(
            (expiring, now) -> {
              assertEquals(first + count[0] * interval, expiring.expiryNanos());
              count[0]++;
              assertEquals(1, expiring.forward(now, interval));
              return Next.AGAIN;
            });
    timer.arm(ClockId.MONOTONIC, first);
    for (int i = 0; count[0] < 1_000_000; i++) {
      virtual.ratePpm = i % 3 * 500 - 500;
      virtual.advance(100 * MILLI);
    }
    assertEquals(List.of(), virtual.reports);
  }

  /** A25: an hour at +-500 ppm against the host's clock, never early, late by the last chunk. */
  @Test
  void anHourAtAnotherRateIsNeitherEarlyNorLate() {
    for (long ppm : new long[] {-500, 500}) {
      ran.clear();
      virtual.ratePpm = ppm;
      long expiry = virtual.nanos(ClockId.MONOTONIC) + HOUR;
      long wakeups = virtual.timers.statistics().wakeups();
      timer().arm(ClockId.MONOTONIC, expiry);
      virtual.advance(HOUR + HOUR / 1000);
      long late = ran.getFirst() - expiry;
      assertTrue(late >= 0 && late <= WaitChunks.FINAL_NANOS / 1_000_000 * 500, "late " + late);
      assertTrue(virtual.timers.statistics().wakeups() - wakeups <= 9);
    }
  }

  /** The programmed wake-up is an hour ahead, and may come 1.8 s late: it does not do for this. */
  @Test
  void aFarWakeIsNotTrusted() {
    virtual.ratePpm = 500;
    timer().armIn(ClockId.MONOTONIC, HOUR);
    long wakeIn = virtual.device.deadlineNanos() - virtual.hostNanos;
    timer().armIn(ClockId.MONOTONIC, wakeIn + 1000);
    virtual.advance(wakeIn - 10 * MILLI);
    assertEquals(1, ran.size());
    assertTrue(
        ran.getFirst() - VirtualTimers.MONO_START - wakeIn - 1000 <= 50_000,
        "late by " + (ran.getFirst() - VirtualTimers.MONO_START - wakeIn - 1000));
  }

  /**
   * Descheduled between the looks at the two clocks: the wait may get too short, never too long.
   */
  @Test
  void theDevicesClockIsReadFirst() {
    virtual.gapNanos = 300 * MILLI;
    timer().arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + 350 * MILLI);
    assertTrue(virtual.device.deadlineNanos() <= 500_000_000_000L + 350 * MILLI);
    virtual.advance(50 * MILLI);
    assertEquals(List.of(VirtualTimers.MONO_START + 350 * MILLI), ran);
  }

  /** A device that spins wakes a little early by our clock: the rest is waited for awake. */
  @Test
  void whatIsDueInAnInstantIsNotProgrammedOnASpinningDevice() {
    for (boolean spins : new boolean[] {true, false}) {
      for (long ahead : new long[] {500, 1500, 10_000}) {
        VirtualTimers timers =
            new VirtualTimers(
                options -> {
                  Supplier<ClockEventDevice> plain = options.devices();
                  return spins
                      ? options.withDevices(() -> new SpinTailDevice(plain.get(), 0, 0))
                      : options;
                });
        List<Long> at = new ArrayList<>();
        ClockTimer timer =
            timers.timers.timer(
                (expiring, now) -> {
                  at.add(now);
                  return Next.DONE;
                });
        long expiry = timers.nanos(ClockId.MONOTONIC) + ahead;
        timer.arm(ClockId.MONOTONIC, expiry);
        timers.timers.expire();
        assertEquals(0, at.size(), "our clock stands still: looking does not help");
        timers.lookNanos = 10;
        timers.timers.expire();
        assertEquals(spins && ahead < ShardAlarm.SHORT_NANOS ? 1 : 0, at.size());
        assertTrue(at.isEmpty() || at.getFirst() >= expiry && at.getFirst() < expiry + 100);
      }
    }
  }

  /** 3-08: slack merges wake-ups, and nobody is early. */
  @Test
  void slackMergesWakeups() {
    long without = wakeupsOfAThousand(0);
    long with = wakeupsOfAThousand(50_000);
    assertEquals(1000, without);
    assertTrue(with <= 25, with + " wake-ups with slack");
    assertTrue(virtual.timers.statistics().merged() > 900);
  }

  private long wakeupsOfAThousand(long slack) {
    long before = virtual.timers.statistics().wakeups();
    ran.clear();
    long base = virtual.nanos(ClockId.MONOTONIC) + MILLI;
    for (int i = 0; i < 1000; i++) {
      long expiry = base + i * 1000L;
      virtual.timers
          .timer(
              (timer, now) -> {
                assertTrue(now >= expiry && now <= expiry + slack, "at " + (now - expiry));
                ran.add(now);
                return Next.DONE;
              })
          .arm(ClockId.MONOTONIC, expiry, slack);
    }
    virtual.advance(10 * MILLI);
    assertEquals(1000, ran.size());
    return virtual.timers.statistics().wakeups() - before;
  }

  /** An idle process: one timer an hour ahead takes no wake-up in the first 50 minutes. */
  @Test
  void aFarTimerWakesNobody() {
    timer().armIn(ClockId.MONOTONIC, HOUR);
    virtual.advance(50 * 60 * SECOND);
    assertEquals(0, virtual.timers.statistics().wakeups());
    timer().armIn(ClockId.MONOTONIC, Long.MAX_VALUE);
    assertTrue(virtual.device.deadlineNanos() > virtual.hostNanos);
  }

  /** Equal instants: in the order of arming, a re-armed one last. */
  @Test
  void equalInstantsKeepTheOrderOfArming() {
    List<Integer> order = new ArrayList<>();
    List<ClockTimer> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int mine = i;
      all.add(
          virtual.timers.timer(
              (timer, now) -> {
                order.add(mine);
                return Next.DONE;
              }));
      all.get(i).arm(ClockId.TAI, VirtualTimers.REAL_START + HOUR);
    }
    all.get(7).arm(ClockId.TAI, VirtualTimers.REAL_START + HOUR);
    virtual.advance(2 * HOUR);
    assertEquals(50, order.size());
    assertEquals(7, order.removeLast());
    assertEquals(order.stream().sorted().toList(), order);
  }

  /** 3-35, 3-39: a callback of five ticks. */
  @Test
  void longCallbacksDelayOthersAndLoseNone() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int mine = i;
      virtual.timers
          .timer(
              (timer, now) -> {
                order.add(mine);
                virtual.pass(20 * MILLI);
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, (i + 1) * MILLI);
    }
    virtual.advance(2 * SECOND);
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
    TimerStatistics seen = virtual.timers.statistics();
    assertEquals(10, seen.slowCallbacks());
    assertTrue(virtual.reports.contains("slow: " + 20 * MILLI));
    assertTrue(seen.retries() > 0);
  }

  /**
   * 3-35: the domino effect. A timer of each tick, whose callback takes five, is due again whenever
   * it has run. It hangs, which is counted; no timer is lost; and none is later than by the
   * callbacks before it and the pauses.
   */
  @Test
  void aCallbackOfFiveTicksAtEachTickHangsAndLosesNone() {
    int ticks = 25;
    List<Integer> order = new ArrayList<>();
    Supplier<Long> mono = () -> virtual.nanos(ClockId.MONOTONIC);
    IntConsumer runs =
        mine -> {
          order.add(mine);
          virtual.pass(20 * MILLI);
        };
    LongConsumer isBounded =
        expiry -> {
          long pauses = virtual.timers.statistics().hangs() * 100 * MILLI;
          long late = mono.get() - expiry;
          assertTrue(late <= order.size() * 20 * MILLI + pauses, "late by " + late);
        };
    ClockTimer domino =
        virtual.timers.timer(
            (timer, now) -> {
              isBounded.accept(timer.expiryNanos());
              runs.accept(0);
              timer.forward(timer.expiryNanos(), 4 * MILLI);
              return Collections.frequency(order, 0) < ticks ? Next.AGAIN : Next.DONE;
            });
    domino.armIn(ClockId.MONOTONIC, 4 * MILLI);
    for (int i = 1; i <= 10; i++) {
      int mine = i;
      virtual.timers
          .timer(
              (timer, now) -> {
                isBounded.accept(timer.expiryNanos());
                runs.accept(mine);
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, i * 30 * MILLI);
    }
    virtual.advance(5 * SECOND);
    assertEquals(ticks, Collections.frequency(order, 0));
    order.removeIf(each -> each == 0);
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), order);
    assertTrue(virtual.timers.statistics().hangs() > 0, "no hang was counted");
    assertEquals(ticks + 10, virtual.timers.statistics().slowCallbacks());
  }

  /** A callback that arms its timer in the past again and again lets others live. */
  @Test
  void aTimerThatIsAlwaysDueHangsAndPauses() {
    ClockTimer greedy =
        virtual.timers.timer(
            (timer, now) -> {
              virtual.pass(80 * MILLI);
              return Next.AGAIN;
            });
    greedy.armIn(ClockId.MONOTONIC, 0);
    timer().armIn(ClockId.BOOTTIME, 10 * MILLI);
    virtual.advance(MILLI);
    assertEquals(1, ran.size());
    TimerStatistics seen = virtual.timers.statistics();
    assertEquals(1, seen.hangs());
    assertEquals(240 * MILLI, seen.maxHangNanos());
    assertTrue(virtual.reports.contains("hang: " + 240 * MILLI + " " + 100 * MILLI));
    // The pause is not cut short by what is armed meanwhile.
    long pauseEnds = virtual.device.deadlineNanos();
    timer().armIn(ClockId.MONOTONIC, MILLI);
    assertEquals(pauseEnds, virtual.device.deadlineNanos());
    greedy.tryCancel();
    virtual.advance(100 * MILLI);
    assertEquals(2, ran.size());
  }

  @Test
  void aFailingCallbackHarmsNobody() {
    virtual.timers
        .timer(
            (timer, now) -> {
              throw new IllegalStateException("planted");
            })
        .armIn(ClockId.MONOTONIC, 10);
    timer().armIn(ClockId.MONOTONIC, 10);
    virtual.advance(20);
    assertEquals(1, ran.size());
    assertEquals(List.of("failed: planted"), virtual.reports);
    assertEquals(1, virtual.timers.statistics().failures());
  }

  /** Whoever sets a clock in a callback finds the timers behind it at the new time. */
  @Test
  void aSetInACallbackHoldsForTheTimersBehindIt() {
    long expiry = VirtualTimers.REAL_START + SECOND;
    virtual.timers
        .timer(
            (timer, now) -> {
              virtual.step(-HOUR);
              return Next.DONE;
            })
        .arm(ClockId.REALTIME, expiry);
    timer().arm(ClockId.REALTIME, expiry);
    virtual.advance(2 * SECOND);
    assertEquals(List.of(), ran);
    virtual.advance(HOUR);
    assertEquals(1, ran.size());
  }

  @Test
  void lazyProgramming() {
    ClockTimer timer = timer();
    timer.armIn(ClockId.MONOTONIC, MILLI);
    long programs = virtual.device.programs();
    for (int i = 0; i < 100; i++) {
      timer.tryCancel();
      timer.armIn(ClockId.MONOTONIC, 2 * MILLI + i);
    }
    assertEquals(programs, virtual.device.programs());
    virtual.advance(3 * MILLI);
    assertEquals(1, ran.size());
    assertEquals(1, virtual.timers.statistics().idleWakeups());
  }

  /** A read-only page whose owner is gone: time stands, and the processor must not spin. */
  @Test
  void whereTimeStandsNobodySpins() {
    virtual.timers.expire();
    timer().armIn(ClockId.MONOTONIC, 1000);
    virtual.ratePpm = -1_000_000;
    virtual.advance(SECOND);
    // A hundred looks until it is noticed, then one a millisecond.
    assertTrue(virtual.timers.statistics().wakeups() < 1200);
    assertEquals(List.of(), ran);
    virtual.ratePpm = 0;
    virtual.advance(2 * MILLI);
    assertEquals(1, ran.size());
  }

  @Test
  void refusals() {
    ClockTimer timer = timer();
    for (ClockId clock :
        List.of(ClockId.MONOTONIC_RAW, ClockId.REALTIME_COARSE, ClockId.MONOTONIC_COARSE)) {
      assertThrows(IllegalArgumentException.class, () -> timer.arm(clock, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> timer.arm(ClockId.TAI, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> timer.forward(1, 0));
    TimerCallback rest = (expiring, now) -> Next.DONE;
    assertThrows(IndexOutOfBoundsException.class, () -> virtual.timers.timer(1, rest, false));
    assertThrows(NullPointerException.class, () -> virtual.timers.timer(null));
    TimerOptions defaults = TimerOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> defaults.withShards(0));
    assertThrows(IllegalArgumentException.class, () -> defaults.withFifoPriority(100));
    assertThrows(IllegalArgumentException.class, () -> defaults.withSlowCallbackNanos(0));
    assertThrows(IllegalArgumentException.class, () -> defaults.withTimerSlackNanos(0));
    assertThrows(IllegalArgumentException.class, () -> boundTo(-1, 0));
    assertEquals(List.of(0, 1), boundTo(1, 0, 1).cpus(), "a timer's shard is found by halves");
    assertEquals(7, defaults.withTimerSlackNanos(7).withShards(2).timerSlackNanos());
  }

  private static TimerOptions boundTo(Integer... cpus) {
    TimerOptions base = TimerOptions.defaults();
    return new TimerOptions(
        2, base.devices(), base.deferred(), base.slowCallbackNanos(), base.reports(), 0, 1,
        List.of(cpus));
  }

  @Test
  void expiringFromACallbackIsRefused() {
    virtual.timers
        .timer(
            (timer, now) -> {
              virtual.timers.expire();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    assertEquals(1, virtual.reports.size());
    assertTrue(virtual.reports.getFirst().contains("is expiring timers already"));
  }

  @Test
  void closedTimersAreToldAndTakeNoMore() {
    List<ClockTimer> told = new ArrayList<>();
    ClockTimer timer =
        virtual.timers.timer(
            new TimerCallback() {
              @Override
              public Next expired(ClockTimer expiring, long nowNanos) {
                throw new AssertionError("closed");
              }

              @Override
              public void closed(ClockTimer closing) {
                told.add(closing);
              }
            });
    timer.armIn(ClockId.MONOTONIC, HOUR);
    virtual.timers.close();
    assertEquals(List.of(timer), told);
    assertThrows(IllegalStateException.class, () -> timer.armIn(ClockId.MONOTONIC, 1));
    assertEquals(0, virtual.timers.expire());
    assertFalse(timer.isActive());
  }

  /** 3-56: at the end of 64-bit time sums stay there, and nothing wraps to the past. */
  @Test
  void theEndOfTimeIsNotThePast() {
    ClockTimer timer = timer();
    timer.armIn(ClockId.REALTIME, Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, timer.expiryNanos());
    timer.arm(ClockId.REALTIME, Long.MAX_VALUE - 1, Long.MAX_VALUE);
    virtual.advance(HOUR);
    assertEquals(List.of(), ran);
    timer.tryCancel();
    assertEquals(1, timer.forward(Long.MAX_VALUE - 1, Long.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, timer.expiryNanos());
    assertEquals(Long.MAX_VALUE, Periods.moved(5, Long.MAX_VALUE, 2));
    assertEquals(Long.MAX_VALUE, Periods.moved(5, Long.MAX_VALUE, Long.MAX_VALUE));
    assertEquals(7, Periods.moved(5, 1, 2));
  }
}
