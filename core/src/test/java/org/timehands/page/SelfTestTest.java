package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;
import org.timehands.timeline.Segment;

/** The calibration self-test passes counters that are right, however coarse, and no others. */
class SelfTestTest {
  private static Segment line(Slope slope) {
    Segment line = new Segment();
    line.setRawRate(slope);
    return line;
  }

  /** The host's clock in cycles of so many nanoseconds, so many at a time. */
  private static ClockSource counter(long cycleNanos, long stepCycles) {
    return new CoarseHostCounter(
        () -> {
          long raw = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW) / cycleNanos;
          return raw - raw % stepCycles;
        });
  }

  @Test
  void coarseCountersPass() throws PageRefusedException {
    for (int i = 0; i < 50; i++) {
      SelfTest.check(line(Slope.ONE), counter(1, 1));
      SelfTest.check(line(Slope.ONE), counter(1, 1000));
      SelfTest.check(line(Slope.of(40, 1)), counter(40, 1));
      SelfTest.check(line(Slope.of(16, 1)), counter(16, 63));
    }
  }

  @Test
  void otherRatesDoNot() {
    refused(Slope.ONE.plusPpt(20_000_000_000L), counter(1, 1));
    refused(Slope.ONE.plusPpt(-20_000_000_000L), counter(1, 1));
    refused(Slope.of(2, 1), counter(1, 1000));
    refused(new Slope(0, 1), counter(1, 1));
    refused(new Slope(Slope.WHOLE_LIMIT - 1, 0), counter(1, 1));
  }

  private static void refused(Slope slope, ClockSource counter) {
    PageRefusedException refused =
        assertThrows(
            PageRefusedException.class, () -> SelfTest.check(line(slope), counter));
    assertEquals(PageRefusedException.Reason.SLOPE, refused.reason());
  }
}
