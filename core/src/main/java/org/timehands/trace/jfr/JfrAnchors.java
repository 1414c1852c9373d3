package org.timehands.trace.jfr;

import java.util.Objects;
import java.util.UUID;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.HostInfo;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.trace.TraceClock;

/**
 * Puts anchors into every recording of this JVM while it is open, so that the recording's ticks can
 * be converted to our clocks afterwards ({@code timehands convert --jfr}).
 *
 * <p>An anchor is an event {@code timehands.Anchor} that starts between two readings of the
 * timeline. One is written when a recording begins, one every 100 ms (the event's setting {@code
 * period} changes that) from the recorder's first second on, and one at each {@link #anchor}: call
 * that before a recording is stopped, so that its last events have an anchor behind them. It costs
 * some microseconds and a hundred bytes.
 *
 * <pre>{@code
 * try (Timehands timehands = Timehands.open();
 *     JfrAnchors anchors = JfrAnchors.start(timehands.clocks())) {
 *   ... // as usual, with -XX:StartFlightRecording or a Recording
 * }
 * // timehands convert --jfr recording.jfr
 * }</pre>
 *
 * <p>Thread-safe.
 */
/*
 * What a recorder's tick is, differs: the time stamp counter less its value at start where HotSpot
 * trusts it, else nanoseconds of the host's MONOTONIC since start. Nothing tells which, so an
 * anchor takes both ends in cycles and whoever converts measures it.
 *
 * The event's start is sampled by a plain rdtsc at best. To lie between the readings for certain,
 * the first is complete before (a fence follows it), and the second waits for what is before it.
 */
public final class JfrAnchors implements AutoCloseable {
  /** The name of an anchor in a recording. */
  public static final String EVENT = "timehands.Anchor";

  private static final int TRIES = 5;

  private final Timeline timeline;
  private final TraceClock fence;
  private final long pid = HostInfo.pid();
  private final UUID boot = HostInfo.bootId();
  private final Runnable hook = this::anchor;
  private final FlightRecorderListener listener =
      new FlightRecorderListener() {
        @Override
        public void recordingStateChanged(Recording recording) {
          if (recording.getState() == RecordingState.RUNNING) {
            anchor();
          }
        }
      };

  private JfrAnchors(Timekeeper clocks) {
    this.timeline = clocks.timeline();
    this.fence = new TraceClock(clocks);
  }

  /**
   * Begins to put anchors into recordings.
   *
   * @param clocks the timeline
   * @return what ends it; keep it open as long as recordings run
   * @throws IllegalStateException if the Flight Recorder cannot be used in this JVM
   */
  public static JfrAnchors start(Timekeeper clocks) {
    JfrAnchors anchors = new JfrAnchors(Objects.requireNonNull(clocks, "clocks"));
    FlightRecorder.addPeriodicEvent(AnchorEvent.class, anchors.hook);
    FlightRecorder.addListener(anchors.listener);
    anchors.anchor();
    return anchors;
  }

  /** Writes an anchor now, to all recordings that run. */
  public void anchor() {
    if (!new AnchorEvent().isEnabled()) {
      return;
    }
    Sample before = new Sample();
    Sample after = new Sample();
    AnchorEvent best = null;
    for (int i = 0; i < TRIES; i++) {
      AnchorEvent next = new AnchorEvent();
      timeline.sample(before);
      fence.stampOrdered();
      next.begin();
      timeline.sample(after);
      if (before.clocksourceId() == after.clocksourceId()
          && (best == null || width(after, before) < best.cyclesAfter - best.cyclesBefore)) {
        fill(next, before, after);
        best = next;
      }
    }
    if (best != null) {
      best.commit();
    }
  }

  private static long width(Sample after, Sample before) {
    return after.cycles() - before.cycles();
  }

  private void fill(AnchorEvent event, Sample before, Sample after) {
    ClockSource counter = timeline.counters().find(after.clocksourceId());
    event.pid = pid;
    event.bootHigh = boot.getMostSignificantBits();
    event.bootLow = boot.getLeastSignificantBits();
    event.clocksource = after.clocksourceId();
    event.driftPpb = counter == null ? 0 : counter.driftBoundPpb();
    event.cyclesBefore = before.cycles();
    event.cyclesAfter = after.cycles();
    event.realBefore = before.realNanos();
    event.realAfter = after.realNanos();
    event.realBound = Math.max(before.wallErrorNanos(), after.wallErrorNanos());
    event.monoBefore = before.monoNanos();
    event.monoAfter = after.monoNanos();
    event.monoBound = Math.max(before.errorNanos(), after.errorNanos());
    event.setSeq = after.clockWasSetSeq();
    event.status = before.status().worse(after.status()).name();
  }

  /** Ends it; recordings that run go on without anchors. */
  @Override
  public void close() {
    FlightRecorder.removeListener(listener);
    FlightRecorder.removePeriodicEvent(hook);
  }
}
