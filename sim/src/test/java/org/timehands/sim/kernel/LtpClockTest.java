package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.posix.PosixNumbers.EINVAL;
import static org.timehands.posix.PosixNumbers.EPERM;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;

/** Semantics 4.3, LTP clock_getres, clock_gettime, clock_settime and their older kin. */
class LtpClockTest {
  private static final long SECOND = Lab.SECOND;
  private static final int[] BAD_CLOCKS = {
    -1, 10, 12, 15, 24, 32, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private final Lab lab = new Lab();

  @Test
  @DisplayName("clock_getres01")
  void getRes() {
    for (int clock = 0; clock <= CLOCK_AUX_LAST; clock++) {
      long[] resolution = {-1, -1};
      boolean known = clock <= CLOCK_TAI && clock != 10 || clock >= CLOCK_AUX;
      assertEquals(known ? 0 : -EINVAL, lab.posix.clockGetRes(clock, resolution));
      assertEquals(known ? 0 : -EINVAL, lab.posix.clockGetRes(clock, null), "NULL is allowed");
      boolean coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
      if (known) {
        assertArrayEquals(new long[] {0, coarse ? 1_000_000 : 1}, resolution, "clock " + clock);
      }
    }
    assertEquals(-EINVAL, lab.posix.clockGetRes(-1, new long[2]));
  }

  @Test
  @DisplayName("clock_gettime01")
  void getTime() {
    for (int clock : Lab.CLOCKS) {
      long[] time = {-1, -1};
      assertEquals(0, lab.posix.clockGetTime(clock, time), "clock " + clock);
      assertTrue(time[0] > 0 && time[1] >= 0 && time[1] < SECOND, "clock " + clock);
    }
    // CPU time is the host's, where the host lets it be read.
    for (int clock : new int[] {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID}) {
      int result = lab.posix.clockGetTime(clock, new long[2]);
      assertTrue(result == 0 || result == -EINVAL, "clock " + clock + ": " + result);
    }
  }

  @Test
  @DisplayName("clock_gettime02")
  void getTimeErrors() {
    for (int clock : BAD_CLOCKS) {
      assertEquals(-EINVAL, lab.posix.clockGetTime(clock, new long[2]), "clock " + clock);
      assertEquals(-EINVAL, lab.posix.clockGetTime(clock, null), "the clock is looked at first");
    }
    for (int clock : Lab.CLOCKS) {
      assertEquals(-EFAULT, lab.posix.clockGetTime(clock, null));
      assertEquals(-EFAULT, lab.posix.clockGetTime(clock, new long[1]));
    }
    assertEquals(-ENODEV, lab.posix.clockGetTime(CLOCK_AUX, new long[2]), "AUX is disabled");
  }

  /** Upstream compares system call and vDSO; here the facade and the timekeeper below it. */
  @Test
  @DisplayName("clock_gettime04")
  void successiveReadsAreClose() {
    for (int i = 0; i < 1000; i++) {
      long before = lab.node.clocks().monotonicNanos();
      long between = lab.nanos(CLOCK_MONOTONIC);
      long after = lab.node.clocks().monotonicNanos();
      assertTrue(before <= between && between <= after);
      assertTrue(after - before < 5_000_000);
      lab.sleep(1e-6);
    }
  }

  @Test
  @DisplayName("clock_settime01")
  void setTime() {
    long before = lab.nanos(CLOCK_REALTIME);
    for (long delta : new long[] {10, -10}) {
      long wanted = lab.nanos(CLOCK_REALTIME) + delta * SECOND;
      assertEquals(0, lab.setTime(wanted / SECOND, wanted % SECOND));
      Lab.near(wanted, lab.nanos(CLOCK_REALTIME), 2, "delta " + delta);
    }
    Lab.near(before, lab.nanos(CLOCK_REALTIME), 10, "there and back");
  }

  @Test
  @DisplayName("clock_settime02")
  void setTimeErrors() {
    long second = Lab.MIDNIGHT;
    PosixTime unprivileged = lab.unprivileged();
    for (long[] bad : new long[][] {{-1, 0}, {second, -1}, {second, SECOND}, {second, 1L << 62}}) {
      assertEquals(-EINVAL, lab.setTime(bad[0], bad[1]));
      assertEquals(-EINVAL, unprivileged.clockSetTime(CLOCK_REALTIME, bad[0], bad[1]));
    }
    for (int clock : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 11}) {
      assertEquals(-EINVAL, lab.posix.clockSetTime(clock, second, 0), "clock " + clock);
    }
    for (int clock : BAD_CLOCKS) {
      assertEquals(-EINVAL, lab.posix.clockSetTime(clock, second, 0), "clock " + clock);
    }
    assertEquals(-EPERM, unprivileged.clockSetTime(CLOCK_REALTIME, second, 0));
  }

