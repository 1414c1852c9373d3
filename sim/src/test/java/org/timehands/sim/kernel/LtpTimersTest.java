package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.sim.kernel.TimerLab.CLOCKS;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;
import static org.timehands.sim.kernel.TimerLab.its;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.discipline.Timex;
import org.timehands.posix.PosixTime;
import org.timehands.testing.Await;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor;
import org.timehands.timer.TimerDescriptor.Setting;

/** Semantics 4.3, LTP's syscall tests of sleeps and timers; of descriptors: TimerDescriptorTest. */
@Timeout(100)
class LtpTimersTest {
  private final TimerLab lab = new TimerLab();

  @Test
  @DisplayName("clock_nanosleep01, nanosleep02, nanosleep04")
  void sleepErrors() throws Exception {
    for (int clock : new int[] {0, 1}) {
      for (long bad : new long[] {-5, -1, SECOND, SECOND + 1}) {
        assertEquals(-EINVAL, lab.posix.clockNanosleep(clock, 0, 5, bad, null));
      }
      assertEquals(-EINVAL, lab.posix.clockNanosleep(clock, 0, -1, 0, null));
      TimerLab.Sleep sleep = lab.sleep(clock, 0, 10 * SECOND + 5);
      lab.advance(4 * SECOND);
      sleep.thread.interrupt();
      assertEquals(-EINTR, sleep.result());
      assertArrayEquals(new long[] {6, 5}, sleep.rest);
      FutureTask<Integer> noRoom =
          new FutureTask<>(() -> lab.posix.clockNanosleep(clock, 0, 9, 0, new long[1]));
      long queued = lab.timers.statistics().queued();
      Thread thread = Thread.ofVirtual().start(noRoom);
      Await.until(() -> lab.timers.statistics().queued() != queued, "the sleep has begun");
      thread.interrupt();
      assertEquals(-EFAULT, noRoom.get(), "looked at when there is something to tell");
    }
    assertEquals(-EINVAL, lab.posix.clockNanosleep(CLOCK_THREAD_CPUTIME_ID, 0, 1, 0, null));
    assertEquals(-EINVAL, lab.posix.clockNanosleep(-1, 0, 1, 0, null));
    assertEquals(-EOPNOTSUPP, lab.posix.clockNanosleep(CLOCK_MONOTONIC_RAW, 0, 1, 0, null));
  }

  @Test
  @DisplayName("clock_nanosleep02, clock_nanosleep04, nanosleep01")
  void sleepsLastAsLongAsAsked() throws Exception {
    for (int clock : CLOCKS) {
      for (long micros : new long[] {1, 100, 1000, 2000, 5000, 10_000, 25_000, 1_000_000}) {
        long begin = lab.now(clock);
        TimerLab.Sleep relative = lab.sleep(clock, 0, micros * 1000);
        lab.advance(micros * 1000 - 1);
        assertFalse(relative.isOver());
        lab.advance(1);
        assertEquals(0, relative.result());
        TimerLab.Sleep absolute = lab.sleep(clock, TIMER_ABSTIME, begin + micros * 2000);
        lab.advance(micros * 1000);
        assertEquals(0, absolute.result());
        assertArrayEquals(new long[] {-7, -7}, absolute.rest);
      }
    }
  }

  @Test
  @DisplayName("clock_settime03")
  void aTimerBeyond2038() {
    long edge = (1L << 31) * SECOND;
    for (long start : new long[] {edge - 5 * SECOND, (1L << 32) * SECOND - 5 * SECOND}) {
      assertEquals(0, lab.setClock(start));
      int id = lab.create(CLOCK_REALTIME);
      lab.setAt(id, start + 6 * SECOND, 0);
      lab.advance(5 * SECOND);
      assertEquals(0, lab.pending.size());
      lab.advance(SECOND);
      assertEquals(0, lab.pending.poll().deliver());
      assertTrue(lab.now(CLOCK_REALTIME) >= start + 6 * SECOND);
    }
  }

