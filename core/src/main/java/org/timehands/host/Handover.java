package org.timehands.host;

import java.util.function.Function;
import org.timehands.clocksource.ClockSource;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.CounterChange;
import org.timehands.timeline.Counters;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * One change of the counter of a timeline that follows the host: waits until little time is
 * promised ahead, measures, appends. Not thread-safe: under the follower's lock, so that no
 * heartbeat comes between.
 */
final class Handover {
  /** What is waited for at most, should the counter stand. */
  private static final long PATIENCE_NANOS = 100_000_000;

  private static final int TRIES = 3;

  private final TimelineWriter writer;
  private final Timeline timeline;
  private final ClockSource from;
  private final Function<CounterChange, TimelineWriter.Edit> edits;
  private long standstillNanos;

  /**
   * A change.
   *
   * @param writer the timeline's writer
   * @param timeline a reader that extends
   * @param from the present counter
   * @param edits what to append for what was measured
   */
  Handover(
      TimelineWriter writer, Timeline timeline, ClockSource from,
      Function<CounterChange, TimelineWriter.Edit> edits) {
    this.writer = writer;
    this.timeline = timeline;
    this.from = from;
    this.edits = edits;
  }

  /** How long time stands still at most. */
  long standstillNanos() {
    return standstillNanos;
  }

  /** Appends the change; returns the segment's number. */
  long append(ClockSource to, CounterRate rate, long slopeErrorPpb) {
    // If the machine slept, the gap guard repairs the line first; and the promise gets young.
    timeline.sample(new Sample());
    awaitPromised();
    History history = new History(writer.page());
    for (int tries = 0; ; tries++) {
      boolean isBroken = tries >= TRIES;
      CounterChange change =
          isBroken
              ? CounterChange.measureAwayFrom(from, to, rate, slopeErrorPpb, history)
              : CounterChange.measure(from, to, rate, slopeErrorPpb, history);
      try {
        long sequence = writer.append(edits.apply(change));
        standstillNanos = change.standstillNanos();
        return sequence;
      } catch (CounterChange.StaleException stale) {
        if (isBroken) {
          throw stale;
        }
      }
    }
  }

  /**
   * What is not known of two counters grows with how far ahead the change lies, and a heartbeat
   * promises far ahead: waits until no more is left than a reader promises, one step.
   */
  private void awaitPromised() {
    Segment newest = new Segment();
    long limit = HostTimes.SYSTEM.monoNanos() + PATIENCE_NANOS;
    while (HostTimes.SYSTEM.monoNanos() < limit) {
      long promised = writer.newest(newest);
      int shift = Long.SIZE - newest.widthBits();
      long ahead =
          ((newest.startCycles + promised - from.read()) << shift) >> shift;
      if (ahead <= newest.stepCycles) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  /**
   * Waits until the newest segment's counter has come to its start, or does not come: then the
   * watchdog will see why.
   */
  static void awaitStart(Counters counters, TimelineWriter writer) {
    Segment newest = new Segment();
    writer.newest(newest);
    ClockSource to = counters.find(newest.clocksourceId);
    int shift = Long.SIZE - newest.widthBits();
    long limit = HostTimes.SYSTEM.monoNanos() + PATIENCE_NANOS;
    while (to != null
        && ((to.read() - newest.startCycles) << shift) >> shift < 0
        && HostTimes.SYSTEM.monoNanos() < limit) {
      Thread.onSpinWait();
    }
  }
}
