package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/** What timers tell of themselves: by tick mode, by lateness, by queue. */
class TimerStatisticsTest {
  private static final long MILLI = 1_000_000;

  private final VirtualTimers virtual = new VirtualTimers();

  private ClockTimer timer() {
    return virtual.timers.timer((timer, now) -> Next.DONE);
  }

  /** 3-19: each mode's counts are its own; ticks of a mode are counted up to the switch. */
  @Test
  void countsAreKeptByMode() {
    timer().armIn(ClockId.MONOTONIC, MILLI);
    virtual.advance(5 * MILLI);
    TickMode hundred = TickMode.periodic(100);
    virtual.timers.setTickMode(hundred);
    timer().armIn(ClockId.MONOTONIC, MILLI);
    timer().armIn(ClockId.MONOTONIC, 2 * MILLI);
    virtual.advance(100 * MILLI);
    TickMode thousand = TickMode.dynamic(1000);
    virtual.timers.setTickMode(thousand);
    virtual.advance(50 * MILLI);
    virtual.timers.setTickMode(hundred);
    Map<TickMode, TimerStatistics> all = virtual.timers.statisticsByMode();
    assertEquals(
        List.of(TickMode.tickless(), hundred, thousand), List.copyOf(all.keySet()));
    assertEquals(1, all.get(TickMode.tickless()).expired());
    assertEquals(0, all.get(TickMode.tickless()).ticks());
    assertEquals(2, all.get(hundred).expired());
    assertEquals(10, all.get(hundred).ticks());
    assertEquals(0, all.get(hundred).missedTicks());
    assertEquals(0, all.get(thousand).expired());
    assertEquals(50, all.get(thousand).ticks());
    assertEquals(49, all.get(thousand).missedTicks(), "the switch looked at the last one");
    TimerStatistics sum = virtual.timers.statistics();
    assertEquals(3, sum.expired());
    assertEquals(60, sum.ticks());
    assertEquals(3, sum.lateness().total());
    assertEquals("dynamic 1000 Hz", thousand.words());
    assertEquals("periodic 300 Hz", TickMode.periodic(300).words());
    assertEquals("tickless", TickMode.tickless().words());
  }

  /** 3-67: how late timers were, and how many. */
  @Test
  void latenessIsCountedInBuckets() {
    timer().armIn(ClockId.MONOTONIC, MILLI, MILLI);
    timer().armIn(ClockId.MONOTONIC, MILLI + 1);
    virtual.advance(MILLI + 1);
    timer().armIn(ClockId.MONOTONIC, MILLI);
    timer().armIn(ClockId.MONOTONIC, MILLI - 700);
    virtual.pass(3 * MILLI);
    virtual.timers.expire();
    TimerStatistics seen = virtual.timers.statistics();
    assertEquals(1, seen.merged(), "the first ran within its slack");
    assertEquals(2, seen.late());
    assertEquals(2 * MILLI + 700, seen.maxLateNanos());
    assertEquals(2, seen.lateness().counts()[0]);
    assertEquals(2, seen.lateness().counts()[21], "2^20 to 2^21 ns");
    assertEquals(0, seen.lateness().belowNanos(500));
    assertEquals(1L << 21, seen.lateness().belowNanos(990));
  }

  /**
   * A device is some nanoseconds early by our clock. Who has slack runs then, but has spared no
   * wake-up: this one was its own. 3-67.
   */
  @Test
  void aTimerIsNotMergedIntoItsOwnWakeup() {
    ClockId[] clocks = {ClockId.MONOTONIC, ClockId.REALTIME};
    for (ClockId clock : clocks) {
      timer().arm(clock, virtual.nanos(clock) + MILLI, 50_000);
      virtual.pass(virtual.device.deadlineNanos() - virtual.hostNanos - 40);
      virtual.timers.expire();
    }
    assertEquals(2, virtual.timers.statistics().expired());
    assertEquals(0, virtual.timers.statistics().merged());
    timer().armIn(ClockId.MONOTONIC, MILLI, 50_000);
    timer().armIn(ClockId.MONOTONIC, MILLI + 10, 50_000);
    virtual.pass(virtual.device.deadlineNanos() - virtual.hostNanos - 40);
    virtual.timers.expire();
    assertEquals(4, virtual.timers.statistics().expired());
    assertEquals(1, virtual.timers.statistics().merged());
  }

