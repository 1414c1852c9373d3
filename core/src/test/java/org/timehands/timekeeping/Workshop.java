package org.timehands.timekeeping;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;

/** A timekeeping at virtual time, on a counter of 1 GHz that is exact unless told otherwise. */
final class Workshop implements Timekeeping.Listener {
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;

  /** 2026-01-01T00:00:00Z. */
  static final long MIDNIGHT = 1_767_225_600L;

  static final long MONO = 1000 * SECOND;

  final AtomicLong trueNanos = new AtomicLong(7 * SECOND);
  final SimulatedClockSource counter;
  final Timekeeping keeping;
  final Timekeeper clocks;
  final Timex timex = new Timex();
  final List<String> heard = new ArrayList<>();

  Workshop() {
    this(options -> options);
  }

  Workshop(UnaryOperator<TimekeepingOptions> change) {
    this(SimulatedClockSource.Settings.of(SECOND), change);
  }

  Workshop(SimulatedClockSource.Settings settings, UnaryOperator<TimekeepingOptions> change) {
    counter = new SimulatedClockSource(settings, trueNanos::get);
    TimekeepingOptions options =
        TimekeepingOptions.defaults()
            .startingAt(MIDNIGHT * SECOND, MONO)
            .withHorizon(10_000, 50_000_000)
            .withSlots(64)
            .waitingBy(() -> trueNanos.addAndGet(100 + SECOND / settings.frequencyHz()));
    keeping =
        Timekeeping.begin(
            counter, Slope.ofFrequency(settings.frequencyHz()), change.apply(options));
    clocks = keeping.clocks();
  }

  /** A counter of some frequency on this workshop's true time. */
  SimulatedClockSource counter(long hertz, int widthBits, long id) {
    return new SimulatedClockSource(
        SimulatedClockSource.Settings.of(hertz)
            .named("other" + id, id, 300)
            .counting(widthBits, 12_345),
        trueNanos::get);
  }

  /** Lets true time pass; nobody is told. */
  void pass(long nanos) {
    trueNanos.addAndGet(nanos);
  }

  /** Lets true time pass, and advances at least once in each period. */
  void run(long nanos, long periodNanos) {
    long end = trueNanos.get() + nanos;
    while (trueNanos.get() < end) {
      trueNanos.addAndGet(Math.min(periodNanos, end - trueNanos.get()));
      keeping.advance();
    }
  }

  int adjust(int modes) {
    timex.modes = modes;
    return keeping.adjtimex(timex, true);
  }

  int adjustStatus(int status) {
    timex.status = status;
    return adjust(Timex.ADJ_STATUS);
  }

  long mono() {
    return clocks.monotonicNanos();
  }

  long real() {
    return clocks.realtimeNanos();
  }

  @Override
  public void clockWasSet(long sequence) {
    heard.add("set " + sequence);
  }

  @Override
  public void clocksourceChanged(long sequence) {
    heard.add("changed " + sequence);
  }

  @Override
  public void resumed(long sequence) {
    heard.add("resumed " + sequence);
  }
}
