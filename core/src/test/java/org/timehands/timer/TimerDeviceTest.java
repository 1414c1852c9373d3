package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.Timehands;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/** Owners of timeouts that precise timers wake, in every tick mode, for real (3-40, 3-52). */
class TimerDeviceTest {
  private static final long MILLI = 1_000_000;
  private static final long PATIENCE_SECONDS = 60;
  private static final int COUNT = 50;

  private final Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
  private final Timers timers = timehands.timers();

  @AfterEach
  void close() {
    timehands.close();
  }

  static Stream<TickMode> modes() {
    return TickModeConformanceTest.modes();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void timeoutsRunInEveryTickMode(TickMode mode) throws InterruptedException {
    timers.setTickMode(mode);
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT.withShards(2).withDevices(() -> new TimerDevice(timers));
    try (Timeouts timeouts = timehands.timeouts(options)) {
      CountDownLatch ran = new CountDownLatch(2 * COUNT);
      AtomicLong early = new AtomicLong();
      Timeout never = timeouts.after(3_600_000 * MILLI, due -> early.incrementAndGet());
      for (int i = 0; i < COUNT; i++) {
        long delay = i * MILLI / 3;
        long armedAt = timehands.clocks().monotonicNanos();
        timeouts.after(
            delay,
            due -> {
              early.addAndGet(timehands.clocks().monotonicNanos() - armedAt < delay ? 1 : 0);
              ran.countDown();
              // Armed when its owner is about to sleep: it is woken, or does not fall asleep.
              timeouts.after(2 * MILLI, again -> ran.countDown());
            });
      }
      assertTrue(ran.await(PATIENCE_SECONDS, TimeUnit.SECONDS), ran.getCount() + " never ran");
      assertEquals(0, early.get());
      assertEquals(List.of(never), timeouts.shutdown());
    }
  }

  /** The contract of a device: level, kick, an earlier instant, the end. */
  @Test
  void itIsADevice() throws InterruptedException {
    TimerDevice device = new TimerDevice(timers);
    device.program(device.nowNanos() - 1);
    assertTrue(device.await());
    assertTrue(device.await(), "level, not edge");
    device.program(device.nowNanos() + 3_600_000 * MILLI);
    device.kick();
    assertFalse(device.await(), "a kick before the wait ends it");
    Thread waiter = Thread.ofPlatform().start(device::await);
    device.program(device.nowNanos() + MILLI);
    waiter.join(PATIENCE_SECONDS * 1000);
    assertFalse(waiter.isAlive(), "an earlier instant was slept over");
    device.program(ClockEventDevice.NEVER);
    Thread ended = Thread.ofPlatform().start(device::await);
    device.close();
    ended.join(PATIENCE_SECONDS * 1000);
    assertFalse(ended.isAlive());
    assertFalse(device.await());
  }
}