  @Test
  @DisplayName("clock_settime04")
  void aSetDoesNotDisturbRelativeSleeps() throws Exception {
    for (long step : new long[] {-1000 * SECOND, 1000 * SECOND}) {
      TimerLab.Sleep relative = lab.sleep(CLOCK_REALTIME, 0, SECOND);
      assertEquals(0, lab.setClock(lab.now(CLOCK_REALTIME) + step));
      lab.advance(SECOND - MILLI);
      assertFalse(relative.isOver());
      lab.advance(MILLI);
      assertEquals(0, relative.result());
    }
    assertEquals(
        0, lab.posix.clockNanosleep(CLOCK_REALTIME, TIMER_ABSTIME, 1, 0, null), "long past");
  }

  /** A second that is inserted: who waits for the midnight behind it, wakes behind it. */
  @Test
  @DisplayName("leapsec01: its sleeps")
  void sleepsAroundALeapSecond() throws Exception {
    assertEquals(0, lab.setClock(Lab.MIDNIGHT * SECOND - 3 * SECOND));
    long[] timex = new long[Timex.FIELDS];
    timex[0] = Timex.ADJ_STATUS | Timex.ADJ_MAXERROR;
    timex[5] = Timex.STA_INS;
    assertTrue(lab.posix.clockAdjTime(CLOCK_REALTIME, timex) >= 0);
    long mono = lab.now(CLOCK_MONOTONIC);
    long until = (Lab.MIDNIGHT + 1) * SECOND;
    TimerLab.Sleep sleep = lab.sleep(CLOCK_REALTIME, TIMER_ABSTIME, until);
    while (!sleep.isOver() && lab.now(CLOCK_MONOTONIC) < mono + 10 * SECOND) {
      lab.keeping.advance();
      boolean early = lab.now(CLOCK_REALTIME) < until;
      assertTrue(!sleep.isOver() || !early, "a second early");
      lab.advance(50 * MILLI);
      Thread.yield();
    }
    assertEquals(0, sleep.result());
    long slept = lab.now(CLOCK_MONOTONIC) - mono;
    assertTrue(slept >= 5 * SECOND - MILLI, "4 s and the one that was inserted: " + slept);
  }

  @Test
  @DisplayName("timer_create01, timer_delete01")
  void createdOnEachClockWithEachNotification() {
    PosixTime.Event[] kinds = {
      TimerLab.SIGNAL, TimerLab.SILENT, new PosixTime.Event(2, 10, 0, 0),
      new PosixTime.Event(4, 10, 0, 7), null
    };
    for (int clock : CLOCKS) {
      for (PosixTime.Event kind : kinds) {
        int id = lab.create(clock, kind);
        assertEquals(0, lab.process.timerDelete(id));
        assertEquals(-EINVAL, lab.process.timerDelete(id));
      }
    }
  }