  /** Armed for the past, as POSIX's programs do to be told at once: late from when it was armed. */
  @Test
  void armedForThePastIsNotLateByTheAgeOfTheEpoch() {
    timer().arm(ClockId.REALTIME, 1);
    virtual.advance(MILLI);
    timer().armIn(ClockId.MONOTONIC, 10 * MILLI);
    virtual.advance(20 * MILLI);
    timer().arm(ClockId.MONOTONIC, -1);
    timer().arm(ClockId.REALTIME, 1);
    virtual.pass(3 * MILLI);
    virtual.timers.expire();
    assertEquals(4, virtual.timers.statistics().expired());
    assertTrue(virtual.timers.statistics().maxLateNanos() <= 13 * MILLI, "since the look before");
    virtual.step(-1000 * MILLI);
    timer().arm(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME) - 50 * MILLI);
    virtual.timers.expire();
    assertEquals(50 * MILLI, virtual.timers.statistics().maxLateNanos(), "set back: unknown");
  }

  @Test
  void bucketsHoldWhatTheySay() {
    Seeds.forEach(
        TimerStatisticsTest.class,
        200,
        random -> {
          long late = random.nextLong(1L << random.nextInt(1, 50));
          int bucket = Lateness.bucket(late);
          assertTrue(late < Lateness.upperNanos(bucket) || late == 0, late + " in " + bucket);
          assertTrue(
              bucket == 0 || late >= Lateness.upperNanos(bucket - 1) || late == 1, "" + late);
        });
    assertEquals(0, Lateness.NONE.belowNanos(990));
    assertEquals(Lateness.NONE, Lateness.of(new long[Lateness.BUCKETS]));
    assertThrows(IllegalArgumentException.class, () -> Lateness.of(new long[3]));
    assertThrows(IllegalArgumentException.class, () -> Lateness.NONE.belowNanos(0));
  }

  /** The first events of a heap are the first of its sorted timers, however they were armed. */
  @Test
  void theFirstOfAQueueAreTold() {
    Seeds.forEach(
        TimerStatisticsTest.class,
        100,
        random -> {
          TimerHeap heap = new TimerHeap(false);
          List<Long> keys = new ArrayList<>();
          for (int i = 0; i < random.nextInt(60); i++) {
            ClockTimer timer = timer();
            timer.softNanos = random.nextLong(20);
            heap.arm(timer);
            keys.add(timer.hardNanos());
          }
          List<Long> told = heap.first(5).stream().map(each -> each.hardNanos()).toList();
          assertEquals(keys.stream().sorted().limit(5).toList(), told);
        });
  }

  @Test
  void queuesAreDescribed() {
    assertEquals(List.of(), virtual.timers.queues());
    LongStream.rangeClosed(1, 5).forEach(i -> timer().armIn(ClockId.MONOTONIC, i * MILLI, 5));
    virtual.timers
        .softTimer((timer, now) -> Next.DONE)
        .arm(ClockId.REALTIME, VirtualTimers.REAL_START - MILLI);
    List<QueueStatus> queues = virtual.timers.queues();
    assertEquals(2, queues.size());
    QueueStatus mono = queues.getFirst();
    assertEquals(ClockId.MONOTONIC, mono.clock());
    assertEquals(5, mono.armed());
    assertEquals("simulated", mono.device());
    assertEquals(
        List.of(MILLI + 5, 2 * MILLI + 5, 3 * MILLI + 5),
        mono.next().stream().map(QueueStatus.Event::inNanos).toList());
    QueueStatus.Event soft = queues.getLast().next().getFirst();
    assertTrue(soft.soft() && soft.inNanos() == -MILLI, soft.toString());
    assertTrue(soft.callback().contains("TimerStatisticsTest"), soft.callback());
  }

  /** Somebody who is told as well; one that throws harms no other. */
  @Test
  void severalAreToldWhatGoesWrong() {
    List<String> heard = new ArrayList<>();
    TimerReports broken =
        new TimerReports() {
          @Override
          public void failed(ClockTimer timer, Throwable thrown) {
            throw new IllegalStateException("planted");
          }
        };
    TimerReports good =
        new TimerReports() {
          @Override
          public void failed(ClockTimer timer, Throwable thrown) {
            heard.add(thrown.getMessage());
          }
        };
    virtual.timers.addReports(broken);
    virtual.timers.addReports(good);
    ClockTimer failing =
        virtual.timers.timer(
            (timer, now) -> {
              throw new IllegalStateException("callback");
            });
    failing.armIn(ClockId.MONOTONIC, 0);
    virtual.advance(MILLI);
    virtual.timers.removeReports(good);
    failing.armIn(ClockId.MONOTONIC, 0);
    virtual.advance(MILLI);
    assertEquals(List.of("callback"), heard);
    assertEquals(List.of("failed: callback", "failed: callback"), virtual.reports);
  }
}
