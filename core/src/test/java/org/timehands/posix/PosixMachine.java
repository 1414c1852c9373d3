package org.timehands.posix;

import java.util.concurrent.atomic.AtomicLong;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** Clocks, timers and the calls on them, at virtual time. */
final class PosixMachine {
  static final long SECOND = 1_000_000_000L;

  /** When it began, by its counter. */
  static final long BEGAN_NANOS = 7 * SECOND;

  final AtomicLong trueNanos = new AtomicLong(BEGAN_NANOS);

  /** What happens at each look at the counter. */
  Runnable inside = () -> {};

  private final SimulatedDevice device = new SimulatedDevice(trueNanos::get);
  final Timekeeping keeping =
      Timekeeping.begin(
          new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), this::count),
          Slope.ofFrequency(SECOND),
          TimekeepingOptions.defaults()
              .startingAt(1_767_225_600L * SECOND, 1000 * SECOND)
              .withHorizon(1, 50_000_000)
              .withSlots(64)
              .waitingBy(() -> trueNanos.addAndGet(1)));
  final Timers timers =
      Timers.byHand(keeping.clocks(), TimerOptions.defaults().withDevices(() -> device));
  boolean privileged = true;

  private long count() {
    long now = trueNanos.get();
    inside.run();
    return now;
  }

  PosixTime posix() {
    return PosixTimes.withTimers(keeping.clocks(), timers, () -> privileged);
  }

  void advance(long nanos) {
    runUntil(trueNanos.get() + nanos);
  }

  /** Lets time pass, and runs what is due on the way. */
  void runUntil(long target) {
    while (device.deadlineNanos() <= Math.max(target, trueNanos.get())) {
      trueNanos.set(Math.max(trueNanos.get(), device.deadlineNanos()));
      timers.expire();
    }
    trueNanos.set(Math.max(trueNanos.get(), target));
  }
}
