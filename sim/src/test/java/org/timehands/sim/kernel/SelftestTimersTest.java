package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.sim.kernel.TimerLab.CLOCKS;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor;

/** Semantics 4.1, selftests/timers: the ones that sleep and arm timers. */
@Timeout(100)
class SelftestTimersTest {
  private final TimerLab lab = new TimerLab();

  /** At virtual time nobody is late at all: upstream allows 40 ms. */
  @Test
  @DisplayName("nanosleep, nsleep-lat")
  void sleepsOfGrowingLength() throws Exception {
    for (int clock : CLOCKS) {
      for (long nanos = 10; nanos <= 10 * SECOND; nanos *= 100) {
        for (int flags = 0; flags < 2; flags++) {
          long begin = lab.now(clock);
          TimerLab.Sleep sleep = lab.sleep(clock, flags, flags == 0 ? nanos : begin + nanos);
          lab.advance(nanos - 1);
          assertFalse(sleep.isOver(), "clock " + clock + ", " + nanos + " ns: early");
          lab.advance(1);
          assertEquals(0, sleep.result());
          assertEquals(begin + nanos, lab.now(clock), "clock " + clock);
        }
      }
    }
  }

  @Test
  @DisplayName("set-timer-lat")
  void timersOfEachKind() {
    for (int clock : CLOCKS) {
      for (int kind = 0; kind < 4; kind++) {
        boolean absolute = (kind & 1) != 0;
        boolean periodic = (kind & 2) != 0;
        int id = lab.create(clock);
        long interval = periodic ? SECOND : 0;
        if (absolute) {
          lab.setAt(id, lab.now(clock) + SECOND, interval);
        } else {
          lab.set(id, SECOND, interval);
        }
        for (int i = 0; i < 5; i++) {
          lab.advance(SECOND - 1);
          assertEquals(0, lab.pending.size(), "early");
          lab.advance(1);
          boolean fires = periodic || i == 0;
          assertEquals(fires ? 1 : 0, lab.pending.size(), "a one-shot fires once");
          if (fires) {
            assertEquals(0, lab.pending.poll().deliver(), "late");
          }
        }
        assertEquals(0, lab.process.timerDelete(id));
      }
    }
  }

  @Test
  @DisplayName("posix_timers: itimers")
  void itimerWithinTwoSeconds() {
    long before = lab.now(1);
    assertEquals(0, lab.process.setITimer(new long[] {2, 0, 0, 0}, null));
    lab.advance(2 * SECOND - 1);
    assertEquals(0, lab.pending.size());
    lab.advance(1);
    assertEquals(1, lab.pending.size());
    assertEquals(before + 2 * SECOND, lab.now(1));
  }

  /** A sink that does nothing with a signal ignores it: the timer is parked, and counts on. */
  @Test
  @DisplayName("posix_timers: check_sig_ign")
  void anIgnoredSignalKeepsItsOverruns() {
    int id = lab.create(1);
    lab.set(id, 100 * MILLI, 100 * MILLI);
    lab.advance(3 * SECOND + 10 * MILLI);
    assertEquals(1, lab.pending.size());
    assertEquals(1, lab.timers.statistics().expired(), "parked: it wakes nobody");
    assertEquals(29, lab.pending.poll().deliver());
  }

  @Test
  @DisplayName("posix_timers: check_rearm, check_delete")
  void anewSettingAndADeletionDropWhatIsPending() {
    int id = lab.create(1);
    lab.set(id, 10 * MILLI, 10 * MILLI);
    lab.advance(25 * MILLI);
    lab.set(id, 0, 0);
    assertEquals(-1, lab.pending.poll().deliver());
    lab.set(id, 10 * MILLI, 10 * MILLI);
    lab.advance(25 * MILLI);
    lab.process.timerDelete(id);
    assertEquals(-1, lab.pending.poll().deliver());
    lab.advance(SECOND);
    assertEquals(0, lab.pending.size());
  }

