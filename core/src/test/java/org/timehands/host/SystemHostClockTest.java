package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;

/** Samples of this host's clock by a thread that is stopped between two of its clocks. */
class SystemHostClockTest {
  /** Reads of the counter in one take: two clocks of eight brackets, two of two, and around it. */
  private static final int TAKE_READS = 42;

  /** Reads of the counter until MONOTONIC is done. */
  private static final int FIRST_CLOCK_READS = 17;

  private int reads;
  private int stops;

  /** The host's own clock as a counter that stops its reader for 50 ms between two clocks. */
  private long read() {
    if (reads++ % TAKE_READS == FIRST_CLOCK_READS && stops-- > 0) {
      try {
        new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  private HostSample sample(HostClock clock, int stopsToCome) {
    HostSample sample = new HostSample();
    reads = 0;
    stops = stopsToCome;
    clock.sample(sample);
    return sample;
  }

  @Test
  void stopBetweenTheClocksIsNoStepOfTheHost() {
    ClockSource counter =
        (ClockSource)
            Proxy.newProxyInstance(
                ClockSource.class.getClassLoader(),
                new Class<?>[] {ClockSource.class},
                (proxy, method, arguments) -> read());
    // 900 ppm off: a stop of 50 ms looks like a step of 45 us.
    HostClock clock = new SystemHostClock(counter, Slope.ONE.plusPpt(-900_000_000));
    HostSample calm = sample(clock, 0);
    HostSample retaken = sample(clock, 1);
    assertTrue(retaken.realOffsetHalfNanos() < 20_000, "the stopped take was not thrown away");
    HostSample stopped = sample(clock, Integer.MAX_VALUE);
    long change = Math.abs(stopped.realOffsetNanos() - calm.realOffsetNanos());
    assertTrue(change > 20_000, "the test shows nothing: no stop, change " + change);
    assertTrue(
        change <= stopped.realOffsetHalfNanos() + calm.realOffsetHalfNanos(),
        "step of " + change + " ns, open were " + stopped.realOffsetHalfNanos());
  }
}
