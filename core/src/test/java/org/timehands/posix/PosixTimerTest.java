package org.timehands.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockView;
import org.timehands.timer.TimerClocks;
import org.timehands.timer.TimerDescriptor.Setting;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** The POSIX timer for programs in Java: the rules of semantics 2.9, at virtual time. */
@Timeout(60)
class PosixTimerTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(1000 * SECOND);
  private final SimulatedDevice device = new SimulatedDevice(nanos::get);
  private final Timers timers =
      Timers.byHand(
          new TimerClocks() {
            @Override
            public void read(ClockView into) {
              long now = nanos.get();
              into.set(now, now, now, now);
            }

            @Override
            public long monotonicNanos() {
              return nanos.get();
            }
          },
          TimerOptions.defaults().withDevices(() -> device));
  private final Deque<Runnable> executor = new ArrayDeque<>();
  private final List<Integer> told = new ArrayList<>();
  private final PosixTimer timer =
      new PosixTimer(
          timers, ClockId.MONOTONIC, executor::add, (which, overruns) -> told.add(overruns));

  private void advance(long by) {
    long target = nanos.get() + by;
    while (device.deadlineNanos() <= target) {
      nanos.set(Math.max(nanos.get(), device.deadlineNanos()));
      timers.expire();
    }
    nanos.set(target);
  }

  private void deliver() {
    while (!executor.isEmpty()) {
      executor.poll().run();
    }
  }

  @Test
  void aSingleExpiryIsToldOnce() {
    assertEquals(new Setting(0, 0), timer.setIn(10 * MILLI, 0));
    assertEquals(10 * MILLI, timer.remainingNanos());
    advance(10 * MILLI - 1);
    assertEquals(1, timer.remainingNanos());
    assertEquals(0, executor.size());
    advance(SECOND);
    assertEquals(1, executor.size());
    deliver();
    assertEquals(List.of(0), told);
    assertEquals(0, timer.remainingNanos());
    assertFalse(timer.cancel());
  }

  @Test
  void aSlowListenerIsToldOfOverruns() {
    timer.setIn(100 * MILLI, 100 * MILLI);
    advance(SECOND);
    assertEquals(1, executor.size(), "one at a time");
    deliver();
    assertEquals(List.of(9), told);
    assertEquals(9, timer.overruns());
    assertEquals(new Setting(100 * MILLI, 100 * MILLI), timer.setting());
    advance(100 * MILLI);
    deliver();
    assertEquals(List.of(9, 0), told);
    assertEquals(0, timer.overruns());
  }

  @Test
  void aPastInstantExpiresAtOnceAndCountsWhatWasMissed() {
    timer.setAt(nanos.get() - 5 * SECOND, SECOND);
    advance(0);
    deliver();
    assertEquals(List.of(5), told);
  }

  @Test
  void settingAndCancellingDropWhatWasNotTold() {
    timer.setIn(MILLI, 0);
    advance(MILLI);
    timer.setIn(3 * MILLI, 2 * MILLI);
    deliver();
    assertEquals(List.of(), told);
    assertEquals(new Setting(3 * MILLI, 2 * MILLI), timer.setIn(MILLI, MILLI));
    advance(MILLI);
    assertTrue(timer.cancel());
    deliver();
    assertEquals(List.of(), told);
    assertEquals(new Setting(0, 0), timer.setting());
  }

  @Test
  void theListenerMaySetAndCloseIt() {
    List<Integer> runs = new ArrayList<>();
    PosixTimer own =
        new PosixTimer(
            timers, ClockId.BOOTTIME, executor::add,
            (which, overruns) -> {
              runs.add(overruns);
              if (runs.size() == 1) {
                which.setIn(5, 0);
              } else {
                which.close();
              }
            });
    own.setIn(1, 1000);
    advance(1);
    deliver();
    advance(5);
    deliver();
    advance(SECOND);
    assertEquals(List.of(0, 0), runs);
    assertThrows(IllegalStateException.class, () -> own.setIn(1, 0));
  }

  /** Else a periodic one would wait for ever to be told of, and never expire again. */
  @Test
  void whatTheExecutorRejectsRunsAllTheSame() throws Exception {
    List<Throwable> faults =
        List.of(new RejectedExecutionException("planted"), new Error("planted"));
    for (Throwable each : faults) {
      CountDownLatch ran = new CountDownLatch(1);
      PosixTimer rejected =
          new PosixTimer(
              timers, ClockId.REALTIME,
              task -> {
                if (each instanceof RejectedExecutionException full) {
                  throw full;
                }
                throw (Error) each;
              },
              (which, overruns) -> ran.countDown());
      rejected.setIn(1, 0);
      advance(1);
      assertTrue(ran.await(20, TimeUnit.SECONDS), each.toString());
    }
  }

  @Test
  void closedAndRefused() {
    timer.setIn(MILLI, MILLI);
    advance(MILLI);
    timer.close();
    deliver();
    assertEquals(List.of(), told);
    assertEquals(0, timer.remainingNanos());
    assertEquals(0, timer.overruns());
    assertFalse(timer.cancel());
    assertThrows(IllegalStateException.class, () -> timer.setAt(1, 0));
    PosixTimer open = new PosixTimer(timers, ClockId.TAI, executor::add, (which, more) -> {});
    for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> open.setIn(bad, 0))
              .getMessage().contains("at least 1"));
      assertThrows(IllegalArgumentException.class, () -> open.setAt(bad, 0));
    }
    assertThrows(IllegalArgumentException.class, () -> open.setIn(1, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PosixTimer(timers, ClockId.MONOTONIC_RAW, executor::add, (which, more) -> {}));
    timers.close();
    assertThrows(IllegalStateException.class, () -> open.setIn(1, 0));
  }
}
