package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Semantics 4.4, the Open POSIX test suite: nanosleep, clock_nanosleep; 3-32, 3-33. */
@Timeout(100)
class OpenPosixSleepsTest {
  private final TimerLab lab = new TimerLab();

  @Test
  @DisplayName("clock_nanosleep 1-1, 2-1; nanosleep 1-1, 1-2, 1-3, 2-1, 5-1")
  void durations() throws Exception {
    for (long nanos : new long[] {1, 2, 10, 1000, 10_000, MILLI, SECOND / 2, 3 * SECOND + 1}) {
      for (int flags = 0; flags < 2; flags++) {
        long begin = lab.now(CLOCK_MONOTONIC);
        TimerLab.Sleep sleep =
            lab.sleep(CLOCK_MONOTONIC, flags, flags == 0 ? nanos : begin + nanos);
        assertFalse(sleep.isOver());
        lab.advance(nanos);
        assertEquals(0, sleep.result());
        assertEquals(begin + nanos, lab.now(CLOCK_MONOTONIC));
      }
    }
  }

  @Test
  @DisplayName("clock_nanosleep 3-1")
  void whatIsPastReturnsAtOnce() {
    for (int clock : TimerLab.CLOCKS) {
      for (long before : new long[] {0, 1, 10 * SECOND}) {
        long past = lab.now(clock) - before;
        assertEquals(
            0,
            lab.posix.clockNanosleep(
                clock, TIMER_ABSTIME, past / SECOND, past % SECOND, null));
      }
      assertEquals(0, lab.posix.clockNanosleep(clock, 0, 0, 0, null));
    }
  }

  /** A timer that was armed before a sleep of the same length ends it with its signal. */
  @Test
  @DisplayName("clock_nanosleep 1-3, 2-2, 10-1; nanosleep 3-1, 7-1: by a timer's signal")
  void aTimerOfTheSameLengthComesFirst() throws Exception {
    for (int flags = 0; flags < 2; flags++) {
      int id = lab.create(CLOCK_MONOTONIC);
      long end = lab.now(CLOCK_MONOTONIC) + SECOND;
      lab.setAt(id, end, 0);
      TimerLab.Sleep sleep = lab.sleep(CLOCK_MONOTONIC, flags, flags == 0 ? SECOND : end);
      lab.signalled = sleep.thread;
      lab.advance(SECOND);
      assertEquals(-EINTR, sleep.result(), "flags " + flags);
      assertArrayEquals(flags == 0 ? new long[] {0, 1} : new long[] {-7, -7}, sleep.rest);
      lab.pending.clear();
      lab.signalled = null;
    }
  }

  /** The other way round the sleep is over when the signal comes. */
  @Test
  @DisplayName("nanosleep: a timer armed after a sleep of the same length")
  void aTimerBehindTheSleepDoesNotEndIt() throws Exception {
    TimerLab.Sleep sleep = lab.sleep(CLOCK_MONOTONIC, 0, SECOND);
    int id = lab.create(CLOCK_MONOTONIC);
    lab.set(id, SECOND, 0);
    lab.signalled = sleep.thread;
    lab.advance(SECOND);
    assertEquals(0, sleep.result());
    assertEquals(1, lab.pending.size());
  }

  @Test
  @DisplayName("clock_nanosleep 2-2, 9-1, 10-1; nanosleep 3-1, 7-1, 7-2: interrupted")
  void interruptedItTellsTheRest() throws Exception {
    for (int clock : TimerLab.CLOCKS) {
      TimerLab.Sleep sleep = lab.sleep(clock, 0, 30 * SECOND);
      lab.advance(3 * SECOND + 7);
      sleep.thread.interrupt();
      assertEquals(-EINTR, sleep.result());
      assertArrayEquals(new long[] {26, SECOND - 7}, sleep.rest);
      long until = lab.now(clock) + 30 * SECOND;
      TimerLab.Sleep absolute = lab.sleep(clock, TIMER_ABSTIME, until);
      absolute.thread.interrupt();
      assertEquals(-EINTR, absolute.result());
      assertArrayEquals(new long[] {-7, -7}, absolute.rest, "an absolute one leaves it alone");
    }
  }

