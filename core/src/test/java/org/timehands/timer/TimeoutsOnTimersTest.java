package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.testing.Seeds;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.TimerCallback.Next;

/**
 * 3-52: the coarse layer programs the next event of the precise one: timeouts without a thread of
 * their own, run by one precise timer that is armed for whatever they say is their next event.
 */
class TimeoutsOnTimersTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final VirtualTimers virtual = new VirtualTimers();
  private Timeouts timeouts = ticking(MILLI);
  private final ClockTimer driver =
      virtual.timers.timer(
          (timer, now) -> {
            program();
            return Next.DONE;
          });

  private Timeouts ticking(long tickNanos) {
    return Timeouts.byHand(
        () -> virtual.nanos(ClockId.MONOTONIC),
        TimeoutsOptions.DEFAULT.withShards(1).withTickNanos(tickNanos));
  }

  /** The wheel's own ticks: a divisor of the beat, the beat itself, and neither. */
  private static final long[] TICKS = {100_000, MILLI, 999_983, 3_333_333, 4 * MILLI, 10 * MILLI};

  static Stream<TickMode> modes() {
    return TickModeConformanceTest.modes();
  }

  private void program() {
    long next = timeouts.poll();
    while (next == Long.MIN_VALUE) {
      next = timeouts.poll();
    }
    if (next == Long.MAX_VALUE) {
      driver.tryCancel();
    } else {
      driver.arm(ClockId.MONOTONIC, next);
    }
  }

  @Test
  void timeoutsRunByOnePreciseTimer() {
    Seeds.forEach(
        TimeoutsOnTimersTest.class,
        20,
        random -> {
          int[] ran = new int[1];
          int count = 200;
          for (int i = 0; i < count; i++) {
            long delay = random.nextLong(20 * SECOND);
            long armedAt = virtual.nanos(ClockId.MONOTONIC);
            timeouts.after(
                delay,
                timeout -> {
                  ran[0]++;
                  long late = virtual.nanos(ClockId.MONOTONIC) - armedAt - delay;
                  assertTrue(late >= 0, "early by " + -late);
                  assertTrue(late <= delay * 8 / 63 + 4 * MILLI, delay + " late by " + late);
                });
            program();
            virtual.advance(random.nextLong(50 * MILLI));
          }
          virtual.advance(30 * SECOND);
          assertEquals(count, ran[0]);
          assertEquals(0, timeouts.stats().failed(), "an assertion in a callback");
        });
    assertEquals(Long.MAX_VALUE, virtual.device.deadlineNanos(), "nothing armed, nothing to wake");
    long wakeups = virtual.timers.statistics().wakeups();
    virtual.advance(3600 * SECOND);
    assertEquals(wakeups, virtual.timers.statistics().wakeups());
  }

  /**
   * On every tick mode, whether the wheel's tick divides the beat or not: never early, and late by
   * what is the wheel's and one tick of the beat; where the beat may stop, nothing armed wakes
   * nobody (3-40, 3-48).
   */
  @ParameterizedTest
  @MethodSource("modes")
  void timeoutsKeepTheirPromisesInEveryTickMode(TickMode mode) {
    SplittableRandom random = new SplittableRandom(7);
    virtual.timers.setTickMode(mode);
    long beat = mode.isHighResolution() ? 0 : mode.tickNanos();
    for (long tick : TICKS) {
      timeouts = ticking(tick);
      int[] ran = new int[1];
      int count = 300;
      int cancelled = 0;
      for (int i = 0; i < count; i++) {
        long delay = random.nextLong(i % 3 == 0 ? 20 * SECOND : 200 * MILLI);
        long armedAt = virtual.nanos(ClockId.MONOTONIC);
        Timeout made =
            timeouts.after(
                delay,
                timeout -> {
                  ran[0]++;
                  long late = virtual.nanos(ClockId.MONOTONIC) - armedAt - delay;
                  assertTrue(late >= 0, "early by " + -late);
                  // An owner that is woken at ticks only is as late as one, before it counts.
                  long most = (delay + beat) * 8 / 63 + 5 * tick + 2 * beat;
                  assertTrue(late <= most, delay + " late by " + late + ", tick " + tick);
                });
        program();
        virtual.advance(random.nextLong(20 * MILLI));
        cancelled += i % 5 == 0 && made.cancel() ? 1 : 0;
      }
      virtual.advance(30 * SECOND);
      assertEquals(count - cancelled, ran[0], mode + ", tick " + tick);
      assertEquals(0, timeouts.stats().failed(), "an assertion in a callback");
    }
    long wakeups = virtual.timers.statistics().wakeups();
    virtual.advance(3600 * SECOND);
    if (mode.kind() != TickMode.Kind.PERIODIC) {
      assertEquals(wakeups, virtual.timers.statistics().wakeups(), "nothing armed");
    }
  }

  /** A precise timer beside the driver is as precise as ever. */
  @Test
  void preciseTimersBesideThemAreOnTime() {
    long[] at = new long[1];
    for (int i = 0; i < 1_000; i++) {
      timeouts.after(i * MILLI, timeout -> {});
    }
    program();
    long expiry = virtual.nanos(ClockId.MONOTONIC) + 500 * MILLI + 123_457;
    virtual.timers
        .timer(
            (timer, now) -> {
              at[0] = now;
              return Next.DONE;
            })
        .arm(ClockId.MONOTONIC, expiry);
    virtual.advance(2 * SECOND);
    assertEquals(expiry, at[0]);
  }
}
