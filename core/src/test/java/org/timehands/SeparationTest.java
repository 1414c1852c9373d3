package org.timehands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.host.HostOptions;
import org.timehands.timekeeping.ClockId;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/**
 * 3-01, 3-34, 3-42: timers and timeouts share nothing but the clock. Their callbacks run on
 * different threads, and a timeout that does not return keeps no timer from running, nor the other
 * way round. How late they are beside 400 000 timeouts is measured by {@code bench timer}.
 */
@Timeout(120)
class SeparationTest {
  private static final long MILLI = 1_000_000;

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachRunsWhileTheOtherIsStuck() {
    try (Timehands timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64));
        Timers timers = Timers.start(timehands.clocks(), TimerOptions.defaults());
        Timeouts timeouts =
            Timeouts.start(timehands.clocks(), TimeoutsOptions.DEFAULT.withShards(1))) {
      AtomicReference<Thread> precise = new AtomicReference<>();
      AtomicReference<Thread> coarse = new AtomicReference<>();
      CountDownLatch letCoarseGo = new CountDownLatch(1);
      CountDownLatch coarseStuck = new CountDownLatch(1);
      timeouts.after(
          MILLI,
          timeout -> {
            coarse.set(Thread.currentThread());
            coarseStuck.countDown();
            await(letCoarseGo);
          });
      await(coarseStuck);
      CountDownLatch preciseRan = new CountDownLatch(100);
      timers
          .timer(
              (timer, now) -> {
                precise.set(Thread.currentThread());
                timer.forward(now, MILLI);
                preciseRan.countDown();
                return preciseRan.getCount() == 0 ? Next.DONE : Next.AGAIN;
              })
          .armIn(ClockId.MONOTONIC, MILLI);
      await(preciseRan);
      assertNotSame(precise.get(), coarse.get());
      assertFalse(precise.get().getName().equals(coarse.get().getName()));
      letCoarseGo.countDown();
      stuckTimer(timers, timeouts);
    }
  }

  private static void stuckTimer(Timers timers, Timeouts timeouts) {
    CountDownLatch letPreciseGo = new CountDownLatch(1);
    CountDownLatch preciseStuck = new CountDownLatch(1);
    timers
        .timer(
            (timer, now) -> {
              preciseStuck.countDown();
              await(letPreciseGo);
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, MILLI);
    await(preciseStuck);
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch coarseRan = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      timeouts.after(
          i * MILLI,
          timeout -> {
            ran.incrementAndGet();
            coarseRan.countDown();
          });
    }
    await(coarseRan);
    assertEquals(100, ran.get());
    letPreciseGo.countDown();
  }
}