  /** 3-57: a cyclic timer without a signal. */
  @Test
  @DisplayName("posix_timers: check_sigev_none, check_gettime")
  void aSilentIntervalIsNeverZeroAndWraps() {
    for (int clock : CLOCKS) {
      int id = lab.create(clock, TimerLab.SILENT);
      lab.set(id, 100 * MILLI, 100 * MILLI);
      int wraps = 0;
      long last = lab.left(id);
      for (int i = 0; i < 1000; i++) {
        lab.advance(MILLI);
        long left = lab.left(id);
        assertTrue(left > 0 && left <= 100 * MILLI, "left: " + left);
        wraps += left > last ? 1 : 0;
        last = left;
      }
      assertEquals(10, wraps);
      assertEquals(0, lab.pending.size());
    }
  }

  @Test
  @DisplayName("posix_timers: check_overrun")
  void nineOverruns() {
    for (int clock : CLOCKS) {
      int id = lab.create(clock);
      lab.set(id, 100 * MILLI, 100 * MILLI);
      lab.advance(SECOND);
      assertEquals(1, lab.pending.size());
      assertEquals(9, lab.pending.poll().deliver());
      assertEquals(9, lab.process.timerGetOverrun(id));
      lab.process.timerDelete(id);
    }
  }

  /** A timed receive is a wait until an instant of REALTIME: a hundred of them. */
  @Test
  @DisplayName("mqueue-lat, as timed waits")
  void timedWaits() throws Exception {
    for (int i = 0; i < 100; i++) {
      long until = lab.now(0) + 100 * MILLI;
      TimerLab.Sleep sleep = lab.sleep(0, 1, until);
      lab.advance(100 * MILLI);
      assertEquals(0, sleep.result());
      assertEquals(until, lab.now(0));
    }
  }

  /** No clock here wakes a machine; one that slept finds its timers of BOOTTIME due (A7). */
  @Test
  @DisplayName("alarmtimer-suspend, with a simulated suspend")
  void aTimerOfBoottimeIsDueAfterTheSleep() {
    for (int alarm : new int[] {8, 9}) {
      assertEquals(-95, lab.process.timerCreate(alarm, TimerLab.SIGNAL));
    }
    int boot = lab.create(7);
    int mono = lab.create(1);
    lab.set(boot, 15 * SECOND, 0);
    lab.set(mono, 15 * SECOND, 0);
    lab.keeping.suspend();
    lab.keeping.resume(20 * SECOND);
    lab.advance(MILLI);
    assertEquals(1, lab.pending.size());
    assertEquals(boot, lab.pending.poll().timerId());
    lab.advance(15 * SECOND);
    assertEquals(mono, lab.pending.poll().timerId());
  }

  /** timerfd's cancel-on-set: the sleep of the machine moves REALTIME against MONOTONIC. */
  @Test
  @DisplayName("timerfd: resume raises ECANCELED")
  void resumingCancelsADescriptor() {
    try (TimerDescriptor fd = new TimerDescriptor(lab.timers, ClockId.REALTIME)) {
      fd.setTime(3, new TimerDescriptor.Setting(lab.now(0) + 100 * SECOND, 0), null);
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
      lab.keeping.suspend();
      lab.keeping.resume(20 * SECOND);
      assertTrue(fd.isReadable());
      assertEquals(TimerDescriptor.CANCELED, fd.tryRead());
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead(), "once");
    }
  }

  /** change_skew's and leap-a-day's sleeps: not early while the clock is steered. */
  @Test
  @DisplayName("change_skew, leap-a-day: their sleeps")
  void sleepsUnderSteering() throws Exception {
    long[] timex = new long[org.timehands.discipline.Timex.FIELDS];
    for (long ppm : new long[] {-500, -250, 0, 250, 500}) {
      timex[0] = org.timehands.discipline.Timex.ADJ_FREQUENCY;
      timex[2] = ppm << 16;
      assertTrue(lab.posix.clockAdjTime(0, timex) >= 0);
      long begin = lab.now(1);
      TimerLab.Sleep sleep = lab.sleep(1, 0, SECOND / 2);
      Await.until(
          () -> {
            lab.advance(100 * MILLI);
            lab.keeping.advance();
            return sleep.isOver();
          },
          "the sleep is over");
      assertEquals(0, sleep.result());
      assertTrue(lab.now(1) - begin >= SECOND / 2, ppm + " ppm: early");
    }
  }
}
