package org.timehands.stress.reached;

import java.util.function.LongSupplier;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.Counter;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A segment is published ahead of the counter, read around, and begins. Made by name in a world of
 * its own; gives how often a read samples the counter from then on.
 */
public final class SamplesPerRead implements LongSupplier {
  private static final long STEP = 100;
  private static final int SLOTS = 8;

  private long x = 1000;
  private long samples;

  /** For {@code World}. */
  public SamplesPerRead() {}

  @Override
  public long getAsLong() {
    LongSupplier turned =
        () -> {
          samples++;
          return x;
        };
    try {
      Counter.class.getField("simulated").set(null, turned);
    } catch (ReflectiveOperationException real) {
      throw new IllegalStateException("the processor's counter is not replaced here", real);
    }
    long address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    try {
      return counted(Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5)));
    } finally {
      Memory.free(address);
    }
  }

  private long counted(Page page) {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    Counters counters = new Counters();
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
    writer.append(next -> {});
    x += STEP / 2;
    timeline.monotonic(); // walks back
    x += STEP;
    timeline.monotonic(); // the new segment has begun, and is promised further
    timeline.monotonic();
    long before = samples;
    timeline.monotonic();
    return samples - before;
  }
}
