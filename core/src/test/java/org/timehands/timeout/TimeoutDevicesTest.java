package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.clocksource.IntervalCounter;
import org.timehands.linux.HostClocks;
import org.timehands.timekeeping.ClockId;

/** Owners of timeouts sleep on any clock event device (3-52, 3-61, A25). */
class TimeoutDevicesTest {
  private static final long TICK = 1_000_000;
  private static final long HOUR = 3_600_000L * TICK;
  private static final long PATIENCE_SECONDS = 60;

  /** A device whose clock runs at another rate than the timeouts': to wait is to move both. */
  private static final class Skewed implements ClockEventDevice {
    private final double rate;
    private double ours = 1_000 * TICK;
    private long device = 77;
    private long deadline = NEVER;
    private int waits;

    Skewed(double ppm) {
      rate = 1 + ppm * 1e-6;
    }

    long ours() {
      return (long) ours;
    }

    @Override
    public String name() {
      return "skewed";
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.SIMULATED);
    }

    @Override
    public long nowNanos() {
      return device;
    }

    @Override
    public void program(long deadlineNanos) {
      deadline = deadlineNanos;
    }

    @Override
    public boolean await() {
      waits++;
      assertTrue(waits < 1_000, "spins");
      ours += (deadline - device) * rate;
      device = deadline;
      return true;
    }

    @Override
    public void kick() {}

    @Override
    public void close() {}
  }

  /** Tells that it is closed. */
  private static final class Told implements ClockEventDevice {
    private final Runnable closed;

    Told(Runnable closed) {
      this.closed = closed;
    }

    @Override
    public String name() {
      return "told";
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.SIMULATED);
    }

    @Override
    public long nowNanos() {
      throw new AssertionError("a thread sleeps on it");
    }

    @Override
    public void program(long deadlineNanos) {
      throw new AssertionError("a thread sleeps on it");
    }

    @Override
    public boolean await() {
      throw new AssertionError("a thread sleeps on it");
    }

    @Override
    public void kick() {}

    @Override
    public void close() {
      closed.run();
    }
  }

  private static Shard shard(Skewed device, TimeoutsOptions options) {
    IntervalCounter meter = IntervalCounter.of(device::ours);
    return new Shard(device, 0, options, device::ours, meter, device);
  }

  /** An hour by a host's clock that is off by 500 ppm would be 1.8 s late in one wait. */
  @ParameterizedTest
  @ValueSource(doubles = {-500, 0, 500, 100_000})
  void aLongWaitIsCut(double ppm) {
    Skewed device = new Skewed(ppm);
    Shard shard = shard(device, TimeoutsOptions.DEFAULT.withShards(1));
    long[] ranAt = {-1};
    SharedTimeout timeout = new SharedTimeout(shard, due -> ranAt[0] = device.ours(), 0);
    long armedAt = device.ours();
    timeout.arm(timeout.tick(), HOUR / TICK);
    long place = shard.poll();
    long planned = place;
    while (ranAt[0] < 0) {
      if (place != Shard.AWAKE) {
        shard.sleep(place);
      }
      place = shard.poll();
    }
    assertTrue(ranAt[0] - armedAt >= HOUR, "early by " + (armedAt + HOUR - ranAt[0]));
    long late = ranAt[0] - planned * TICK;
    // The last wait is a tenth of a second at most.
    assertTrue(late <= 100 * TICK * Math.abs(ppm) * 1e-6 + 2 * TICK, "late by " + late);
    assertTrue(device.waits <= 20, device.waits + " waits");
  }

  /**
   * A device stands still in a suspend, as the host's MONOTONIC does; a clock that does not may
   * have leapt: the owner looks once a second, if anything is armed.
   */
  @Test
  void onAClockThatCountsASuspendTheOwnerLooksOnceASecond() {
    Skewed device = new Skewed(0);
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT.withShards(1).withClock(ClockId.BOOTTIME);
    Shard shard = shard(device, options);
    long[] ranAt = {-1};
    SharedTimeout timeout = new SharedTimeout(shard, due -> ranAt[0] = device.device, 0);
    timeout.arm(timeout.tick(), 8 * HOUR / TICK);
    long place = shard.poll();
    shard.sleep(place);
    assertEquals(77 + 1_000 * TICK, device.device, "a second");
    device.ours += 9 * HOUR; // the machine slept
    long resumedAt = device.device;
    for (int i = 0; i < 10 && ranAt[0] < 0; i++) {
      shard.sleep(place);
      place = shard.poll();
    }
    assertTrue(ranAt[0] >= 0 && ranAt[0] - resumedAt <= 1_000 * TICK, "ran at " + ranAt[0]);
    // Nothing is armed: nobody is woken.
    for (int i = 0; i < 3; i++) {
      place = shard.poll();
    }
    assertEquals(Long.MAX_VALUE, place);
  }

  /** A device of a later shard is refused: what the earlier ones had is given back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStartThatFailsHalfwayLeavesNothing(boolean closingFails) {
    List<String> told = new ArrayList<>();
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT
            .withShards(4)
            .withDevices(
                () -> {
                  int number = told.size() + 1;
                  told.add("open " + number);
                  if (number == 3) {
                    throw new IllegalStateException("planted");
                  }
                  return new Told(() -> {
                    told.add("close " + number);
                    if (closingFails) {
                      throw new IllegalArgumentException("planted too");
                    }
                  });
                });
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class, () -> Timeouts.start(System::nanoTime, options));
    assertEquals("planted", failed.getMessage());
    assertEquals(closingFails ? 2 : 0, failed.getSuppressed().length);
    assertEquals(List.of("open 1", "open 2", "open 3", "close 1", "close 2"), told);
  }

  /** The clock fails when the third shard reads it first: that one's device is open already. */
  @Test
  void aStartWhoseClockFailsLeavesNoDevice() {
    List<Integer> closed = new ArrayList<>();
    int[] opened = {0};
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT
            .withShards(4)
            .withDevices(
                () -> {
                  int number = ++opened[0];
                  return new Told(() -> closed.add(number));
                });
    LongSupplier clock =
        () -> {
          if (opened[0] == 3) {
            throw new IllegalStateException("planted");
          }
          return TICK;
        };
    assertThrows(IllegalStateException.class, () -> Timeouts.start(clock, options));
    assertEquals(List.of(1, 2, 3), closed);
  }

  static Stream<String> devices() {
    return ClockEventDevices.names().stream();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void eachDeviceWakesItsOwner(String name) throws InterruptedException {
    TimeoutsOptions options = TimeoutsOptions.DEFAULT.withDevices(() -> open(name));
    try (Timeouts timeouts =
        Timeouts.start(() -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC), options)) {
      CountDownLatch ran = new CountDownLatch(2);
      Timeout never = timeouts.after(3_600_000 * TICK, due -> ran.countDown());
      timeouts.after(20 * TICK, due -> ran.countDown());
      timeouts.after(
          TICK, due -> timeouts.after(TICK, again -> ran.countDown()));
      assertTrue(ran.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "an owner sleeps on " + name);
      assertTrue(never.cancel());
    }
  }

  private static ClockEventDevice open(String name) {
    try {
      return ClockEventDevices.open(name);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}
