package org.timehands.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.timehands.clocksource.CalibrationException;
import org.timehands.clocksource.Calibrator;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.Counters;

/** Pages for tests on any counter of this machine. */
final class NativePage {
  private static final long WINDOW_NANOS = 20_000_000;

  private NativePage() {}

  static PageOwner own(Path directory, ClockSource counter) throws IOException {
    CounterRate slope = rateOf(counter);
    long hertz = slope.frequencyHz();
    long raw = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
    long start = counter.read();
    return PageOwner.open(
        LivePage.at(directory),
        new OwnerOptions(64, OptionalInt.empty()),
        new Counters(counter),
        first -> {
          LivePage.first().apply(first);
          first.clocksourceId = counter.id();
          first.startCycles = start;
          first.rawBaseNanos = raw;
          first.setRate(slope);
          first.setRawRate(slope);
          first.stepCycles = Math.max(1, hertz / 10_000);
          first.gapCycles = hertz / 20;
        });
  }

  private static CounterRate rateOf(ClockSource counter) throws IOException {
    if ((counter.id() & 0xFFFF) == ClockSource.NANO_TIME) {
      return Slope.ONE;
    }
    if ((counter.id() & 0xFFFF) == ClockSource.TICK) {
      return Slope.ofFrequency(counter.frequencyHz());
    }
    try {
      return new Calibrator(
              counter, () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW), 1)
          .calibrate(WINDOW_NANOS)
          .rate();
    } catch (CalibrationException unsteady) {
      throw new IOException(unsteady);
    }
  }
}
