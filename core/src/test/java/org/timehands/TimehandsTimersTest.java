package org.timehands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.host.HostOptions;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeout.Timeouts;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.Timers;

/** Timers and timeouts in one call, closed with their clocks. */
@Timeout(120)
class TimehandsTimersTest {
  private static final long HOUR = 3600L * 1_000_000_000L;

  @Test
  void timersOfTheHostsClock() throws InterruptedException {
    Timehands timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64));
    Timers kept;
    Timeouts wheel;
    ClockTimer late;
    try (timehands;
        Timers timers = timehands.timers()) {
      long before = timers.nanos(ClockId.MONOTONIC);
      assertEquals(0, new Sleeper(timers).sleepFor(ClockId.MONOTONIC, 1_000_000));
      assertTrue(timers.nanos(ClockId.MONOTONIC) - before >= 1_000_000);
      kept = timehands.timers();
      late = kept.timer((timer, now) -> Next.DONE);
      late.armIn(ClockId.REALTIME, HOUR);
      wheel = timehands.timeouts();
      CountDownLatch ran = new CountDownLatch(1);
      wheel.after(1_000_000, timeout -> ran.countDown());
      assertTrue(ran.await(60, TimeUnit.SECONDS));
      assertFalse(kept.isClosed() || wheel.isClosed());
    }
    assertTrue(kept.isClosed() && wheel.isClosed(), "closed with their clocks");
    assertThrows(IllegalStateException.class, () -> late.armIn(ClockId.MONOTONIC, 1));
    assertThrows(IllegalStateException.class, timehands::timers);
    assertThrows(IllegalStateException.class, timehands::timeouts);
  }

  /** A26: an absolute timer runs when the clock is set to its instant; a relative one does not. */
  @Test
  void aSetOfOnesOwnClockIsHeard() throws InterruptedException {
    try (Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
        Timers timers = timehands.timers()) {
      Timekeeping keeping = timehands.clocks().timekeeping().orElseThrow();
      CountDownLatch ran = new CountDownLatch(1);
      long then = timers.nanos(ClockId.REALTIME) + HOUR;
      timers
          .timer(
              (timer, now) -> {
                ran.countDown();
                return Next.DONE;
              })
          .arm(ClockId.REALTIME, then);
      ClockTimer relative = timers.timer((timer, now) -> Next.DONE);
      relative.armIn(ClockId.REALTIME, HOUR);
      keeping.setRealtime(then);
      assertTrue(ran.await(60, TimeUnit.SECONDS));
      assertTrue(relative.isActive());
    }
  }
}
