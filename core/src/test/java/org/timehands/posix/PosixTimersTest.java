package org.timehands.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Await;
import org.timehands.tick.TickMode;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerReports;
import org.timehands.timer.Timers;

/**
 * POSIX timers, interval timers and clock_nanosleep at virtual time. What is expected was read from
 * a program in C on Linux 6.18, where semantics.md 2.9 and the public suites leave it open.
 */
class PosixTimersTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;
  private static final int SIGUSR1 = 10;
  private static final PosixTime.Event SIGNAL = new PosixTime.Event(0, SIGUSR1, 42, 0);
  private static final PosixTime.Event SILENT = new PosixTime.Event(1, 0, 0, 0);

  private final PosixMachine machine = new PosixMachine();
  private final Timers timers = machine.timers;
  private final PosixTime posix = machine.posix();
  private final Deque<PosixTime.TimerSignal> pending = new ArrayDeque<>();
  private final PosixTime.Process process = posix.open(pending::add);

  private static long[] its(long value, long interval) {
    return new long[] {
      value / SECOND, value % SECOND, interval / SECOND, interval % SECOND
    };
  }

  private int set(int id, long value, long interval) {
    return process.timerSetTime(id, 0, its(value, interval), null);
  }

  private long[] get(int id) {
    long[] its = new long[4];
    assertEquals(0, process.timerGetTime(id, its));
    return its;
  }

  private long now(int clock) {
    long[] now = new long[2];
    assertEquals(0, posix.clockGetTime(clock, now));
    return now[0] * SECOND + now[1];
  }

  @Test
  void oneShot() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    assertArrayEquals(its(0, 0), get(id), "created disarmed (timer_create 3-1)");
    assertEquals(0, set(id, 10 * MILLI, 0));
    assertArrayEquals(its(10 * MILLI, 0), get(id));
    machine.advance(10 * MILLI - 1);
    assertArrayEquals(its(1, 0), get(id));
    assertEquals(0, pending.size());
    machine.advance(MILLI);
    assertEquals(1, pending.size());
    assertArrayEquals(its(0, 0), get(id));
    PosixTime.TimerSignal signal = pending.poll();
    assertEquals(id, signal.timerId());
    assertEquals(SIGNAL, signal.event());
    assertEquals(0, signal.deliver());
    assertEquals(0, process.timerGetOverrun(id));
    assertEquals(-1, signal.deliver(), "a signal is delivered once");
    machine.advance(SECOND);
    assertEquals(0, pending.size());
  }

  /** As the probe on Linux: 55 ms, then 20 ms more, at 10 ms: 6 overruns; 3-57 beside it. */
  @Test
  void periodicWhileBlocked() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    set(id, 10 * MILLI, 10 * MILLI);
    machine.advance(55 * MILLI);
    assertArrayEquals(its(5 * MILLI, 10 * MILLI), get(id));
    assertEquals(0, process.timerGetOverrun(id));
    machine.advance(20 * MILLI);
    assertArrayEquals(its(5 * MILLI, 10 * MILLI), get(id));
    assertEquals(1, pending.size(), "one signal pending only (timer_getoverrun 1-1)");
    assertEquals(6, pending.poll().deliver());
    assertEquals(6, process.timerGetOverrun(id));
    assertArrayEquals(its(5 * MILLI, 10 * MILLI), get(id));
    machine.advance(35 * MILLI);
    long[] old = new long[4];
    assertEquals(0, process.timerSetTime(id, 0, its(0, 5000), old));
    assertArrayEquals(its(10 * MILLI, 10 * MILLI), old);
    assertArrayEquals(its(0, 0), get(id), "value 0 zeroes the interval");
    assertEquals(0, process.timerGetOverrun(id));
    assertEquals(-1, pending.poll().deliver(), "the signal of the old setting is dropped");
  }

  /** Ten expiries of 100 ms while blocked: one signal, nine overruns. */
  @Test
  void nineOverruns() {
    int id = process.timerCreate(CLOCK_BOOTTIME, SIGNAL);
    set(id, 100 * MILLI, 100 * MILLI);
    machine.advance(SECOND + 50 * MILLI);
    assertEquals(1, pending.size());
    assertEquals(9, pending.poll().deliver());
    machine.advance(50 * MILLI);
    assertEquals(0, pending.poll().deliver());
  }

  /** timer_settime03: overruns are counted by division and end at INT_MAX. */
  @Test
  void overrunsEndAtTheLargestInt() {
    int id = process.timerCreate(CLOCK_REALTIME, SIGNAL);
    assertEquals(0, process.timerSetTime(id, TIMER_ABSTIME, its(1, 1), null));
    machine.advance(1);
    assertEquals(Integer.MAX_VALUE, pending.poll().deliver());
    assertEquals(Integer.MAX_VALUE, process.timerGetOverrun(id));
  }

  @Test
  void aPastInstantCountsWhatWasMissed() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    long past = now(CLOCK_MONOTONIC) - SECOND;
    process.timerSetTime(id, TIMER_ABSTIME, its(past, 10 * MILLI), null);
    machine.advance(5 * MILLI);
    assertEquals(100, pending.poll().deliver());
  }

  @Test
  void aNewSettingDropsThePendingSignal() {
    int id = process.timerCreate(CLOCK_TAI, SIGNAL);
    set(id, MILLI, 0);
    machine.advance(2 * MILLI);
    set(id, MILLI, 0);
    PosixTime.TimerSignal first = pending.poll();
    machine.advance(2 * MILLI);
    assertEquals(-1, first.deliver());
    assertEquals(0, pending.poll().deliver());
    set(id, MILLI, 0);
    machine.advance(2 * MILLI);
    assertEquals(0, process.timerDelete(id));
    assertEquals(-1, pending.poll().deliver());
    assertEquals(-EINVAL, process.timerDelete(id));
    assertEquals(-EINVAL, set(id, 1, 1));
  }

  /** SIGEV_NONE: no signal, and the time by division (3-57). */
  @Test
  void silentTimers() {
    int id = process.timerCreate(CLOCK_REALTIME, SILENT);
    set(id, 10 * MILLI, 10 * MILLI);
    machine.advance(55 * MILLI);
    assertArrayEquals(its(5 * MILLI, 10 * MILLI), get(id));
    set(id, 10 * MILLI, 0);
    assertArrayEquals(its(10 * MILLI, 0), get(id));
    machine.advance(20 * MILLI);
    assertArrayEquals(its(0, 0), get(id));
    set(id, 10 * MILLI, 0);
    set(id, 0, 0);
    assertArrayEquals(its(0, 0), get(id), "disarmed; Linux 6.18 tells what was left");
    assertEquals(0, pending.size());
    assertEquals(0, timers.statistics().expired());
  }

  /** Time passes while it is told: what goes on is never over, however short the period (3-57). */
  @Test
  void aPeriodicTimerNeverReadsZero() {
    int silent = process.timerCreate(CLOCK_MONOTONIC, SILENT);
    int loud = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    set(silent, 2, 2);
    set(loud, 2, 2);
    machine.inside = () -> machine.trueNanos.addAndGet(3);
    for (int i = 0; i < 100; i++) {
      assertTrue(get(silent)[1] > 0, "look " + i);
      machine.advance(1);
      assertTrue(get(loud)[1] > 0, "look " + i);
    }
  }

  /** clock_settime 4-1, 4-2, 5-1, 5-2 and the speculative 4-3. */
  @Test
  void absoluteTimersFollowTheClockAndRelativeOnesDoNot() {
    int absolute = process.timerCreate(CLOCK_REALTIME, SIGNAL);
    int relative = process.timerCreate(CLOCK_REALTIME, SIGNAL);
    long real = now(CLOCK_REALTIME);
    process.timerSetTime(absolute, TIMER_ABSTIME, its(real + 10 * SECOND, SECOND), null);
    set(relative, 10 * SECOND, 0);
    assertEquals(0, posix.clockSetTime(CLOCK_REALTIME, real / SECOND - 100, 0));
    machine.advance(11 * SECOND);
    assertEquals(relative, pending.poll().timerId());
    assertEquals(0, pending.size());
    assertEquals(0, posix.clockSetTime(CLOCK_REALTIME, real / SECOND + 15, 500 * MILLI));
    machine.advance(MILLI);
    assertEquals(absolute, pending.peek().timerId());
    assertEquals(5, pending.poll().deliver());
  }

  @Test
  void identifiersAndLimits() {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(process.timerCreate(CLOCK_MONOTONIC, null));
    }
    assertEquals(List.of(0, 1, 2, 3, 4), ids);
    process.timerDelete(3);
    assertEquals(5, process.timerCreate(CLOCK_MONOTONIC, null), "ids count up");
    set(2, MILLI, 0);
    machine.advance(MILLI);
    assertEquals(new PosixTime.Event(0, 14, 2, 0), pending.poll().event());
    for (int i = 5; i < TimerProcess.TIMER_MAX; i++) {
      assertTrue(process.timerCreate(CLOCK_MONOTONIC, SILENT) > 0);
    }
    assertEquals(-EAGAIN, process.timerCreate(CLOCK_MONOTONIC, SILENT));
    process.timerDelete(0);
    assertTrue(process.timerCreate(CLOCK_MONOTONIC, SILENT) > 0);
  }

  @Test
  void creationErrors() {
    int[][] clocks = {
      {4, EOPNOTSUPP}, {5, EOPNOTSUPP}, {6, EOPNOTSUPP}, {8, EOPNOTSUPP}, {9, EOPNOTSUPP},
      {16, EOPNOTSUPP}, {10, EINVAL}, {12, EINVAL}, {99, EINVAL}, {-1, EINVAL}
    };
    for (int[] clock : clocks) {
      assertEquals(-clock[1], process.timerCreate(clock[0], SIGNAL), "clock " + clock[0]);
    }
    for (int kind : new int[] {3, 5, 6, 8, -1}) {
      assertEquals(
          -EINVAL, process.timerCreate(1, new PosixTime.Event(kind, SIGUSR1, 0, 1)));
    }
    for (int signo : new int[] {0, 65, -1}) {
      assertEquals(-EINVAL, process.timerCreate(1, new PosixTime.Event(0, signo, 0, 0)));
      assertTrue(process.timerCreate(1, new PosixTime.Event(1, signo, 0, 0)) >= 0);
    }
    assertEquals(-EINVAL, process.timerCreate(1, new PosixTime.Event(4, SIGUSR1, 0, 0)));
    assertTrue(process.timerCreate(1, new PosixTime.Event(4, SIGUSR1, 0, 7)) >= 0);
    assertTrue(process.timerCreate(1, new PosixTime.Event(2, 64, 0, 0)) >= 0);
  }

  @Test
  void settingErrors() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    assertEquals(-EINVAL, process.timerSetTime(id, 0, null, null));
    assertEquals(-EFAULT, process.timerSetTime(id, 0, new long[3], null));
    assertEquals(-EFAULT, process.timerSetTime(id, 0, its(1, 1), new long[3]));
    assertEquals(-EINVAL, process.timerSetTime(9999, 0, its(1, 1), null));
    for (int field = 0; field < 4; field++) {
      for (long bad : new long[] {-1, SECOND}) {
        long[] its = new long[4];
        its[field] = bad;
        if (bad < 0 || field % 2 == 1) {
          assertEquals(-EINVAL, process.timerSetTime(id, 0, its, null), field + ": " + bad);
        }
      }
    }
    assertEquals(0, process.timerSetTime(id, 76, its(SECOND, 0), null), "flags are ignored");
    assertEquals(0, process.timerSetTime(id, 0, new long[] {Long.MAX_VALUE, 0, 0, 1}, null));
    machine.advance(SECOND);
    assertEquals(0, pending.size());
    assertEquals(-EFAULT, process.timerGetTime(id, null));
    assertEquals(-EINVAL, process.timerGetTime(9999, null));
    assertEquals(-EINVAL, process.timerGetOverrun(9999));
  }

  @Test
  void intervalTimer() {
    long[] its = new long[4];
    assertEquals(0, process.setITimer(new long[] {0, 10_000, 0, 10_000}, null));
    machine.advance(35 * MILLI);
    assertEquals(0, process.getITimer(its));
    assertArrayEquals(new long[] {0, 0, 0, 10_000}, its, "expired and not delivered");
    assertEquals(1, pending.size());
    assertEquals(-1, pending.peek().timerId());
    assertEquals(14, pending.peek().event().signo());
    assertEquals(0, pending.poll().deliver());
    process.getITimer(its);
    assertArrayEquals(new long[] {0, 5_000, 0, 10_000}, its);
    machine.advance(35 * MILLI);
    assertEquals(0, process.setITimer(new long[] {0, 0, 0, 777}, its));
    assertArrayEquals(new long[] {0, 0, 0, 10_000}, its);
    process.getITimer(its);
    assertArrayEquals(new long[4], its, "value 0 clears the interval");
    // SIGALRM is a plain signal: what is pending stays so, and there is one.
    process.setITimer(new long[] {0, 1, 0, 0}, null);
    machine.advance(MILLI);
    assertEquals(1, pending.size());
    assertEquals(0, pending.poll().deliver());
    process.setITimer(new long[] {0, 1, 0, 0}, null);
    process.getITimer(its);
    assertArrayEquals(new long[] {0, 1, 0, 0}, its, "never 0 while it runs");
    machine.advance(MILLI);
    assertEquals(1, pending.size());
    assertEquals(-EINVAL, process.setITimer(new long[] {0, 1_000_000, 0, 0}, null));
    assertEquals(-EINVAL, process.setITimer(new long[] {0, 1, -1, 0}, null));
    assertEquals(-EFAULT, process.getITimer(null));
    assertEquals(-EFAULT, process.setITimer(new long[3], null));
    assertEquals(0, process.setITimer(null, its), "as Linux: stops it");
  }

  @Test
  void sleepErrors() {
    int[][] table = {
      {0, 0, EINVAL}, {1, 0, EINVAL}, {7, 0, EINVAL}, {11, 0, EINVAL},
      {3, EINVAL, EINVAL}, {4, EOPNOTSUPP, EOPNOTSUPP}, {5, EOPNOTSUPP, EOPNOTSUPP},
      {6, EOPNOTSUPP, EOPNOTSUPP}, {8, EOPNOTSUPP, EINVAL}, {9, EOPNOTSUPP, EINVAL},
      {10, EINVAL, EINVAL}, {12, EINVAL, EINVAL}, {99, EINVAL, EINVAL}, {-1, EINVAL, EINVAL}
    };
    for (int[] row : table) {
      assertEquals(-row[1], posix.clockNanosleep(row[0], 0, 0, 0, null), "clock " + row[0]);
      assertEquals(-row[1], posix.clockNanosleep(row[0], 1, 0, 0, null), "clock " + row[0]);
      for (long bad : new long[] {-1, SECOND}) {
        assertEquals(-row[2], posix.clockNanosleep(row[0], 0, 0, bad, null));
      }
    }
    assertEquals(-EINVAL, posix.clockNanosleep(CLOCK_MONOTONIC, 0, -1, 0, null));
  }

  /** Thread.interrupt ends a sleep: EINTR, and what is left if it was relative. */
  @Test
  void interruptedSleeps() throws Exception {
    for (int flags : new int[] {0, TIMER_ABSTIME}) {
      long[] rest = {-7, -7};
      long base = flags == 0 ? 0 : now(CLOCK_MONOTONIC);
      FutureTask<Integer> sleep =
          new FutureTask<>(
              () ->
                  posix.clockNanosleep(
                      CLOCK_MONOTONIC, flags, (base + 10 * SECOND) / SECOND,
                      (base + 10 * SECOND) % SECOND, rest));
      Thread sleeper = Thread.ofPlatform().start(sleep);
      Await.until(() -> timers.statistics().queued() > 0, "the sleep has begun");
      machine.advance(4 * SECOND);
      assertFalse(sleep.isDone());
      sleeper.interrupt();
      assertEquals(-EINTR, sleep.get());
      assertArrayEquals(flags == 0 ? new long[] {6, 0} : new long[] {-7, -7}, rest);
    }
  }

  @Test
  void closingDeletesAll() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    set(id, MILLI, MILLI);
    process.setITimer(new long[] {0, 1000, 0, 1000}, null);
    machine.advance(2 * MILLI);
    assertEquals(2, pending.size());
    process.close();
    PosixTime.TimerSignal first = pending.poll();
    assertNotEquals(first.timerId(), pending.peek().timerId());
    first.deliver();
    pending.poll().deliver();
    machine.advance(SECOND);
    assertEquals(0, pending.size());
    assertEquals(-EINVAL, set(id, 1, 1));
    assertEquals(-EINVAL, process.timerCreate(CLOCK_MONOTONIC, SIGNAL));
  }

  /**
   * 3-11: no clock ids of their own for high resolution; getres says which there is just now, of
   * clocks without timers too: Linux answers for all of them by the resolution of its hrtimers.
   */
  @Test
  void theResolutionIsThatOfTheMode() {
    long[] told = new long[2];
    int[] clocks = {
      CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_MONOTONIC_RAW,
      CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM
    };
    for (TickMode mode :
        List.of(TickMode.tickless(), TickMode.periodic(250), TickMode.dynamic(100))) {
      timers.setTickMode(mode);
      for (int clock : clocks) {
        assertEquals(0, posix.clockGetRes(clock, told));
        long nanos = told[0] * SECOND + told[1];
        assertEquals(mode.isHighResolution() ? 1 : mode.tickNanos(), nanos, mode + " " + clock);
        assertEquals(0, posix.clockGetRes(clock, null));
      }
      assertEquals(0, posix.clockGetRes(CLOCK_THREAD_CPUTIME_ID, told));
      assertEquals(1, told[1]);
    }
    timers.setTickMode(TickMode.tickless());
  }

  /** 3-02, 3-09: sleep, POSIX timer and itimer end at one nanosecond, however the mode is. */
  @Test
  void allThreeAreOfOneLatencyClass() throws Exception {
    for (TickMode mode : List.of(TickMode.tickless(), TickMode.dynamic(250))) {
      timers.setTickMode(mode);
      long queued = timers.statistics().queued();
      FutureTask<Integer> sleep =
          new FutureTask<>(
              () -> posix.clockNanosleep(CLOCK_MONOTONIC, 0, 0, 10 * MILLI, new long[2]));
      Thread.ofVirtual().start(sleep);
      Await.until(() -> timers.statistics().queued() != queued, "the sleep has begun");
      int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
      assertEquals(0, set(id, 10 * MILLI, 0));
      assertEquals(0, process.setITimer(new long[] {0, 10_000, 0, 0}, null));
      long late = mode.isHighResolution() ? 0 : mode.tickNanos();
      machine.advance(10 * MILLI - 1);
      assertEquals(0, pending.size(), "none is early");
      assertEquals(queued + 3, timers.statistics().queued());
      machine.advance(1 + late);
      assertEquals(0, sleep.get());
      assertEquals(2, pending.size());
      assertEquals(queued, timers.statistics().queued());
      pending.forEach(each -> assertEquals(0, each.deliver()));
      pending.clear();
      assertEquals(0, process.timerDelete(id));
    }
    timers.setTickMode(TickMode.tickless());
  }

  /** Ids count up over the largest int, and an event that is refused uses one up. */
  @Test
  void identifiersWrap() {
    TimerProcess counting = (TimerProcess) process;
    int zero = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    counting.countFrom(Integer.MAX_VALUE - 1);
    assertEquals(Integer.MAX_VALUE - 1, process.timerCreate(CLOCK_MONOTONIC, SIGNAL));
    assertEquals(Integer.MAX_VALUE, process.timerCreate(CLOCK_MONOTONIC, SIGNAL));
    assertEquals(0, zero);
    assertEquals(1, process.timerCreate(CLOCK_MONOTONIC, SIGNAL), "the one in use is passed");
    assertEquals(-EINVAL, process.timerCreate(1, new PosixTime.Event(0, 0, 0, 0)));
    assertEquals(3, process.timerCreate(CLOCK_MONOTONIC, SIGNAL));
  }

  /** What is invalid is refused before what is not allowed. */
  @Test
  void validityComesBeforePrivilege() {
    PosixTime anybody = PosixTimes.withTimers(machine.keeping.clocks(), timers, () -> false);
    assertEquals(-EINVAL, anybody.clockSetTime(CLOCK_REALTIME, 1, SECOND));
    assertEquals(-EINVAL, anybody.clockSetTime(CLOCK_MONOTONIC, 1, 0));
    assertEquals(-EPERM, anybody.clockSetTime(CLOCK_REALTIME, 1, 0));
  }

  /** A timer at its instant that has not been looked at yet: never 0 while it is armed. */
  @Test
  void anArmedTimerNeverReadsZero() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    set(id, 10, 7);
    machine.trueNanos.addAndGet(10);
    assertArrayEquals(its(1, 7), get(id));
    machine.trueNanos.addAndGet(100);
    assertArrayEquals(its(1, 7), get(id));
    machine.advance(0);
    for (int i = 0; i < 50; i++) {
      long left = get(id)[1];
      assertTrue(left > 0 && left <= 7, "left: " + left);
      machine.trueNanos.addAndGet(1);
    }
  }

  /** No exceptions: a sink that sleeps, timers that are closed, a signal after the end. */
  @Test
  void whatCannotBeIsAnswered() {
    int[] slept = new int[1];
    PosixTime.Process other =
        posix.open(signal -> slept[0] = posix.clockNanosleep(CLOCK_MONOTONIC, 0, 1, 0, null));
    int id = other.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    other.timerSetTime(id, 0, its(MILLI, 0), null);
    process.setITimer(new long[] {0, 1000, 0, 1000}, null);
    int mine = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    set(mine, MILLI, MILLI);
    machine.advance(MILLI);
    assertEquals(-EDEADLK, slept[0]);
    assertEquals(2, pending.size());
    timers.close();
    assertEquals(-ENODEV, posix.clockNanosleep(CLOCK_MONOTONIC, 0, 1, 0, null));
    assertEquals(-ENODEV, process.setITimer(new long[] {1, 0, 0, 0}, null));
    assertEquals(-ENODEV, process.timerSetTime(id, 0, its(MILLI, 0), null));
    assertArrayEquals(its(0, 0), get(id), "disarmed");
    process.close();
    while (!pending.isEmpty()) {
      assertEquals(-1, pending.poll().deliver());
    }
  }

  /** As Linux: the old setting is written when the new one is in force. */
  @Test
  void anAddressThatIsBadIsNoticedLast() {
    int id = process.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    assertEquals(-EFAULT, process.timerSetTime(id, 0, its(SECOND, 0), new long[3]));
    assertArrayEquals(its(SECOND, 0), get(id));
  }

  /** A sink that throws has lost the signal: that is reported, and a periodic timer goes on. */
  @Test
  void whatTheSinkThrowsIsReportedAndTheTimerGoesOn() {
    List<String> reports = new ArrayList<>();
    timers.addReports(
        new TimerReports() {
          @Override
          public void failed(ClockTimer timer, Throwable thrown) {
            reports.add(thrown.getMessage());
          }
        });
    PosixTime.Process broken =
        posix.open(
            signal -> {
              pending.add(signal);
              if (pending.size() % 2 == 1) {
                throw new IllegalStateException("planted");
              }
              assertTrue(signal.deliver() >= 0);
            });
    int id = broken.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    assertEquals(0, broken.timerSetTime(id, 0, its(MILLI, MILLI), null));
    assertEquals(0, broken.setITimer(new long[] {0, 1_500, 0, 1_000}, null));
    machine.advance(10 * MILLI);
    assertEquals(19, pending.size(), "one each millisecond of each");
    assertEquals(Collections.nCopies(10, "planted"), reports);
    pending.forEach(each -> assertEquals(-1, each.deliver(), "is over"));
    assertEquals(0, broken.timerGetOverrun(id));
    pending.clear();
    int once = broken.timerCreate(CLOCK_MONOTONIC, SIGNAL);
    broken.timerDelete(id);
    broken.setITimer(null, null);
    assertEquals(0, broken.timerSetTime(once, 0, its(MILLI, 0), null));
    machine.advance(10 * MILLI);
    assertEquals(1, pending.size());
    assertEquals(11, reports.size());
    broken.close();
  }
}
