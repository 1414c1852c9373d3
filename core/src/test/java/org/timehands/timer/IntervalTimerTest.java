package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.timekeeping.ClockId;

/** Periodic timers at virtual time: their instants, and what happens to missed ones. */
class IntervalTimerTest {
  private static final long MILLI = 1_000_000;
  private static final long START = VirtualTimers.MONO_START;

  private final VirtualTimers virtual = new VirtualTimers();
  private final List<List<Long>> ran = new ArrayList<>();

  private IntervalTimer start(MissedPolicy policy, long interval) {
    IntervalTimer timer =
        new IntervalTimer(
            virtual.timers,
            (scheduled, missed) -> ran.add(List.of((scheduled - START) / MILLI, missed)),
            policy,
            false);
    timer.start(ClockId.MONOTONIC, START + interval, interval);
    return timer;
  }

  /** A pause: the machine does not get to the timers for a while. */
  private void pause(long nanos) {
    virtual.pass(nanos);
    virtual.timers.expire();
  }

  @Test
  void onceRunsForTheLastAndSaysHowManyItMissed() {
    start(MissedPolicy.ONCE, 10 * MILLI);
    virtual.advance(20 * MILLI);
    pause(35 * MILLI);
    virtual.advance(5 * MILLI);
    assertEquals(
        List.of(List.of(10L, 0L), List.of(20L, 0L), List.of(50L, 2L), List.of(60L, 0L)), ran);
  }

  @Test
  void allRunsForEach() {
    start(MissedPolicy.ALL, 10 * MILLI);
    pause(995 * MILLI);
    virtual.advance(5 * MILLI);
    assertEquals(100, ran.size());
    for (long i = 0; i < 100; i++) {
      assertEquals(List.of(10 * (i + 1), 0L), ran.get((int) i));
    }
  }

  @Test
  void skipGoesOnAtTheNext() {
    start(MissedPolicy.SKIP, 10 * MILLI);
    virtual.advance(20 * MILLI);
    pause(35 * MILLI);
    virtual.advance(5 * MILLI);
    pause(19 * MILLI);
    assertEquals(
        List.of(List.of(10L, 0L), List.of(20L, 0L), List.of(60L, 3L), List.of(70L, 0L)), ran);
  }

  /** 3-19: Overruns by division: two nanoseconds, missed for a day. */
  @Test
  void missedInstantsAreCountedNotWalked() {
    start(MissedPolicy.ONCE, 2);
    pause(86_400_000 * MILLI);
    assertEquals(1, ran.size());
    assertEquals(86_400_000 * MILLI / 2 - 1, ran.getFirst().get(1));
  }

  @Test
  void aStoppedTimerRunsNoMore() {
    IntervalTimer timer = start(MissedPolicy.ONCE, MILLI);
    virtual.advance(5 * MILLI);
    timer.stop();
    virtual.advance(5 * MILLI);
    assertEquals(5, ran.size());
    assertFalse(timer.timer().isActive());
    timer.startIn(ClockId.REALTIME, MILLI, MILLI);
    virtual.advance(2 * MILLI);
    assertEquals(7, ran.size());
    timer.stopAndWait();
    virtual.advance(5 * MILLI);
    assertEquals(7, ran.size());
  }

  @Test
  void aTaskMayStopAndRestartItsOwnTimer() {
    IntervalTimer[] timer = new IntervalTimer[1];
    List<Long> at = new ArrayList<>();
    timer[0] =
        new IntervalTimer(
            virtual.timers,
            (scheduled, missed) -> {
              at.add((scheduled - START) / MILLI);
              if (at.size() == 2) {
                timer[0].startIn(ClockId.MONOTONIC, 100 * MILLI, 50 * MILLI);
              } else if (at.size() == 4) {
                timer[0].stop();
              }
            },
            MissedPolicy.ALL,
            false);
    timer[0].start(ClockId.MONOTONIC, START + MILLI, MILLI);
    virtual.advance(1000 * MILLI);
    assertEquals(List.of(1L, 2L, 102L, 152L), at);
  }

  /** 3-35: catching up does not keep other timers waiting for all of it. */
  @Test
  void catchingUpLetsOthersIn() {
    List<Integer> ranBefore = new ArrayList<>();
    start(MissedPolicy.ALL, MILLI);
    virtual.timers
        .timer(
            (timer, now) -> {
              ranBefore.add(ran.size());
              return TimerCallback.Next.DONE;
            })
        .arm(ClockId.MONOTONIC, START + 2 * MILLI);
    pause(5000 * MILLI);
    virtual.advance(10 * MILLI);
    assertEquals(5010, ran.size());
    assertTrue(ranBefore.getFirst() <= 100, "after " + ranBefore);
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> start(MissedPolicy.ONCE, 0));
  }

  /** A task that throws loses that run, and is reported; what follows comes at its instants. */
  @Test
  void aThrowIsReportedAndTheTimerGoesOn() {
    for (MissedPolicy policy : MissedPolicy.values()) {
      ran.clear();
      virtual.reports.clear();
      IntervalTimer timer =
          new IntervalTimer(
              virtual.timers,
              (scheduled, missed) -> {
                ran.add(List.of(scheduled, missed));
                if (ran.size() % 2 == 0) {
                  throw new IllegalStateException("planted");
                }
              },
              policy,
              false);
      long first = virtual.nanos(ClockId.MONOTONIC) + 10 * MILLI;
      timer.start(ClockId.MONOTONIC, first, 10 * MILLI);
      virtual.advance(50 * MILLI);
      timer.stop();
      virtual.advance(50 * MILLI);
      List<List<Long>> expected = new ArrayList<>();
      for (long i = 0; i < 5; i++) {
        expected.add(List.of(first + i * 10 * MILLI, 0L));
      }
      assertEquals(expected, ran, policy.toString());
      assertEquals(List.of("failed: planted", "failed: planted"), virtual.reports);
    }
  }

  /** While it catches up, too: no instant is lost behind the one that threw. */
  @Test
  void aThrowWhileItCatchesUpLosesOneRun() {
    IntervalTimer timer =
        new IntervalTimer(
            virtual.timers,
            (scheduled, missed) -> {
              ran.add(List.of((scheduled - START) / MILLI));
              if (ran.size() == 3) {
                throw new IllegalStateException("planted");
              }
            },
            MissedPolicy.ALL,
            false);
    timer.start(ClockId.MONOTONIC, START + 10 * MILLI, 10 * MILLI);
    pause(95 * MILLI);
    virtual.advance(5 * MILLI);
    assertEquals(10, ran.size());
    assertEquals(List.of(100L), ran.getLast());
  }

  /** What it throws after it has stopped the timer, or started it anew, changes neither. */
  @Test
  void whoStopsOrStartsItAndThrowsIsHeeded() {
    IntervalTimer[] self = new IntervalTimer[1];
    self[0] =
        new IntervalTimer(
            virtual.timers,
            (scheduled, missed) -> {
              ran.add(List.of((scheduled - START) / MILLI));
              if (ran.size() == 1) {
                self[0].start(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME) + 5 * MILLI, MILLI);
              } else if (ran.size() == 4) {
                self[0].stop();
              }
              throw new IllegalStateException("planted");
            },
            MissedPolicy.ONCE,
            false);
    self[0].start(ClockId.MONOTONIC, START + 10 * MILLI, 10 * MILLI);
    virtual.advance(14 * MILLI);
    assertEquals(1, ran.size());
    virtual.advance(100 * MILLI);
    assertEquals(4, ran.size());
    assertFalse(self[0].timer().isActive());
  }
}
