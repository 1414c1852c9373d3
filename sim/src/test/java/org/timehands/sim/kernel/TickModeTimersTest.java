package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.sim.kernel.TimerLab.CLOCKS;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;
import static org.timehands.sim.kernel.TimerLab.its;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.posix.PosixTime;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor;
import org.timehands.timer.TimerDescriptor.Setting;

/**
 * What the public suites demand of timers and sleeps, in every tick mode: with a beat an expiry
 * comes at its instant or up to a tick later, never before; counts are exact, whenever it comes
 * (3-04, 3-40, 3-48). The same suites to the nanosecond: the other classes of this package.
 */
@ParameterizedClass
@MethodSource("modes")
@Timeout(100)
class TickModeTimersTest {
  private final TimerLab lab = new TimerLab();
  private final long tick;
  private final Deque<PosixTime.TimerSignal> pending = new ArrayDeque<>();
  private final List<Long> at = new ArrayList<>();
  private final PosixTime.Process process = lab.posix.open(this::queue);
  private boolean blocked = true;
  private int overruns;

  TickModeTimersTest(TickMode mode) {
    tick = mode.isHighResolution() ? 0 : mode.tickNanos();
    lab.timers.setTickMode(mode);
    // Not at a tick: a beat must not be lucky.
    lab.advance(123_457);
  }

  static Stream<TickMode> modes() {
    return Stream.concat(
        Stream.of(TickMode.tickless()),
        Stream.of(100, 250, 300, 1000)
            .flatMap(hz -> Stream.of(TickMode.periodic(hz), TickMode.dynamic(hz))));
  }

  /** As a process: a signal that is blocked waits, another is delivered at once. */
  private void queue(PosixTime.TimerSignal signal) {
    at.add(mono());
    pending.add(signal);
    if (!blocked) {
      deliver();
    }
  }

  private void deliver() {
    while (!pending.isEmpty()) {
      int count = pending.poll().deliver();
      assertTrue(count >= 0, "dropped");
      overruns += count;
    }
  }

  private long mono() {
    return lab.now(CLOCK_MONOTONIC);
  }

  private int create(int clock) {
    int id = process.timerCreate(clock, TimerLab.SIGNAL);
    assertTrue(id >= 0);
    return id;
  }

  private long[] get(int id) {
    long[] its = new long[4];
    assertEquals(0, process.timerGetTime(id, its));
    return new long[] {its[0] * SECOND + its[1], its[2] * SECOND + its[3]};
  }

  private void dueAt(long due) {
    assertEquals(1, at.size());
    long late = at.removeFirst() - due;
    // A set lets a few nanoseconds pass before it is in force.
    assertTrue(late >= 0 && late <= tick + 100, "late by " + late);
  }

  @Test
  void theResolutionIsTheTick() {
    for (int clock : CLOCKS) {
      long[] res = new long[2];
      assertEquals(0, lab.posix.clockGetRes(clock, res));
      assertArrayEquals(new long[] {0, Math.max(1, tick)}, res);
    }
  }

  /** timer_settime 1-1, 5-1, 9-1; timer_gettime 1-1, 2-2; clock_nanosleep of timers. */
  @Test
  void expiresAtItsInstantOrTheNextTick() {
    for (int clock : CLOCKS) {
      for (long delay : new long[] {1, 999, MILLI, 77 * MILLI + 5, SECOND}) {
        for (int flags = 0; flags < 2; flags++) {
          int id = create(clock);
          long due = mono() + delay;
          long value = flags == 0 ? delay : lab.now(clock) + delay;
          assertEquals(0, process.timerSetTime(id, flags, its(value, 0), null));
          assertEquals(delay, get(id)[0]);
          lab.advance(delay - 1);
          assertEquals(List.of(), at, "early");
          assertEquals(1, get(id)[0]);
          lab.advance(1);
          assertEquals(at.isEmpty() ? 1 : 0, get(id)[0], "due, and not expired: 1 ns");
          lab.advance(tick);
          dueAt(due);
          assertArrayEquals(new long[2], get(id));
          deliver();
          assertEquals(0, process.timerDelete(id));
        }
      }
    }
    assertEquals(0, overruns);
  }

  /** timer_settime 2-1, 6-1: neither the first nor any later one is early, and none is lost. */
  @Test
  void expiriesAndOverrunsAreWhatHasPassed() {
    blocked = false;
    for (long interval : new long[] {100_003, MILLI, 3 * MILLI + 1, 10 * MILLI, 70 * MILLI}) {
      int id = create(CLOCK_MONOTONIC);
      at.clear();
      overruns = 0;
      long first = mono() + interval;
      assertEquals(0, process.timerSetTime(id, 0, its(interval, interval), null));
      lab.advance(SECOND);
      long passed = (mono() - first) / interval + 1;
      long told = at.size() + overruns;
      assertTrue(told <= passed && told >= passed - tick / interval - 1, told + " of " + passed);
      for (int i = 0; i < at.size(); i++) {
        assertTrue(at.get(i) >= first + i * interval, "early");
      }
      if (tick > 0) {
        assertTrue(at.size() <= SECOND / tick + 1, "one a tick at most: " + at.size());
      }
      assertEquals(0, process.timerDelete(id));
    }
  }

