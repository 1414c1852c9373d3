package org.timehands.stress.reached;

import java.util.function.LongSupplier;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.linux.Counter;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * The processor's counter X sticks, and the timeline goes over to another, Y. Made by name in a
 * world of its own, where X is turned by hand; gives the gain of MONOTONIC between a read before Y
 * has begun and one long after.
 */
public final class StuckCounter implements LongSupplier {
  private static final long STEP = 100;
  private static final int SLOTS = 8;

  private long x = 1000;
  private long trueNanos;

  /** For {@code World}. */
  public StuckCounter() {}

  @Override
  public long getAsLong() {
    LongSupplier turned = () -> x;
    try {
      Counter.class.getField("simulated").set(null, turned);
    } catch (ReflectiveOperationException real) {
      throw new IllegalStateException("the processor's counter is not replaced here", real);
    }
    long address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    try {
      return gain(Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5)));
    } finally {
      Memory.free(address);
    }
  }

  private long gain(Page page) {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    SimulatedClockSource y =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(1_000_000_000L), () -> trueNanos);
    Counters counters = new Counters(y);
    TimelineWriter writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = arm ? ClockSource.CNTVCT : ClockSource.TSC;
              first.startCycles = x;
              first.stepCycles = STEP;
              first.gapCycles = 1_000_000;
            });
    Timeline timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
    x += STEP;
    timeline.monotonic(); // promises another STEP
    long begins = y.read() + 5_000;
    writer.append(
        next -> {
          next.clocksourceId = y.id();
          next.startCycles = begins;
        });
    x += STEP / 2;
    final long before = timeline.monotonic(); // Y has not begun: a walk back, to X
    x += 1; // and there it sticks
    trueNanos += 100_000;
    return timeline.monotonic() - before;
  }
}
