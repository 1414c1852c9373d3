package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * Publishes the segments of one timeline, and knows the newest one. Guarded by its owner's lock;
 * waits for nobody but in {@link #await}.
 */
final class Press {
  /** A change promises so far ahead, that its own read of the clock moves no horizon further. */
  private static final long LEAD_NANOS = 2_000;

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final TimelineWriter writer;
  private final Timeline timeline;
  private final TimekeepingOptions options;
  private final Segment newest = new Segment();
  private final Sample sample = new Sample();
  private ClockSource counter;
  private HostTimes host;
  private HostWatch watch;
  private long promised;

  /** What is appended just now; kept here so that no edit has to be allocated. */
  private TimelineWriter.Edit watched;

  private final TimelineWriter.Edit noting = this::editNoting;

  /** The cycle at which the last operation arrived, if nobody had promised as much. */
  private long nowCycles = UNKNOWN;

  Press(TimelineWriter writer, Timeline timeline, TimekeepingOptions options) {
    this.writer = writer;
    this.timeline = timeline;
    this.options = options;
  }

  /** The newest segment, as of the last look; changes with each. */
  Segment newest() {
    return newest;
  }

  /** Looks what the newest segment is. */
  void look() {
    promised = writer.newest(newest);
  }

  /** Says which counter the newest segment is on. */
  void on(ClockSource of) {
    counter = of;
  }

  /** Compares each segment from now on with the host's clocks. */
  void compareWith(HostTimes with) {
    host = with;
    watch = new HostWatch(with);
  }

  /** The host's clocks, if segments are compared with them; else null. */
  HostTimes host() {
    return host;
  }

  /** Appends a segment, and looks at it. */
  long append(TimelineWriter.Edit edit) {
    long sequence;
    if (watch == null) {
      sequence = writer.append(edit);
    } else {
      watch.look(counter);
      watched = edit;
      sequence = writer.append(noting);
      watch.noted();
    }
    look();
    return sequence;
  }

  private void editNoting(Segment next) {
    watch.note(next, newest);
    watched.apply(next);
  }

  /** Waits until a segment is in force. */
  void await(long sequence) {
    writer.awaitCommit(sequence, options.whileWaiting());
  }

  /** Promises the line up to a cycle of the newest segment that is past, so that it ends there. */
  void promiseUntil(long cycles) {
    writer.promiseUntil(newest.sequence, cycles);
  }

  /** Promises a little more than until the operation arrived, so that what follows begins there. */
  void promiseALittle(Slope rawSlope) {
    if (nowCycles != UNKNOWN) {
      long lead = Math.max(1, Beginning.cyclesOf(LEAD_NANOS, rawSlope));
      long since = nowCycles - newest.startCycles;
      promiseUntil(since + Math.min(newest.stepCycles, lead));
    }
  }

  /** MONOTONIC now; promises nothing unless the line has ended or a gap has to be explained. */
  long monoNow() {
    look();
    nowCycles = UNKNOWN;
    timeline.stamp(true, sample);
    long since = sample.cycles() - newest.startCycles;
    boolean here = sample.clocksourceId() == newest.clocksourceId && since >= promised;
    if (here) {
      boolean gap = since - promised > newest.gapCycles;
      if (!gap || explained(since)) {
        nowCycles = sample.cycles();
        return newest.monoAt(since);
      }
      look();
    }
    timeline.sample(sample);
    look();
    return sample.monoNanos();
  }

  /** MONOTONIC when the operation arrived, by a segment that has been published since. */
  long monoThen(long before) {
    boolean known = nowCycles != UNKNOWN && nowCycles >= newest.startCycles;
    return known ? newest.monoAt(nowCycles - newest.startCycles) : before;
  }

  private boolean explained(long since) {
    return options.gapProbe().examine(timeline, newest.sequence, promised, since)
        == GapProbe.Verdict.EXTEND;
  }
}
