package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** What measures callbacks (3-39): good to 1 %, whatever interrupts the measuring of its rate. */
class IntervalCounterTest {
  private static final long SECOND = 1_000_000_000;

  private static SimulatedClockSource counter(long hz, LongSupplier nanos) {
    return new SimulatedClockSource(SimulatedClockSource.Settings.of(hz), nanos);
  }

  @Test
  void theRateIsGoodToOnePercentOrRefused() {
    int[] refused = {0};
    Seeds.forEach(
        IntervalCounterTest.class,
        500,
        random -> {
          long hz = random.nextLong(20_000_000, 5 * SECOND);
          AtomicLong nanos = new AtomicLong(random.nextLong(SECOND));
          // Each read takes some time, and some are interrupted for up to a millisecond.
          double rate =
              IntervalCounter.nanosPerCount(
                  counter(hz, nanos::get),
                  () -> {
                    boolean interrupted = random.nextInt(8) == 0;
                    nanos.addAndGet(random.nextLong(interrupted ? 1_000_000 : 1_500));
                    long now = nanos.get();
                    nanos.addAndGet(random.nextLong(1_500));
                    return now;
                  });
          refused[0] += rate == 0 ? 1 : 0;
          double exact = SECOND / (double) hz;
          assertTrue(rate == 0 || Math.abs(rate / exact - 1) <= 0.01, rate + " for " + exact);
        });
    assertTrue(refused[0] < 50, refused[0] + " of 500 refused");
  }

  @Test
  void aCounterThatGoesBackOrStandsStillIsRefused() {
    AtomicLong nanos = new AtomicLong(SECOND);
    AtomicLong behind = new AtomicLong(SECOND);
    SimulatedClockSource back = counter(SECOND, () -> behind.addAndGet(-10));
    assertEquals(0, IntervalCounter.nanosPerCount(back, () -> nanos.addAndGet(100)));
    SimulatedClockSource still = counter(SECOND, () -> SECOND);
    assertEquals(0, IntervalCounter.nanosPerCount(still, () -> nanos.addAndGet(100)));
  }

  @Test
  void aClockInItsPlaceIsExact() {
    AtomicLong nanos = new AtomicLong(5);
    IntervalCounter counter = IntervalCounter.of(nanos::get);
    long before = counter.read();
    nanos.addAndGet(5_000_000);
    assertEquals(5_000_000, counter.nanos(counter.read() - before));
  }

  /** Within what the JVM's clock says around it, beyond what it says inside, 5 % to spare. */
  @Test
  void theHostsAgreesWithTheClock() {
    IntervalCounter counter = IntervalCounter.ofHost();
    for (int i = 0; i < 20; i++) {
      long outer = System.nanoTime();
      long before = counter.read();
      long inner = System.nanoTime();
      long end = inner + 3_000_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      long inside = System.nanoTime() - inner;
      long took = counter.nanos(counter.read() - before);
      long around = System.nanoTime() - outer;
      assertTrue(
          took >= inside * 0.95 && took <= around * 1.05, inside + " " + took + " " + around);
    }
  }
}
