package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostClocksTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 11})
  void bothWaysReadTheSameClock(int clock) {
    assertTrue(HostClocks.supported(clock));
    for (int i = 0; i < 1000; i++) {
      long before = HostClocks.nanos(clock);
      long slow = HostClocks.indirectNanos(clock);
      long after = HostClocks.nanos(clock);
      assertTrue(before <= slow && slow <= after, before + " " + slow + " " + after);
    }
  }

  @Test
  void clocksAgreeWithTheJvm() {
    long before = System.nanoTime();
    long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    assertTrue(before <= mono && mono <= System.nanoTime());
    long millis = System.currentTimeMillis();
    long real = HostClocks.nanos(HostClocks.CLOCK_REALTIME) / 1_000_000;
    assertTrue(millis <= real && real <= System.currentTimeMillis());
  }

  @Test
  void clocksStandInTheirOrder() {
    long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    assertTrue(mono <= HostClocks.nanos(HostClocks.CLOCK_BOOTTIME));
    long coarse = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_COARSE);
    assertTrue(coarse <= HostClocks.nanos(HostClocks.CLOCK_MONOTONIC));
    assertTrue(
        HostClocks.nanos(HostClocks.CLOCK_THREAD_CPUTIME)
            <= HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 12, 15, 24, 1000, Integer.MAX_VALUE})
  void unknownClocksAreRefusedByName(int clock) {
    assertFalse(HostClocks.supported(clock));
    String message =
        assertThrows(IllegalArgumentException.class, () -> HostClocks.nanos(clock)).getMessage();
    assertTrue(message.contains("clock " + clock) && message.contains("EINVAL"), message);
    assertThrows(IllegalArgumentException.class, () -> HostClocks.resolutionNanos(clock));
  }

  @Test
  void optionalClocksEitherRunOrSayWhyNot() {
    for (int clock : new int[] {8, 9, 16, 17, 18, 19, 20, 21, 22, 23}) {
      if (HostClocks.supported(clock)) {
        assertTrue(HostClocks.nanos(clock) <= HostClocks.nanos(clock));
      } else {
        String message =
            assertThrows(IllegalArgumentException.class, () -> HostClocks.nanos(clock))
                .getMessage();
        assertTrue(message.contains(HostClocks.name(clock)), message);
      }
    }
  }

  @Test
  void resolutionsAreStated() {
    assertEquals(1, HostClocks.resolutionNanos(HostClocks.CLOCK_MONOTONIC_RAW).getAsLong());
    assertTrue(HostClocks.resolutionNanos(HostClocks.CLOCK_REALTIME_COARSE).getAsLong() > 1);
  }

  @Test
  void namesAreLinuxNames() {
    assertEquals("MONOTONIC_RAW", HostClocks.name(4));
    assertEquals("TAI", HostClocks.name(11));
    assertEquals("AUX7", HostClocks.name(23));
    assertEquals("clock 10", HostClocks.name(10));
    assertEquals("clock -1", HostClocks.name(-1));
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    assertEquals(0, crossings(HostClocks::nanos));
  }

  /** The planted bug: one answer shared by all threads. */
  @Test
  void theCrossingCheckSeesASharedAnswer() throws Exception {
    long[] shared = new long[1];
    IntToLongFunction planted =
        clock -> {
          shared[0] = HostClocks.nanos(clock);
          Thread.yield();
          return shared[0];
        };
    assertTrue(crossings(planted) > 0);
  }

  @Test
  void readingAllocatesNothing() {
    var threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertEquals(0, allocated(threads, HostClocks::nanos));
    IntToLongFunction planted =
        clock -> {
          escaped = new long[(int) HostClocks.nanos(clock) & 7];
          return escaped.length;
        };
    assertTrue(allocated(threads, planted) > 0);
  }

  /** Keeps the JIT compiler from leaving the planted allocation out. */
  private static long[] escaped;

  private static long allocated(
      com.sun.management.ThreadMXBean threads, IntToLongFunction read) {
    long sum = 0;
    long before = 0;
    for (int i = 0; i < 40_000; i++) {
      if (i == 20_000) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      sum += read.applyAsLong(HostClocks.CLOCK_MONOTONIC_RAW);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(sum != 1);
    return bytes;
  }

  /** Reads clocks of very different value in many virtual threads; counts answers of another. */
  private static long crossings(IntToLongFunction read) throws Exception {
    long realFloor = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
    long monoCeiling = realFloor / 2;
    List<Future<Long>> counts = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 16; t++) {
        int clock = t % 2 == 0 ? HostClocks.CLOCK_REALTIME : HostClocks.CLOCK_MONOTONIC;
        counts.add(
            executor.submit(
                () -> {
                  long wrong = 0;
                  for (int i = 0; i < 5_000; i++) {
                    long nanos = read.applyAsLong(clock);
                    boolean isReal = nanos > monoCeiling;
                    wrong += isReal == (clock == HostClocks.CLOCK_REALTIME) ? 0 : 1;
                  }
                  return wrong;
                }));
      }
    }
    long wrong = 0;
    for (Future<Long> count : counts) {
      wrong += count.get();
    }
    return wrong;
  }
}
