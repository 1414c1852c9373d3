package org.timehands.app.experiment;

import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A timeline of the experiment's own, in private memory: the library's real reader and writer, on
 * the counter that is handed in, starting at 0.
 */
final class PrivateTimeline implements AutoCloseable {
  private static final int SLOTS = 256;
  private static final long STEP_NANOS = 1_000_000;
  private static final PageIdentity NOBODY = new PageIdentity(0, 0, 0, 0, 0);

  private final long address;
  private final Timeline timeline;
  private final TimelineWriter writer;
  private final Slope nominal;

  PrivateTimeline(ClockSource counter, long startCycles) {
    nominal = Slope.ofFrequency(counter.frequencyHz());
    address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    Page page = Page.format(address, SLOTS, NOBODY);
    Counters counters = new Counters(counter);
    writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.startCycles = startCycles;
              first.clocksourceId = counter.id();
              first.setWidthBits(counter.widthBits());
              first.setRate(nominal);
              first.setRawRate(nominal);
              first.stepCycles = Math.max(1, counter.frequencyHz() / (1_000_000_000 / STEP_NANOS));
            });
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
  }

  /** MONOTONIC of this timeline. */
  long nanos() {
    return timeline.monotonic();
  }

  /** How often a reader was faster and the update was computed anew. */
  long retries() {
    return writer.retries();
  }

  /**
   * Changes the rate; the updater is stalled once between computing and publishing.
   *
   * @param ppt the new rate, in parts per trillion off nominal
   * @param stall what happens meanwhile
   */
  void change(long ppt, Runnable stall) {
    Slope slope = nominal.plusPpt(ppt);
    boolean[] stalled = new boolean[1];
    writer.append(
        next -> {
          next.setRate(slope);
          // A reader that goes on meanwhile wins, and the line is computed anew: not stalled again,
          // or no update would ever come to pass.
          if (!stalled[0]) {
            stalled[0] = true;
            stall.run();
          }
        });
  }

  @Override
  public void close() {
    Memory.free(address);
  }
}