  /** The clock part: no reading around an inserted second is one too early or too late. */
  @Test
  @DisplayName("leapsec01: the clock")
  void leapSecond() {
    assertEquals(0, lab.setTime(Lab.MIDNIGHT - 3, 0));
    lab.timex.maxerror = 0;
    lab.adjust(ADJ_MAXERROR);
    assertEquals(TIME_OK, lab.setStatus(STA_INS));
    long mono = lab.nanos(CLOCK_MONOTONIC);
    long real = lab.nanos(CLOCK_REALTIME);
    for (int i = 0; i < 600; i++) {
      lab.sleep(0.01);
      long passed = lab.nanos(CLOCK_MONOTONIC) - mono;
      long leap = real + passed >= Lab.MIDNIGHT * SECOND ? SECOND : 0;
      assertEquals(real + passed - leap, lab.nanos(CLOCK_REALTIME), "after " + passed);
    }
    assertEquals(TIME_WAIT, lab.readTimex());
  }

  @Test
  @DisplayName("gettimeofday01, gettimeofday02, time01")
  void realtimeIsMonotoneBetweenSets() {
    assertEquals(-EFAULT, lab.posix.clockGetTime(CLOCK_REALTIME, null));
    Order micros = new Order();
    Order seconds = new Order();
    for (int i = 0; i < 100_000; i++) {
      long nanos = lab.nanos(CLOCK_REALTIME);
      micros.add(nanos / 1000);
      seconds.add(nanos / SECOND);
      lab.sleep(1e-4);
    }
    assertEquals("", micros.fault());
    assertEquals("", seconds.fault());
  }

  @Test
  @DisplayName("settimeofday01, settimeofday02, stime01, stime02")
  void secondsAreSet() {
    long second = lab.nanos(CLOCK_REALTIME) / SECOND;
    assertEquals(0, lab.setTime(second + 100, 100_000));
    Lab.near((second + 100) * SECOND + 100_000, lab.nanos(CLOCK_REALTIME), 2, "set forward");
    assertEquals(0, lab.setTime(second - 100, 0));
    Lab.near((second - 100) * SECOND, lab.nanos(CLOCK_REALTIME), 2, "set back");
    assertEquals(-EINVAL, lab.setTime(second, -1000));
    assertEquals(-EINVAL, lab.setTime(-1, 0));
    PosixTime unprivileged = lab.unprivileged();
    assertEquals(-EPERM, unprivileged.clockSetTime(CLOCK_REALTIME, second, 0));
  }

  /** The privilege is asked at each call: who loses it cannot set any more. */
  @Test
  void thePrivilegeIsASwitch() {
    boolean[] may = {true};
    PosixTime posix = PosixTimes.over(lab.node.clocks(), () -> may[0]);
    assertEquals(0, posix.clockSetTime(CLOCK_REALTIME, Lab.MIDNIGHT, 0));
    may[0] = false;
    assertEquals(-EPERM, posix.clockSetTime(CLOCK_REALTIME, Lab.MIDNIGHT, 0));
    assertEquals(0, posix.clockGetTime(CLOCK_REALTIME, new long[2]));
  }
}
