package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.timehands.posix.CivilTime;

/** Semantics 4.4, the Open POSIX test suite's clock_getres, clock_gettime, clock_settime. */
class OpenPosixClockTest {
  private static final long SECOND = Lab.SECOND;

  private final Lab lab = new Lab();

  @Test
  @DisplayName("clock_getres 1-1, 3-1")
  void resolutions() {
    for (int clock : new int[] {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
      long[] resolution = new long[2];
      assertEquals(0, lab.posix.clockGetRes(clock, resolution));
      assertTrue(resolution[0] * SECOND + resolution[1] <= SECOND / 50, "_POSIX_CLOCKRES_MIN");
      assertEquals(0, lab.posix.clockGetRes(clock, null));
    }
  }

  @Test
  @DisplayName("clock_getres 5-1, 6-1, 6-2")
  void resolutionOfNoClock() {
    for (int clock : new int[] {
      -1073743192, 1073743192, -1, 0x7fff_ffff, 0x8000_0000, 10, 12, 24
    }) {
      assertEquals(-EINVAL, lab.posix.clockGetRes(clock, new long[2]), "clock " + clock);
    }
  }

  @Test
  @DisplayName("clock_getres 7-1, 8-1; clock_gettime 4-1")
  void cpuClocks() {
    for (int clock : new int[] {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID}) {
      assertEquals(0, lab.posix.clockGetRes(clock, new long[2]));
      long[] before = new long[2];
      if (lab.posix.clockGetTime(clock, before) != 0) {
        continue;
      }
      long burnt = 0;
      long[] after = new long[2];
      do {
        burnt += lab.nanos(CLOCK_MONOTONIC);
        assertEquals(0, lab.posix.clockGetTime(clock, after));
      } while (after[0] == before[0] && after[1] == before[1]);
      assertTrue(burnt > 0);
      assertTrue(after[0] * SECOND + after[1] > before[0] * SECOND + before[1]);
    }
  }

  @Test
  @DisplayName("clock_gettime 1-1, 1-2")
  void valuesMove() {
    for (int clock : Lab.CLOCKS) {
      long before = lab.nanos(clock);
      lab.sleep(1);
      Lab.near(SECOND, lab.nanos(clock) - before, 1_000_000, "clock " + clock);
    }
  }

  @Test
  @DisplayName("clock_gettime 2-1")
  void realtimeCountsFromTheEpoch() {
    int[] tm = new int[CivilTime.FIELDS];
    CivilTime.gmtime(lab.nanos(CLOCK_REALTIME) / SECOND, tm);
    assertArrayEquals(new int[] {40, 1, 12, 1, 0, 126, 4, 0, 0}, tm, "2026-01-01T12:01:40");
  }

  @Test
  @DisplayName("clock_gettime 3-1")
  void monotonicIsUnspecifiedButRises() {
    Order order = new Order();
    for (int i = 0; i < 10_000; i++) {
      order.add(lab.nanos(CLOCK_MONOTONIC));
      lab.sleep(1e-9);
    }
    assertEquals("", order.fault());
  }

  @Test
  @DisplayName("clock_gettime 7-1, 8-1, 8-2")
  void timeOfNoClock() {
    for (int clock : new int[] {
      -1073743192, 1073743192, -1, 0x7fff_ffff, 0x8000_0000, 10, 12, 24
    }) {
      assertEquals(-EINVAL, lab.posix.clockGetTime(clock, new long[2]), "clock " + clock);
    }
  }

  @Test
  @DisplayName("clock_settime 1-1")
  void sets() {
    assertEquals(0, lab.setTime(1_037_128_358, 0));
    Lab.near(1_037_128_358 * SECOND, lab.nanos(CLOCK_REALTIME), 2, "set");
    lab.sleep(1);
    Lab.near(1_037_128_359 * SECOND, lab.nanos(CLOCK_REALTIME), 2, "a second later");
  }

  @Test
  @DisplayName("clock_settime 6-1, 20-1")
  void monotonicIsNotSet() {
    long before = lab.nanos(CLOCK_MONOTONIC);
    assertEquals(-EINVAL, lab.posix.clockSetTime(CLOCK_MONOTONIC, before / SECOND + 5, 0));
    assertEquals(before, lab.nanos(CLOCK_MONOTONIC));
  }

  @Test
  @DisplayName("clock_settime 17-1, 17-2")
  void noClockIsSet() {
    for (int clock : new int[] {
      -1073743192, 1073743192, -1, 0x7fff_ffff, 0x8000_0000, 10, 12, 24
    }) {
      assertEquals(-EINVAL, lab.posix.clockSetTime(clock, Lab.MIDNIGHT, 0), "clock " + clock);
    }
  }

  @Test
  @DisplayName("clock_settime 19-1")
  void badNanoseconds() {
    for (long bad : new long[] {
      Long.MIN_VALUE, Integer.MIN_VALUE, -1073743192, -1, SECOND, SECOND + 1, 1_073_743_192,
      Integer.MAX_VALUE, Long.MAX_VALUE
    }) {
      long before = lab.nanos(CLOCK_REALTIME);
      assertEquals(-EINVAL, lab.setTime(before / SECOND, bad), "nsec " + bad);
      assertEquals(before, lab.nanos(CLOCK_REALTIME));
    }
  }

  /** Two setters at once: one wins, and what is read is one of theirs, never a mixture. */
  @Test
  @DisplayName("functional/timers twopsetclock")
  void twoSetters() throws InterruptedException {
    try (Live live = new Live()) {
      for (int round = 0; round < 20; round++) {
        CountDownLatch go = new CountDownLatch(1);
        long[] seconds = {2_000_000_000L + round, 3_000_000_000L + round};
        Thread[] setters = new Thread[2];
        for (int i = 0; i < 2; i++) {
          long second = seconds[i];
          setters[i] =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        await(go);
                        live.posix.clockSetTime(CLOCK_REALTIME, second, 0);
                      });
        }
        go.countDown();
        for (Thread each : setters) {
          each.join();
        }
        long second = Lab.nanos(live.posix, CLOCK_REALTIME) / SECOND;
        assertTrue(
            Math.abs(second - seconds[0]) < 100 || Math.abs(second - seconds[1]) < 100,
            "second " + second);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