  /** timer_getoverrun 1-1, 2-1, 2-2, 2-3; check_overrun: one signal, and the rest by division. */
  @Test
  void oneSignalIsPendingAndTheRestAreOverruns() {
    for (long interval : new long[] {1, 2, Math.max(1, tick), 2 * tick + 1, 100 * MILLI}) {
      int id = create(CLOCK_REALTIME);
      long first = mono() + interval;
      assertEquals(0, process.timerSetTime(id, 0, its(interval, interval), null));
      lab.advance(SECOND + 17);
      assertEquals(1, pending.size());
      assertEquals((mono() - first) / interval, pending.poll().deliver(), "of " + interval);
      assertEquals((mono() - first) / interval, process.timerGetOverrun(id));
      assertEquals(0, process.timerDelete(id));
    }
  }

  /** check_gettime, timer_gettime 1-4: of a periodic one never 0, never above the interval. */
  @Test
  void whatIsLeftOfAPeriodicOneWraps() {
    PosixTime.Event[] events = {TimerLab.SIGNAL, TimerLab.SILENT};
    for (PosixTime.Event event : events) {
      int id = process.timerCreate(CLOCK_MONOTONIC, event);
      assertEquals(0, process.timerSetTime(id, 0, its(100 * MILLI, 100 * MILLI), null));
      long first = mono() + 100 * MILLI;
      int wraps = 0;
      long last = Long.MAX_VALUE;
      for (int i = 0; i < 1000; i++) {
        long left = get(id)[0];
        boolean served = event.kind() == 1 || !pending.isEmpty();
        long phase = Math.floorMod(first - mono(), 100 * MILLI);
        long exact = phase == 0 ? 100 * MILLI : phase;
        // Due, and its tick has not come: a nanosecond, as of what is about to expire.
        assertEquals(served || mono() < first ? exact : 1, left);
        wraps += left > last ? 1 : 0;
        last = left;
        lab.advance(MILLI);
      }
      assertTrue(wraps == 9 || wraps == 10, wraps + " wraps");
      assertEquals(event.kind() == 1 ? 0 : 1, pending.size());
      pending.clear();
      assertEquals(0, process.timerDelete(id));
    }
  }

  /** check_rearm, check_delete; timer_settime 3-1, 3-3, 8-3. */
  @Test
  void aNewSettingAndADeletionDropWhatIsPending() {
    int id = create(CLOCK_MONOTONIC);
    long[] old = new long[4];
    assertEquals(0, process.timerSetTime(id, 0, its(10 * MILLI, 30 * MILLI), null));
    lab.advance(20 * MILLI);
    assertEquals(1, pending.size());
    assertEquals(0, process.timerSetTime(id, 0, its(0, 7 * MILLI), old));
    assertArrayEquals(its(20 * MILLI, 30 * MILLI), old);
    assertArrayEquals(new long[2], get(id));
    assertEquals(-1, pending.poll().deliver());
    lab.advance(SECOND);
    assertEquals(0, pending.size());
    assertEquals(0, process.timerSetTime(id, 0, its(10 * MILLI, 10 * MILLI), old));
    assertArrayEquals(its(0, 0), old);
    lab.advance(30 * MILLI);
    assertEquals(0, process.timerDelete(id));
    assertEquals(-1, pending.poll().deliver());
    lab.advance(SECOND);
    assertEquals(0, pending.size());
  }

  /** setitimer01, getitimer01. */
  @Test
  void intervalTimers() {
    blocked = false;
    long first = mono() + 25 * MILLI;
    assertEquals(0, process.setITimer(new long[] {0, 25_000, 0, 40_000}, null));
    lab.advance(SECOND);
    long passed = (mono() - first) / (40 * MILLI) + 1;
    assertTrue(at.size() == passed || at.size() == passed - 1, at.size() + " of " + passed);
    for (int i = 0; i < at.size(); i++) {
      long late = at.get(i) - (first + i * 40 * MILLI);
      assertTrue(late >= 0 && late <= tick, "late by " + late);
    }
    long[] old = new long[4];
    assertEquals(0, process.setITimer(null, old));
    assertTrue(old[1] >= 1 && old[1] <= 40_000 && old[3] == 40_000);
    at.clear();
    lab.advance(SECOND);
    assertEquals(List.of(), at);
  }

