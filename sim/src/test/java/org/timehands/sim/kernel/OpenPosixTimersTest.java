package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;
import static org.timehands.sim.kernel.TimerLab.its;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.posix.PosixTime;

/** Semantics 4.4, the Open POSIX test suite: timers. Sleeps: OpenPosixSleepsTest. */
@Timeout(100)
class OpenPosixTimersTest {
  private final TimerLab lab = new TimerLab();

  @Test
  @DisplayName("timer_create 1-1, 3-1, 7-1")
  void createdDisarmedAndFires() {
    for (int clock : new int[] {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
      int id = lab.create(clock);
      lab.advance(10 * SECOND);
      assertEquals(0, lab.pending.size());
      assertArrayEquals(new long[] {0, 0}, lab.get(id));
      lab.set(id, 3 * SECOND, 0);
      lab.advance(3 * SECOND);
      assertEquals(id, lab.pending.peek().timerId());
      assertEquals(TimerLab.SIGNAL, lab.pending.poll().event());
    }
  }

  @Test
  @DisplayName("timer_create 16-1; speculative/2-1, speculative/5-1, speculative/15-1")
  void idsEventsAndLimits() {
    assertEquals(-EINVAL, lab.process.timerCreate(9999, TimerLab.SIGNAL));
    Set<Integer> ids = new HashSet<>();
    int last = 0;
    while (last >= 0) {
      last = lab.process.timerCreate(CLOCK_REALTIME, null);
      if (last >= 0) {
        assertTrue(ids.add(last), "unique");
      }
    }
    assertEquals(-EAGAIN, last);
    int one = ids.iterator().next();
    lab.set(one, SECOND, 0);
    lab.advance(SECOND);
    assertEquals(new PosixTime.Event(0, TimerLab.SIGALRM, one, 0), lab.pending.poll().event());
  }

  @Test
  @DisplayName("behavior/timers 1-1, 2-1")
  void asManyAsPosixWants() {
    for (int i = 0; i < 32; i++) {
      lab.create(CLOCK_REALTIME);
    }
  }

  @Test
  @DisplayName("timer_delete 1-1, 1-2; speculative/5-1, speculative/5-2")
  void deletedItNeverExpires() {
    int id = lab.create(CLOCK_REALTIME);
    lab.set(id, 3 * SECOND, SECOND);
    assertEquals(0, lab.process.timerDelete(id));
    lab.advance(10 * SECOND);
    assertEquals(0, lab.pending.size());
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, its(SECOND, 0), null));
    assertEquals(-EINVAL, lab.process.timerDelete(id));
    assertEquals(-EINVAL, lab.process.timerDelete(id + 100));
  }

  @Test
  @DisplayName("timer_getoverrun 1-1, 2-1, 2-2, 2-3; speculative/6-1, speculative/6-2, 6-3")
  void oneSignalIsPendingAndTheRestAreOverruns() {
    long[] resolution = new long[2];
    lab.posix.clockGetRes(CLOCK_REALTIME, resolution);
    long least = resolution[0] * SECOND + resolution[1];
    for (long interval : new long[] {SECOND, 75 * SECOND / 10, least, 2 * least}) {
      int id = lab.create(CLOCK_REALTIME);
      lab.set(id, interval, interval);
      long passed = interval < SECOND ? SECOND : 6 * interval;
      lab.advance(passed);
      assertEquals(1, lab.pending.size(), "one signal");
      long expected = passed / interval - 1;
      assertEquals(expected, lab.pending.poll().deliver(), "interval of " + interval);
      assertEquals(expected, lab.process.timerGetOverrun(id));
      lab.process.timerDelete(id);
      assertEquals(-EINVAL, lab.process.timerGetOverrun(id));
    }
  }

  @Test
  @DisplayName("timer_gettime 1-1, 1-2, 1-3, 1-4, 2-1, 2-2, 3-1; speculative/6-1, 6-2, 6-3")
  void remaining() {
    int id = lab.create(CLOCK_REALTIME);
    assertArrayEquals(new long[] {0, 0}, lab.get(id), "2-1: never set");
    lab.set(id, 10 * SECOND, 0);
    assertEquals(10 * SECOND, lab.left(id), "1-1: just set");
    lab.advance(4 * SECOND + 1);
    assertEquals(6 * SECOND - 1, lab.left(id), "1-2, 1-3");
    lab.advance(6 * SECOND);
    assertEquals(0, lab.left(id), "2-2: expired");
    lab.pending.poll().deliver();
    lab.set(id, 2 * SECOND, 5 * SECOND);
    lab.advance(2 * SECOND);
    lab.pending.poll().deliver();
    lab.advance(SECOND);
    assertArrayEquals(new long[] {4 * SECOND, 5 * SECOND}, lab.get(id), "1-4: after reload");
    lab.setAt(id, lab.now(CLOCK_REALTIME) + 7 * SECOND, 0);
    assertEquals(7 * SECOND, lab.left(id), "3-1: relative, though it was set absolute");
    assertEquals(-EINVAL, lab.process.timerGetTime(id + 1, new long[4]));
    lab.process.timerDelete(id);
    assertEquals(-EINVAL, lab.process.timerGetTime(id, new long[4]));
  }

  @Test
  @DisplayName("timer_settime 1-1, 1-2, 2-1, 6-1")
  void armsResetsAndRepeats() {
    int id = lab.create(CLOCK_MONOTONIC);
    lab.set(id, 3 * SECOND, 0);
    lab.advance(2 * SECOND);
    lab.set(id, 3 * SECOND, 0);
    lab.advance(3 * SECOND - 1);
    assertEquals(0, lab.pending.size(), "set anew, it waits anew");
    lab.advance(1);
    assertEquals(0, lab.pending.poll().deliver());
    lab.set(id, SECOND, 2 * SECOND);
    lab.advance(SECOND);
    assertEquals(0, lab.pending.poll().deliver());
    for (int i = 0; i < 3; i++) {
      lab.advance(2 * SECOND - 1);
      assertEquals(0, lab.pending.size());
      lab.advance(1);
      assertEquals(0, lab.pending.poll().deliver());
    }
  }

  @Test
  @DisplayName("timer_settime 3-1, 3-2, 3-3")
  void aValueOfZeroDisarms() {
    int id = lab.create(CLOCK_REALTIME);
    lab.set(id, 0, SECOND);
    assertArrayEquals(new long[] {0, 0}, lab.get(id), "new");
    lab.set(id, 2 * SECOND, SECOND);
    lab.set(id, 0, SECOND);
    lab.advance(10 * SECOND);
    assertEquals(0, lab.pending.size(), "armed");
    lab.set(id, SECOND, SECOND);
    lab.advance(SECOND);
    lab.set(id, 0, 0);
    assertEquals(-1, lab.pending.poll().deliver(), "blocked: the signal is dropped");
    lab.advance(10 * SECOND);
    assertEquals(0, lab.pending.size());
  }

  @Test
  @DisplayName("timer_settime 5-1, 5-2, 5-3, 9-1, 9-2")
  void absoluteAndNeverEarly() {
    for (int clock : new int[] {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
      int id = lab.create(clock);
      lab.setAt(id, lab.now(clock) + 3 * SECOND, 0);
      lab.advance(3 * SECOND - 1);
      assertEquals(0, lab.pending.size());
      lab.advance(1);
      assertEquals(0, lab.pending.poll().deliver());
      lab.setAt(id, lab.now(clock) - 3 * SECOND, 0);
      lab.advance(0);
      assertEquals(0, lab.pending.poll().deliver(), "past: at once");
      lab.setAt(id, 1, 0);
      lab.advance(0);
      assertEquals(0, lab.pending.poll().deliver());
    }
  }

  @Test
  @DisplayName("timer_settime 8-1, 8-2, 8-3, 8-4")
  void theOldSettingIsTold() {
    int id = lab.create(CLOCK_REALTIME);
    long[] old = {9, 9, 9, 9};
    lab.process.timerSetTime(id, 0, its(5 * SECOND, 0), old);
    assertArrayEquals(its(0, 0), old, "8-1: none");
    lab.advance(SECOND);
    lab.process.timerSetTime(id, 0, its(5 * SECOND, 3 * SECOND), old);
    assertArrayEquals(its(4 * SECOND, 0), old, "8-2");
    lab.process.timerSetTime(id, 0, its(0, 0), old);
    assertArrayEquals(its(5 * SECOND, 3 * SECOND), old, "8-3: as it was given");
    lab.process.timerSetTime(id, 0, its(SECOND, 0), old);
    assertArrayEquals(its(0, 0), old, "8-4: disarmed");
    lab.advance(2 * SECOND);
    lab.process.timerSetTime(id, 0, its(SECOND, 0), old);
    assertArrayEquals(its(0, 0), old, "expired");
  }

  @Test
  @DisplayName("timer_settime 13-1; speculative/12-1, speculative/12-2, speculative/12-3")
  void badSettings() {
    int id = lab.create(CLOCK_REALTIME);
    for (long bad : new long[] {
      Long.MIN_VALUE, Integer.MIN_VALUE, -1073743192, -1, SECOND, SECOND + 1, Integer.MAX_VALUE,
      Long.MAX_VALUE
    }) {
      assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, bad, 0, 0}, null));
      assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, new long[] {0, 0, 0, bad}, null));
    }
    assertEquals(-EINVAL, lab.process.timerSetTime(id + 1, 0, its(SECOND, 0), null));
    lab.process.timerDelete(id);
    assertEquals(-EINVAL, lab.process.timerSetTime(id, 0, its(SECOND, 0), null));
  }

  /** clock_settime 4-x and 5-x for timers; 3-31. */
  @Test
  @DisplayName("clock_settime 4-1, 4-2, 5-1, 5-2")
  void setsMoveAbsoluteTimersOnly() {
    long real = lab.now(CLOCK_REALTIME);
    int absolute = lab.create(CLOCK_REALTIME);
    int relative = lab.create(CLOCK_REALTIME);
    lab.setAt(absolute, real + 5 * SECOND, 0);
    lab.set(relative, 5 * SECOND, 0);
    lab.setClock(real - 4 * SECOND);
    lab.advance(5 * SECOND);
    assertEquals(relative, lab.pending.poll().timerId(), "5-1");
    assertEquals(0, lab.pending.size(), "4-1: waits for its time");
    lab.set(relative, 5 * SECOND, 0);
    lab.setClock(real + 6 * SECOND);
    lab.advance(0);
    assertEquals(absolute, lab.pending.poll().timerId(), "4-2: past now, so it fires now");
    lab.advance(5 * SECOND - MILLI);
    assertEquals(0, lab.pending.size(), "5-2");
    lab.advance(MILLI);
    assertEquals(relative, lab.pending.poll().timerId());
  }

  /** A periodic timer over a set: forward counts overruns, back waits for its time again. */
  @Test
  @DisplayName("clock_settime speculative/4-3, speculative/4-4")
  void setsAndPeriodicTimers() {
    long real = lab.now(CLOCK_REALTIME);
    int id = lab.create(CLOCK_REALTIME);
    lab.setAt(id, real + 5 * SECOND, SECOND);
    lab.setClock(real + 5 * SECOND + 3 * SECOND + MILLI);
    lab.advance(0);
    assertEquals(1, lab.pending.size());
    assertEquals(3, lab.pending.poll().deliver(), "4-3: one signal, three overruns");
    long next = real + 9 * SECOND;
    lab.setClock(real);
    lab.advance(9 * SECOND - MILLI);
    assertEquals(0, lab.pending.size(), "4-4: its next instant is as far as the clock says");
    lab.advance(2 * MILLI);
    assertTrue(lab.now(CLOCK_REALTIME) >= next);
    assertEquals(0, lab.pending.poll().deliver());
  }

  /** Two events at once from two timers; a process gets both, in the order of their arming. */
  @Test
  @DisplayName("functional/timers twoevtimers, twoptimers")
  void twoTimers() {
    int first = lab.create(CLOCK_REALTIME, new PosixTime.Event(0, 10, 1, 0));
    int second = lab.create(CLOCK_REALTIME, new PosixTime.Event(0, 12, 2, 0));
    lab.set(first, 3 * SECOND, 2 * SECOND);
    lab.set(second, 3 * SECOND, 3 * SECOND);
    lab.advance(3 * SECOND);
    assertEquals(first, lab.pending.peek().timerId());
    assertEquals(0, lab.pending.poll().deliver());
    assertEquals(second, lab.pending.peek().timerId());
    assertEquals(0, lab.pending.poll().deliver());
    int[] seen = new int[2];
    for (int i = 0; i < 6; i++) {
      lab.advance(SECOND);
      while (!lab.pending.isEmpty()) {
        PosixTime.TimerSignal signal = lab.pending.poll();
        seen[signal.timerId() == first ? 0 : 1]++;
        assertEquals(0, signal.deliver());
      }
    }
    assertArrayEquals(new int[] {3, 2}, seen);
  }

  /** The stress plan: timers made, armed and deleted until there are no more, and again. */
  @Test
  @DisplayName("stress/timers")
  void stress() {
    for (int round = 0; round < 3; round++) {
      int[] ids = new int[20_000];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = lab.create(TimerLab.CLOCKS[i % 4]);
        lab.set(ids[i], 1 + i * 7919L % 10_000, i % 2 == 0 ? 0 : 1000);
      }
      lab.advance(20_000);
      assertEquals(ids.length, lab.pending.size(), "each once");
      while (!lab.pending.isEmpty()) {
        assertTrue(lab.pending.poll().deliver() >= 0);
      }
      for (int id : ids) {
        assertEquals(0, lab.process.timerDelete(id));
      }
      lab.advance(SECOND);
      assertEquals(0, lab.pending.size());
      assertFalse(lab.timers.statistics().queued() > 0);
    }
  }
}
