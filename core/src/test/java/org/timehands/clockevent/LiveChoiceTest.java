package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.linux.NativeAccess;

/** The default device of this machine chooses, and loses nothing on the way (3-61). */
@Timeout(120)
class LiveChoiceTest {
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int DEVICES = 25;

  private static void choose(ClockEventDevice device) {
    while (device.choice().isEmpty()) {
      long deadline = device.nowNanos() + 300_000;
      device.program(deadline);
      while (!device.await()) {
        assertTrue(device.nowNanos() > 0);
      }
      assertTrue(device.nowNanos() >= deadline, "woke early");
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void itChoosesAndLeavesNoDescriptor() throws IOException {
    assumeTrue(NativeAccess.available(), NativeAccess.whyNot());
    long before = descriptors();
    for (int i = 0; i < DEVICES; i++) {
      try (ClockEventDevice device = ClockEventDevices.best()) {
        if (i % 5 == 0) {
          choose(device);
          DeviceChoice choice = device.choice().orElseThrow();
          assertEquals(ClockEventDevices.names(), choice.names());
          assertEquals("chosen of 3: " + choice.name() + "+lead", device.name());
        }
      }
    }
    // Three a device, were they left open; some may be somebody else's.
    assertTrue(descriptors() - before < DEVICES, descriptors() + " after " + before);
  }

  /**
   * A waiter tells that it begins, waits for a moment, which moves the choice on, and then for an
   * hour, unless it was kicked. The kick comes at any time from the beginning on.
   */
  @Test
  void noKickIsLost() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < DEVICES; i++) {
      try (ClockEventDevice device = ClockEventDevices.best()) {
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        Thread waiter = Thread.ofPlatform().daemon().start(() -> waits(device, begun, done));
        int rounds = 3 * ChosenDevice.WAITS_EACH + 30;
        for (int round = 1; round <= rounds; round++) {
          while (begun.get() < round) {
            assertTrue(waiter.isAlive(), "the waiter slept for an hour, or failed");
            assertFalse(Thread.interrupted(), "a kick was lost in round " + round);
            Thread.onSpinWait();
          }
          for (int spins = random.nextInt(20_000); spins > 0; spins--) {
            Thread.onSpinWait();
          }
          device.kick();
        }
        done.set(true);
        device.kick();
        waiter.join();
      }
    }
  }

  private static void waits(ClockEventDevice device, AtomicInteger begun, AtomicBoolean done) {
    while (!done.get()) {
      begun.incrementAndGet();
      device.program(device.nowNanos() + 300_000);
      if (device.await()) {
        device.program(device.nowNanos() + HOUR_NANOS);
        assertFalse(device.await());
      }
    }
  }
}