  /** Who goes on with the rest sleeps as long as was asked in all. */
  @Test
  @DisplayName("nanosleep 3-2: interrupted and continued")
  void continuedItLastsAsLongAsAsked() throws Exception {
    long begin = lab.now(CLOCK_MONOTONIC);
    long left = 10 * SECOND;
    for (int i = 0; i < 4; i++) {
      TimerLab.Sleep sleep = lab.sleep(CLOCK_MONOTONIC, 0, left);
      lab.advance(2 * SECOND);
      sleep.thread.interrupt();
      assertEquals(-EINTR, sleep.result());
      left = sleep.rest[0] * SECOND + sleep.rest[1];
    }
    TimerLab.Sleep last = lab.sleep(CLOCK_MONOTONIC, 0, left);
    lab.advance(left);
    assertEquals(0, last.result());
    assertEquals(10 * SECOND, lab.now(CLOCK_MONOTONIC) - begin);
  }

  /** Nobody is early: who was interrupted when all was over, and nothing else went on, slept. */
  @Test
  @DisplayName("semantics 2.9: a rest of 0 or less is success")
  void interruptedAfterTheEndItHasSlept() throws Exception {
    TimerLab.Sleep sleep = lab.sleep(CLOCK_MONOTONIC, 0, SECOND);
    lab.trueNanos.addAndGet(2 * SECOND);
    sleep.thread.interrupt();
    assertEquals(0, sleep.result());
    assertArrayEquals(new long[] {-7, -7}, sleep.rest);
  }

  @Test
  @DisplayName("clock_nanosleep 11-1, 13-1; nanosleep 5-2, 6-1, 10000-1")
  void validAndInvalid() throws Exception {
    for (long bad : new long[] {
      Long.MIN_VALUE, Integer.MIN_VALUE, -1_000_000_001, -1, SECOND, SECOND + 1,
      Integer.MAX_VALUE, Long.MAX_VALUE
    }) {
      assertEquals(-EINVAL, lab.posix.clockNanosleep(CLOCK_REALTIME, 0, 0, bad, null));
      assertEquals(-EINVAL, lab.posix.clockNanosleep(CLOCK_REALTIME, 1, 0, bad, null));
    }
    for (long bad : new long[] {-1, Long.MIN_VALUE}) {
      assertEquals(-EINVAL, lab.posix.clockNanosleep(CLOCK_REALTIME, 0, bad, 0, null));
    }
    for (int clock : new int[] {-1, 10, 12, 24, 9999, Integer.MAX_VALUE}) {
      assertEquals(-EINVAL, lab.posix.clockNanosleep(clock, 0, 1, 0, null));
    }
    TimerLab.Sleep longest = lab.sleep(CLOCK_MONOTONIC, 0, Long.MAX_VALUE);
    lab.advance(1000 * SECOND);
    assertFalse(longest.isOver());
    longest.thread.interrupt();
    assertEquals(-EINTR, longest.result());
    assertTrue(longest.rest[0] > 1_000_000);
  }

  /** Absolute sleeps follow their clock, relative ones do not (3-31). */
  @Test
  @DisplayName("clock_settime 7-1, 7-2, 8-1")
  void setsMoveAbsoluteSleepsOnly() throws Exception {
    long real = lab.now(CLOCK_REALTIME);
    TimerLab.Sleep absolute = lab.sleep(CLOCK_REALTIME, TIMER_ABSTIME, real + 5 * SECOND);
    TimerLab.Sleep relative = lab.sleep(CLOCK_REALTIME, 0, 5 * SECOND);
    lab.setClock(real - 4 * SECOND);
    lab.advance(5 * SECOND);
    assertEquals(0, relative.result(), "8-1");
    assertFalse(absolute.isOver(), "7-1");
    lab.setClock(real + 6 * SECOND);
    lab.advance(0);
    assertEquals(0, absolute.result(), "7-2");
  }

  /** 3-33: 20 s asleep, the wall clock set back by 20 s meanwhile. */
  @Test
  @DisplayName("the 20 s anomaly")
  void theTwentySecondAnomaly() throws Exception {
    long mono = lab.now(CLOCK_MONOTONIC);
    long real = lab.now(CLOCK_REALTIME);
    TimerLab.Sleep sleep = lab.sleep(CLOCK_REALTIME, 0, 20 * SECOND);
    lab.advance(10 * SECOND);
    lab.setClock(lab.now(CLOCK_REALTIME) - 20 * SECOND);
    lab.advance(10 * SECOND);
    assertEquals(0, sleep.result());
    assertTrue(lab.now(CLOCK_MONOTONIC) - mono >= 20 * SECOND);
    Lab.near(real, lab.now(CLOCK_REALTIME), MILLI, "t2 - t1");
  }
}
