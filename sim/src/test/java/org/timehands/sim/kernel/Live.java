package org.timehands.sim.kernel;

import static org.timehands.posix.PosixNumbers.CLOCK_REALTIME;

import java.util.List;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;

/** A timekeeper of our own on a real counter, with a thread that tells it the seconds. */
final class Live implements AutoCloseable {
  /** Short, so that setters return soon. */
  private static final long STEP_NANOS = 100_000;

  /** Every counter of this machine that may drive time. */
  static final List<Candidate> COUNTERS =
      ClockSources.probe().stream().filter(Candidate::admitted).toList();

  final Timekeeping keeper;
  final Timekeeper clocks;
  final PosixTime posix;
  private final Thread driver;
  private volatile boolean done;

  Live() {
    this(ClockSources.choose(COUNTERS));
  }

  /** One whose time runs faster than this machine's, so that seconds pass soon. */
  static Live hasty(int times) {
    SimulatedClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(Lab.SECOND), () -> times * System.nanoTime());
    return new Live(Candidate.of(counter, "hasty"));
  }

  private Live(Candidate best) {
    keeper =
        Timekeeping.begin(
            best.source(),
            best.rate(),
            TimekeepingOptions.defaults()
                .startingAt(Lab.MIDNIGHT * Lab.SECOND, 0)
                .withHorizon(STEP_NANOS, 1000 * Lab.SECOND));
    clocks = keeper.clocks();
    posix = PosixTimes.over(clocks);
    driver = Thread.ofPlatform().daemon().start(this::drive);
  }

  private void drive() {
    while (!done) {
      keeper.advance();
      try {
        Thread.sleep(1);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  long realtime() {
    return Lab.nanos(posix, CLOCK_REALTIME);
  }

  @Override
  public void close() {
    done = true;
    driver.interrupt();
    try {
      driver.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    keeper.close();
  }
}
