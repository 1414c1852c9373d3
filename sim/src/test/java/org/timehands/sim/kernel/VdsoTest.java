package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Timeline;

/**
 * Semantics 4.2, selftests/vDSO: upstream compares the system call with the vDSO; here the owner of
 * a timeline with a stranger who has only its page.
 */
@Timeout(60)
class VdsoTest {
  private static final int ROUNDS = 5000;

  private final Live live = new Live();
  private final PosixTime stranger =
      PosixTimes.over(
          new Timekeeper(
              new Timeline(
                  live.clocks.timeline().page(),
                  new Counters(live.keeper.clocksource()),
                  true,
                  GapProbe.TRUSTING)),
          () -> false);

  @AfterEach
  void close() {
    live.close();
  }

  /** What is wrong with three readings that were made one after the other. */
  private static String fault(long before, long between, long after) {
    return before <= between && between <= after ? "" : before + ", " + between + ", " + after;
  }

  @Test
  @DisplayName("vdso_test_correctness")
  void ownerStrangerOwner() {
    for (int clock : Lab.CLOCKS) {
      for (int i = 0; i < ROUNDS; i++) {
        long before = Lab.nanos(live.posix, clock);
        long between = Lab.nanos(stranger, clock);
        assertEquals("", fault(before, between, Lab.nanos(live.posix, clock)), "clock " + clock);
      }
    }
  }

  @Test
  @DisplayName("vdso_test_correctness: bad ids alike")
  void badIdsAlike() {
    for (int clock : new int[] {-1, 10, 12, 15, 24, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(-EINVAL, live.posix.clockGetTime(clock, new long[2]));
      assertEquals(-EINVAL, stranger.clockGetTime(clock, new long[2]));
    }
  }

  @Test
  @DisplayName("vdso_test_clock_getres, vdso_test_abi, vdso_test_gettimeofday")
  void resolutionsAreTheSame() {
    for (int clock : Lab.CLOCKS) {
      long[] own = new long[2];
      long[] strange = new long[2];
      assertEquals(0, live.posix.clockGetRes(clock, own));
      assertEquals(0, stranger.clockGetRes(clock, strange));
      assertArrayEquals(own, strange);
      long[] time = new long[2];
      assertEquals(0, stranger.clockGetTime(clock, time));
      assertTrue(time[0] >= 0 && time[1] >= 0);
    }
  }

  /** Who has only the page may not set it. */
  @Test
  void aStrangerSetsNothing() {
    assertEquals(-EINVAL, stranger.clockSetTime(CLOCK_REALTIME, -1, 0));
    assertEquals(-EPERM, stranger.clockSetTime(CLOCK_REALTIME, Lab.MIDNIGHT, 0));
    assertEquals(-EOPNOTSUPP, stranger.clockAdjTime(CLOCK_REALTIME, new long[21]));
  }

  @Test
  void aFaultIsSeen() {
    assertTrue(!fault(5, 4, 6).isEmpty());
    assertTrue(!fault(5, 7, 6).isEmpty());
    assertEquals("", fault(5, 5, 5));
  }
}