  /** clock_settime 4-1, 4-2, 5-1, 5-2, speculative/4-3. */
  @Test
  void setsMoveAbsoluteTimersOnly() {
    int absolute = create(CLOCK_REALTIME);
    int relative = create(CLOCK_REALTIME);
    long real = lab.now(CLOCK_REALTIME);
    assertEquals(0, process.timerSetTime(absolute, 1, its(real + 50 * SECOND, SECOND), null));
    assertEquals(0, process.timerSetTime(relative, 0, its(5 * SECOND, 0), null));
    long due = mono() + 5 * SECOND;
    lab.setClock(real - 40 * SECOND);
    lab.advance(due - mono() - 1);
    assertEquals(List.of(), at);
    lab.advance(1 + tick);
    assertEquals(relative, pending.peek().timerId());
    assertEquals(0, pending.poll().deliver());
    dueAt(due);
    due = mono();
    lab.setClock(real + 53 * SECOND + MILLI);
    lab.advance(tick);
    assertEquals(absolute, pending.peek().timerId());
    dueAt(due);
    assertEquals(3, pending.poll().deliver());
    assertEquals(0, process.timerDelete(absolute));
  }

  /** nanosleep 1-1, 7-1; clock_nanosleep 1-1, 2-1, 9-1, 10-1. */
  @Test
  void sleeps() throws Exception {
    for (int clock : CLOCKS) {
      for (int flags = 0; flags < 2; flags++) {
        for (long nanos : new long[] {1, MILLI, 77 * MILLI + 5}) {
          long until = lab.now(clock) + nanos;
          TimerLab.Sleep sleep = lab.sleep(clock, flags, flags == 0 ? nanos : until);
          lab.advance(nanos - 1);
          assertFalse(sleep.isOver(), "early");
          lab.advance(1 + tick);
          assertEquals(0, sleep.result());
        }
        long end = lab.now(clock) + SECOND;
        TimerLab.Sleep broken = lab.sleep(clock, flags, flags == 0 ? SECOND : end);
        lab.advance(300 * MILLI);
        broken.thread.interrupt();
        assertEquals(-EINTR, broken.result());
        long[] rest = flags == 0 ? new long[] {0, 700 * MILLI} : new long[] {-7, -7};
        assertArrayEquals(rest, broken.rest);
      }
    }
  }

  /** clock_nanosleep 1-3, nanosleep 3-1: who was armed first for an instant has its turn first. */
  @Test
  void aTimerOfTheSameLengthEndsASleep() throws Exception {
    for (int i = 0; i < 5; i++) {
      int id = lab.create(CLOCK_MONOTONIC);
      long end = mono() + 70 * MILLI + i;
      lab.setAt(id, end, 0);
      TimerLab.Sleep sleep = lab.sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, end);
      lab.signalled = sleep.thread;
      lab.advance(70 * MILLI + i + tick);
      assertEquals(-EINTR, sleep.result());
      assertEquals(0, lab.pending.poll().deliver());
      lab.signalled = null;
    }
  }

  /** timerfd01, timerfd_settime01: counts by division; told once that the clock was set. */
  @Test
  void descriptorsCount() {
    try (TimerDescriptor fd = new TimerDescriptor(lab.timers, ClockId.REALTIME)) {
      fd.setTime(0, new Setting(50 * MILLI, 50 * MILLI), null);
      lab.advance(525 * MILLI + tick);
      assertEquals((525 * MILLI + tick) / (50 * MILLI), fd.tryRead());
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
      fd.setTime(3, new Setting(lab.now(CLOCK_REALTIME) + 100 * SECOND, 0), null);
      lab.setClock(lab.now(CLOCK_REALTIME) + 200 * SECOND);
      assertEquals(TimerDescriptor.CANCELED, fd.tryRead());
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    }
  }

  /** 3-21: what is armed, pending or asleep when the mode changes is neither lost nor early. */
  @Test
  void aChangeOfTheModeLosesNothing() throws Exception {
    TickMode mode = lab.timers.tickMode();
    int once = create(CLOCK_BOOTTIME);
    int periodic = create(CLOCK_MONOTONIC);
    long first = mono() + 10 * MILLI;
    assertEquals(0, process.timerSetTime(once, 0, its(45 * MILLI, 0), null));
    assertEquals(0, process.timerSetTime(periodic, 0, its(10 * MILLI, 10 * MILLI), null));
    TimerLab.Sleep sleep = lab.sleep(CLOCK_TAI, 0, 45 * MILLI);
    for (TickMode each : List.of(TickMode.periodic(250), TickMode.tickless(), mode)) {
      lab.timers.setTickMode(each);
      lab.advance(13 * MILLI);
    }
    assertEquals(1, pending.size());
    assertEquals((mono() - first) / (10 * MILLI), pending.poll().deliver());
    lab.advance(6 * MILLI + 2 * tick);
    assertEquals(0, sleep.result());
    assertTrue(pending.stream().anyMatch(each -> each.timerId() == once));
  }

  /** The stress plan: many at once, each of which is told as often as it expired. */
  @Test
  void many() {
    blocked = false;
    int[] ids = new int[4000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = create(CLOCKS[i % 4]);
      long value = 1 + i * 7919L % (50 * MILLI);
      assertEquals(0, process.timerSetTime(ids[i], 0, its(value, 0), null));
    }
    lab.advance(50 * MILLI + tick);
    assertEquals(ids.length, at.size(), "each once");
    assertEquals(0, overruns);
    for (int id : ids) {
      assertArrayEquals(new long[2], get(id));
      assertEquals(0, process.timerDelete(id));
    }
  }
}