  @Test
  @DisplayName("timer_create02, timer_create03")
  void creationErrors() {
    assertEquals(-EINVAL, lab.process.timerCreate(-1, TimerLab.SIGNAL));
    assertEquals(-EINVAL, lab.process.timerCreate(12, TimerLab.SIGNAL));
    for (int kind : new int[] {3, 5, 6, 7, 8, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(
          -EINVAL, lab.process.timerCreate(1, new PosixTime.Event(kind, 10, 0, 7)), "" + kind);
    }
    for (int signo : new int[] {-1, 0, 65}) {
      assertEquals(-EINVAL, lab.process.timerCreate(1, new PosixTime.Event(0, signo, 0, 0)));
    }
  }

  @Test
  @DisplayName("timer_delete02, timer_getoverrun01, timer_gettime01, timer_settime02: errors")
  void noSuchTimer() {
    int deleted = lab.create(1);
    lab.process.timerDelete(deleted);
    for (int id : new int[] {-1, deleted, Integer.MAX_VALUE}) {
      assertEquals(-EINVAL, lab.process.timerDelete(id));
      assertEquals(-EINVAL, lab.process.timerGetOverrun(id));
      assertEquals(-EINVAL, lab.process.timerGetTime(id, new long[4]));
      assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, its(SECOND, 0), null));
    }
    int id = lab.create(1);
    assertEquals(-EFAULT, lab.process.timerGetTime(id, null));
    assertEquals(-EFAULT, lab.process.timerGetTime(id, new long[3]));
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, null, null));
    assertEquals(-EFAULT, lab.process.timerSetTime(id, 0, new long[3], null));
    // Valid both, also where the value disarms.
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, 0, 0, SECOND}, null));
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, 0, -1, 0}, null));
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, -1, 0, 0}, null));
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, SECOND, 0, 0}, null));
  }

  @Test
  @DisplayName("timer_getoverrun01, timer_gettime01, timer_settime01")
  void settingAndReading() {
    for (int clock : CLOCKS) {
      int id = lab.create(clock);
      assertEquals(0, lab.process.timerGetOverrun(id));
      assertArrayEquals(new long[] {0, 0}, lab.get(id));
      long[] old = new long[4];
      assertEquals(0, lab.process.timerSetTime(id, 0, its(5 * SECOND, 0), old));
      assertArrayEquals(its(0, 0), old);
      lab.advance(SECOND);
      assertEquals(0, lab.process.timerSetTime(id, 0, its(3 * SECOND, 2 * SECOND), old));
      assertArrayEquals(its(4 * SECOND, 0), old);
      lab.advance(4 * SECOND);
      assertArrayEquals(new long[] {SECOND, 2 * SECOND}, lab.get(id));
      lab.setAt(id, lab.now(clock) + 3 * SECOND, 0);
      assertEquals(-1, lab.pending.poll().deliver());
      assertArrayEquals(new long[] {3 * SECOND, 0}, lab.get(id));
      lab.setAt(id, lab.now(clock) - 5 * SECOND, 0);
      lab.advance(1);
      assertEquals(0, lab.pending.poll().deliver(), "what is past fires at once");
    }
  }

  /** Overruns are counted by division: of the least interval, over all of time. */
  @Test
  @DisplayName("timer_settime03")
  void overrunsEndAtTheLargestInt() {
    int id = lab.create(CLOCK_REALTIME);
    for (long interval : new long[] {1, 2}) {
      lab.setAt(id, 1, interval);
      lab.advance(1);
      assertEquals(Integer.MAX_VALUE, lab.pending.poll().deliver());
      assertEquals(Integer.MAX_VALUE, lab.process.timerGetOverrun(id));
    }
  }

  /** The clock is set while a descriptor is set and read, again and again (CVE-2017-10661). */
  @Test
  @DisplayName("timerfd_settime02")
  void cancelOnSetWhileSetting() throws Exception {
    try (TimerDescriptor fd = new TimerDescriptor(lab.timers, ClockId.REALTIME)) {
      Thread[] settings = new Thread[2];
      Throwable[] failed = new Throwable[1];
      for (int i = 0; i < 2; i++) {
        int flags = i == 0 ? 3 : 1;
        settings[i] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int k = 0; k < 5000; k++) {
                        fd.setTime(flags, new Setting(1L << 62, 0), null);
                      }
                    });
        settings[i].setUncaughtExceptionHandler((thread, thrown) -> failed[0] = thrown);
      }
      for (int k = 0; k < 200; k++) {
        lab.setClock(lab.now(CLOCK_REALTIME) + SECOND);
      }
      for (Thread each : settings) {
        each.join();
      }
      assertEquals(null, failed[0]);
      fd.setTime(3, new Setting(1L << 62, 0), null);
      long answer = fd.tryRead();
      assertTrue(answer == TimerDescriptor.CANCELED || answer == TimerDescriptor.NOTHING);
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
      lab.setClock(lab.now(CLOCK_REALTIME) + SECOND);
      assertEquals(TimerDescriptor.CANCELED, fd.tryRead(), "and it still hears of sets");
    }
  }

  @Test
  @DisplayName("timerfd01, timerfd_create01, timerfd_gettime01, timerfd_settime01")
  void descriptors() {
    for (ClockId clock : new ClockId[] {ClockId.MONOTONIC, ClockId.REALTIME}) {
      try (TimerDescriptor fd = new TimerDescriptor(lab.timers, clock)) {
        assertEquals(new Setting(0, 0), fd.getTime());
        fd.setTime(0, new Setting(50 * MILLI, 0), null);
        lab.advance(50 * MILLI);
        assertEquals(1, fd.tryRead());
        fd.setTime(0, new Setting(50 * MILLI, 50 * MILLI), null);
        lab.advance(225 * MILLI);
        assertEquals(4, fd.tryRead());
        assertEquals(new Setting(25 * MILLI, 50 * MILLI), fd.getTime());
        lab.advance(25 * MILLI);
        assertEquals(1, fd.tryRead());
        fd.setTime(0, new Setting(0, 0), null);
        lab.advance(SECOND);
        assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
        assertThrows(
            IllegalArgumentException.class, () -> fd.setTime(-1, new Setting(1, 0), null));
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimerDescriptor(lab.timers, ClockId.MONOTONIC_RAW));
  }

  @Test
  @DisplayName("getitimer01, getitimer02, setitimer01, setitimer02")
  void intervalTimers() {
    long[] told = new long[4];
    assertEquals(0, lab.process.getITimer(told));
    assertArrayEquals(new long[4], told);
    assertEquals(0, lab.process.setITimer(new long[] {100, 7, 1, 500_000}, told));
    assertEquals(0, lab.process.getITimer(told));
    assertArrayEquals(new long[] {100, 7, 1, 500_000}, told);
    lab.advance(SECOND);
    assertEquals(0, lab.process.setITimer(new long[] {0, 100_000, 0, 100_000}, told));
    assertArrayEquals(new long[] {99, 7, 1, 500_000}, told);
    lab.advance(100 * MILLI);
    PosixTime.TimerSignal alarm = lab.pending.poll();
    assertEquals(-1, alarm.timerId());
    assertEquals(TimerLab.SIGALRM, alarm.event().signo());
    alarm.deliver();
    assertEquals(-EFAULT, lab.process.getITimer(new long[3]));
    assertEquals(-EFAULT, lab.process.setITimer(new long[3], null));
    assertEquals(-EFAULT, lab.process.setITimer(new long[] {7, 0, 0, 0}, new long[3]));
    lab.process.getITimer(told);
    assertArrayEquals(new long[] {7, 0, 0, 0}, told, "set all the same, as Linux does");
    for (int field = 0; field < 4; field++) {
      for (long bad : new long[] {-1, 1_000_000}) {
        long[] setting = {1, 0, 1, 0};
        setting[field] = bad;
        int expected = bad < 0 || field % 2 == 1 ? -EINVAL : 0;
        assertEquals(expected, lab.process.setITimer(setting, null), field + ": " + bad);
      }
    }
  }

  /** alarm(2) is setitimer in seconds: what was left is told, 0 cancels. */
  @Test
  @DisplayName("alarm02, alarm05, alarm06, alarm07")
  void alarms() {
    long[] told = new long[4];
    assertEquals(0, lab.process.setITimer(new long[] {10, 0, 0, 0}, told));
    assertEquals(0, told[0]);
    lab.advance(SECOND);
    assertEquals(0, lab.process.setITimer(new long[] {1, 0, 0, 0}, told));
    assertEquals(9, told[0]);
    lab.advance(SECOND);
    assertEquals(1, lab.pending.size());
    lab.pending.poll().deliver();
    lab.process.setITimer(new long[] {1, 0, 0, 0}, null);
    lab.process.setITimer(new long[4], null);
    lab.advance(10 * SECOND);
    assertEquals(0, lab.pending.size());
  }
}
