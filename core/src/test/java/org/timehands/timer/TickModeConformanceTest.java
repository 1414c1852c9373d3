package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * What timers promise, held in every tick mode: periodic and dynamic at 100, 250, 300 and 1000
 * Hertz, and tickless, granularity aside (3-04, 3-40, 3-48).
 */
@ParameterizedClass
@MethodSource("modes")
class TickModeConformanceTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  private final TickMode mode;
  private final long granularity;
  private final Deque<Runnable> handed = new ArrayDeque<>();
  private final VirtualTimers virtual =
      new VirtualTimers(options -> options.withDeferred(handed::add));
  private final List<String> ran = new ArrayList<>();

  TickModeConformanceTest(TickMode mode) {
    this.mode = mode;
    this.granularity = mode.isHighResolution() ? 0 : mode.tickNanos();
    virtual.timers.setTickMode(mode);
    // Not at a tick: a beat must not be lucky.
    virtual.advance(123_457);
  }

  static Stream<TickMode> modes() {
    return Stream.concat(
        Stream.of(TickMode.tickless()),
        Stream.of(100, 250, 300, 1000)
            .flatMap(hz -> Stream.of(TickMode.periodic(hz), TickMode.dynamic(hz))));
  }

  private ClockTimer timer(String name) {
    return virtual.timers.timer(
        (timer, now) -> {
          long late = now - Periods.sum(timer.expiryNanos(), 0);
          assertTrue(late >= 0, name + " early by " + -late);
          ran.add(name);
          return Next.DONE;
        });
  }

  private void check(String... names) {
    assertEquals(List.of(), virtual.reports);
    assertEquals(List.of(names), ran);
  }

  @Test
  void timersRunInTheOrderOfTheirInstantsAndOfTheirArming() {
    record Armed(String name, long expiry) {}
    List<Armed> armed = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String name = "t" + i;
      long expiry = virtual.nanos(ClockId.MONOTONIC) + (i * 37 % 20) * 3 * MILLI / 2;
      timer(name).arm(ClockId.MONOTONIC, expiry);
      armed.add(new Armed(name, expiry));
    }
    virtual.advance(SECOND);
    armed.sort(Comparator.comparingLong(Armed::expiry));
    check(armed.stream().map(Armed::name).toArray(String[]::new));
  }

  @Test
  void everyClockIsWithinItsGranularity() {
    for (ClockId clock : CLOCKS) {
      long expiry = virtual.nanos(clock) + 77 * MILLI + 5;
      long[] at = new long[1];
      virtual
          .timers
          .timer(
              (timer, now) -> {
                at[0] = now;
                return Next.DONE;
              })
          .arm(clock, expiry);
      virtual.advance(SECOND);
      assertTrue(at[0] >= expiry && at[0] <= expiry + granularity, clock + " " + (at[0] - expiry));
    }
  }

  /** 3-08: between the instant and the instant and the slack. */
  @Test
  void slackIsKept() {
    long now = virtual.nanos(ClockId.MONOTONIC);
    timer("slack").arm(ClockId.MONOTONIC, now + 20 * MILLI, 30 * MILLI);
    timer("exact").arm(ClockId.MONOTONIC, now + 25 * MILLI);
    virtual.advance(19 * MILLI);
    check();
    virtual.advance(6 * MILLI + granularity);
    assertEquals(2, ran.size(), "merged into the wake-up of the other");
    assertEquals(1, virtual.timers.statistics().merged());
  }

  @Test
  void whatIsCancelledDoesNotRunAndWhatIsMovedRunsOnce() {
    ClockTimer one = timer("one");
    ClockTimer two = timer("two");
    one.armIn(ClockId.MONOTONIC, 30 * MILLI);
    two.armIn(ClockId.MONOTONIC, 30 * MILLI);
    assertTrue(two.armIn(ClockId.MONOTONIC, 90 * MILLI));
    assertTrue(one.remainingNanos() >= 1);
    assertEquals(ClockTimer.Cancel.CANCELLED, one.tryCancel());
    assertEquals(ClockTimer.Cancel.INACTIVE, one.tryCancel());
    virtual.advance(89 * MILLI);
    check();
    assertTrue(two.remainingNanos() >= 1);
    virtual.advance(MILLI + granularity);
    check("two");
    assertEquals(0, two.remainingNanos());
    assertFalse(two.isActive());
  }

  /** Overruns and runs together are the intervals that have passed, exactly. */
  @Test
  void periodsAreNotLost() {
    long start = virtual.nanos(ClockId.MONOTONIC);
    long interval = 3 * MILLI + 1;
    long[] periods = new long[1];
    virtual
        .timers
        .timer(
            (timer, now) -> {
              periods[0] += timer.forward(now, interval);
              return Next.AGAIN;
            })
        .arm(ClockId.MONOTONIC, start + interval);
    virtual.advance(SECOND);
    long now = virtual.nanos(ClockId.MONOTONIC);
    long passed = (now - start) / interval;
    assertTrue(periods[0] <= passed, periods[0] + " of " + passed);
    assertTrue(periods[0] >= passed - granularity / interval - 1, periods[0] + " of " + passed);
  }

  @Test
  void policiesCountWhatTheyMiss() {
    for (MissedPolicy policy : MissedPolicy.values()) {
      long[] seen = new long[2];
      IntervalTimer timer =
          new IntervalTimer(
              virtual.timers,
              (scheduled, missed) -> {
                assertTrue(scheduled <= virtual.nanos(ClockId.MONOTONIC), "early");
                seen[0]++;
                seen[1] += missed;
              },
              policy,
              false);
      timer.startIn(ClockId.MONOTONIC, 40 * MILLI, 40 * MILLI);
      virtual.advance(SECOND + granularity);
      timer.stop();
      assertEquals(25, seen[0] + seen[1], policy + " in " + mode);
    }
    assertEquals(List.of(), virtual.reports);
  }

  @Test
  void aDescriptorCounts() {
    TimerDescriptor descriptor = new TimerDescriptor(virtual.timers, ClockId.MONOTONIC);
    descriptor.setTime(0, new TimerDescriptor.Setting(50 * MILLI, 50 * MILLI), null);
    virtual.advance(SECOND + granularity);
    assertEquals(20, descriptor.tryRead());
  }

  /** 3-30, A26: absolute timers follow a set, relative ones do not. */
  @Test
  void setsAreFollowed() {
    timer("absolute").arm(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME) + 3600 * SECOND);
    timer("tai").arm(ClockId.TAI, virtual.nanos(ClockId.TAI) + 3600 * SECOND);
    timer("relative").armIn(ClockId.REALTIME, SECOND);
    virtual.step(3600 * SECOND);
    virtual.advance(granularity);
    check("absolute", "tai");
    timer("later").arm(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME) + 50 * MILLI);
    virtual.step(-SECOND);
    virtual.advance(SECOND - granularity);
    virtual.advance(2 * granularity);
    check("absolute", "tai", "relative");
    virtual.advance(SECOND);
    check("absolute", "tai", "relative", "later");
  }

  @Test
  void softTimersAreHandedOn() {
    ClockTimer soft =
        virtual.timers.softTimer(
            (timer, now) -> {
              ran.add("soft");
              return Next.DONE;
            });
    soft.armIn(ClockId.MONOTONIC, 10 * MILLI);
    timer("hard").armIn(ClockId.MONOTONIC, 10 * MILLI);
    virtual.advance(10 * MILLI + granularity);
    check("hard");
    assertTrue(soft.isActive());
    handed.forEach(Runnable::run);
    check("hard", "soft");
  }

  /** 3-35: callbacks of five ticks; those behind all run, in order, bounded. */
  @Test
  void longCallbacksLoseNothing() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int mine = i;
      virtual
          .timers
          .timer(
              (timer, now) -> {
                order.add(mine);
                virtual.pass(5 * mode.tickNanos());
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, (i + 1) * MILLI);
    }
    virtual.advance(10 * SECOND);
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
  }

  @Test
  void aCallbackThatIsAlwaysDueLetsOthersLive() {
    long[] greedy = new long[1];
    ClockTimer timer =
        virtual.timers.timer(
            (expiring, now) -> {
              greedy[0]++;
              virtual.pass(MILLI);
              return Next.AGAIN;
            });
    timer.armIn(ClockId.MONOTONIC, 0);
    timer("other").armIn(ClockId.BOOTTIME, 20 * MILLI);
    virtual.advance(SECOND);
    assertEquals(List.of("other"), ran);
    assertTrue(greedy[0] > 10);
  }

  /** 3-16, 3-20: with a beat, wake-ups fall on ticks; one is kept if an event is that near. */
  @Test
  void wakeUpsFallOnTicks() {
    if (mode.isHighResolution()) {
      return;
    }
    timer("near").armIn(ClockId.MONOTONIC, 1);
    // So far that the wait is cut where a tick is long (WaitChunks): that wake is a tick, too.
    timer("far").armIn(ClockId.MONOTONIC, 50 * mode.tickNanos());
    long tick = mode.tickNanos();
    long toTick = tick - virtual.nanos(ClockId.MONOTONIC) % tick;
    assertEquals(virtual.hostNanos + toTick, virtual.device.deadlineNanos(), "the tick is kept");
    long wakes = 0;
    while (ran.size() < 2) {
      long before = virtual.timers.statistics().wakeups();
      virtual.advance(virtual.device.deadlineNanos() - virtual.hostNanos);
      assertEquals(0, virtual.nanos(ClockId.MONOTONIC) % tick, "woken between ticks");
      wakes += virtual.timers.statistics().wakeups() - before;
    }
    check("near", "far");
    boolean goesOn = mode.kind() == TickMode.Kind.PERIODIC;
    assertTrue(goesOn ? wakes >= 50 : wakes <= 4, wakes + " wake-ups");
  }

  /** 3-19: every tick is accounted for, missed ones too, exactly; 3-29: and none costs a wake. */
  @Test
  void ticksAreAccountedForExactly() {
    if (mode.isHighResolution()) {
      assertEquals(0, virtual.timers.statistics().ticks());
      return;
    }
    long began = mode.tickAt(VirtualTimers.MONO_START);
    for (long idle : new long[] {1, 7, 1000, 2, 86_400}) {
      timer("t").armIn(ClockId.MONOTONIC, idle * mode.tickNanos());
      virtual.advance((idle + 1) * mode.tickNanos());
      virtual.timers.expire();
      TimerStatistics seen = virtual.timers.statistics();
      assertEquals(mode.tickAt(virtual.nanos(ClockId.MONOTONIC)) - began, seen.ticks());
    }
    TimerStatistics seen = virtual.timers.statistics();
    if (mode.kind() == TickMode.Kind.PERIODIC) {
      assertEquals(0, seen.missedTicks());
    } else {
      assertTrue(seen.missedTicks() > 80_000, seen.toString());
      assertTrue(seen.wakeups() < 200, seen.toString());
    }
  }

  /** 3-21, N6: to each other mode and back with timers armed: none lost, none early. */
  @ParameterizedTest
  @MethodSource("modes")
  void switchesLoseNothing(TickMode other) {
    long most = Math.max(granularity, other.isHighResolution() ? 0 : other.tickNanos());
    List<Long> late = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long expiry = virtual.nanos(ClockId.MONOTONIC) + i * MILLI / 2 + 7;
      virtual
          .timers
          .timer(
              (timer, now) -> {
                late.add(now - expiry);
                return Next.DONE;
              })
          .arm(ClockId.MONOTONIC, expiry);
    }
    for (int i = 0; i < 20; i++) {
      virtual.timers.setTickMode(i % 2 == 0 ? other : mode);
      virtual.advance(3 * MILLI);
    }
    virtual.advance(SECOND);
    assertEquals(200, late.size());
    // A timer that waits for a tick when the beat changes waits for the next one of the other.
    late.forEach(each -> assertTrue(each >= 0 && each <= 2 * most, "late by " + each));
  }
}
