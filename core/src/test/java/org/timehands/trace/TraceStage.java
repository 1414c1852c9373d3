package org.timehands.trace;

import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** A timeline on counters that are turned by hand, for tests of traces. */
public final class TraceStage implements AutoCloseable {
  public static final long X = 256;
  public static final long STEP = 100;
  static final long GAP = 100_000;

  public final TurnedCounter x;
  final Counters counters;
  final Page page;
  public final TimelineWriter writer;
  public final Timeline timeline;
  public final Timekeeper clocks;
  final TraceClock clock;
  private final long address;

  /** A timeline on counter {@link #X}. */
  public TraceStage(int slots) {
    this(slots, new TurnedCounter(X, 1000));
  }

  /** A timeline on a counter of the test's. */
  public TraceStage(int slots, TurnedCounter first) {
    x = first;
    counters = new Counters(x);
    address = Memory.allocate(Page.totalBytes(slots), 4096);
    page = Page.format(address, slots, new PageIdentity(1, 2, 3, 4, 5));
    writer =
        TimelineWriter.begin(
            page,
            counters,
            next -> {
              next.clocksourceId = x.id();
              next.setWidthBits(x.widthBits());
              next.startCycles = x.read();
              next.monoBaseNanos = 50_000;
              next.realOffsetNanos = 1_700_000_000_000_000_000L;
              next.stepCycles = STEP;
              next.gapCycles = GAP;
            });
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
    clocks = new Timekeeper(timeline);
    clock = new TraceClock(clocks);
  }

  /** Lets a cycle pass, and a reader promise a step from there: up to cycle 1101 at first. */
  public void promise() {
    x.cycles++;
    timeline.monotonic();
  }

  /** Goes on on another counter, which begins to count for time at a cycle. */
  public long changeTo(TurnedCounter y, long startCycles, Slope slope) {
    counters.add(y);
    return writer.append(
        next -> {
          next.clocksourceId = y.id();
          next.setWidthBits(y.widthBits());
          next.startCycles = startCycles;
          next.setRate(slope);
        });
  }

  @Override
  public void close() {
    Memory.free(address);
  }
}
