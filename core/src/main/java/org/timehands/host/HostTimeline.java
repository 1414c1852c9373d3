package org.timehands.host;

import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.EraClockSource;
import org.timehands.linux.HostInfo;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapGuard;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A timeline of this process that follows the host's clock: the counter, the writer, the reader and
 * the follower, put together. Thread-safe.
 */
/*
 *   field  | read     | write    | guard
 *   chosen | volatile | volatile | this (writers only)
 */
public final class HostTimeline implements AutoCloseable {
  private static final int FIRST_SAMPLES = 16;

  /** Reading needs no frequency: the segments have the slope. */
  private static final long UNKNOWN_HZ = 1_000_000_000;

  private volatile Candidate chosen;
  private final TimelineWriter writer;
  private final Timeline timeline;
  private final HostFollower follower;

  private HostTimeline(
      Candidate chosen,
      TimelineWriter writer,
      Timeline timeline,
      HostFollower follower) {
    this.chosen = chosen;
    this.writer = writer;
    this.timeline = timeline;
    this.follower = follower;
  }

  /** Where a timeline's page comes from: gives the writer of a page, begun or taken up. */
  @FunctionalInterface
  public interface Pages<X extends Exception> {
    /**
     * Gives the writer.
     *
     * @param identity what a new page says of itself
     * @param counters the counters of this process
     * @param first the first segment of a new page
     * @return the writer of a page that is ready
     * @throws X if there is none to be had
     */
    TimelineWriter open(PageIdentity identity, Counters counters, TimelineWriter.Edit first)
        throws X;
  }

  /**
   * A timeline in private memory.
   *
   * @param chosen the clocksource
   * @param options how to follow
   */
  public static HostTimeline inProcess(Candidate chosen, HostOptions options) {
    long address = Memory.allocate(Page.totalBytes(options.slots()), 4096);
    Pages<RuntimeException> pages =
        (identity, counters, first) ->
            TimelineWriter.begin(
                Page.format(address, options.slots(), identity), counters, first);
    // The memory stays: a reader may be parked in it for ever. It is bounded, one page a timeline.
    return over(chosen, options, pages);
  }

  /**
   * A timeline on a page that somebody gives.
   *
   * @param chosen the clocksource
   * @param options how to follow
   * @param pages gives the page's writer
   * @throws X if there is no page to be had
   */
  public static <X extends Exception> HostTimeline over(
      Candidate chosen, HostOptions options, Pages<X> pages) throws X {
    ClockSource counter = chosen.source();
    Counters counters =
        new Counters(
            id -> ClockSources.forReading(id, UNKNOWN_HZ).orElse(null), counter);
    HostClock host = new SystemHostClock(counter, chosen.rate());
    HostSteering steering =
        new HostSteering(counter, chosen.rate(), chosen.slopeErrorPpb(), options.policy());
    HostSample sample = firstSample(host);
    TimelineWriter.Edit first = steering.first(sample, counter, options);
    TimelineWriter writer = pages.open(identity(sample), counters, first);
    GapGuard guard = new GapGuard(HostTimes.SYSTEM, writer, VmClockMarker.ofThisMachine());
    writer.setCounterCheck(guard);
    Timeline timeline = new Timeline(writer.page(), counters, true, guard);
    guard.lookForDisruption(timeline);
    Segment newest = new Segment();
    writer.newest(newest);
    // The machine may have been moved while another owned the page.
    ClockSource present = EraClockSource.in(counter, newest.clocksourceId >>> 32);
    counters.add(present);
    if (newest.clocksourceId != present.id()) {
      takeUp(chosen, present, writer, timeline, newest);
    }
    steering.resume(newest);
    HostFollower follower =
        new HostFollower(writer, timeline, host, steering, options, present);
    follower.setDisruptionCheck(() -> guard.lookForDisruption(timeline));
    return new HostTimeline(chosen, writer, timeline, follower);
  }

  /** The page was left by an owner on another counter: goes on by this one from here. */
  private static void takeUp(
      Candidate chosen, ClockSource to, TimelineWriter writer, Timeline timeline,
      Segment newest) {
    ClockSource before = timeline.counters().find(newest.clocksourceId);
    if (before == null) {
      throw new IllegalStateException(
          "page is on clocksource 0x" + Long.toHexString(newest.clocksourceId)
              + ", which this process cannot read: run it where it can, or remove the page");
    }
    new Handover(writer, timeline, before, change -> change)
        .append(to, chosen.rate(), chosen.slopeErrorPpb());
    writer.newest(newest);
  }

  /** What a timeline begins with stays in its offsets for ever: the narrowest of several. */
  private static HostSample firstSample(HostClock host) {
    HostSample best = new HostSample();
    host.sample(best);
    for (int i = 1; i < FIRST_SAMPLES; i++) {
      HostSample next = new HostSample();
      host.sample(next);
      best = next.realOffsetHalfNanos() < best.realOffsetHalfNanos() ? next : best;
    }
    return best;
  }

  private static PageIdentity identity(HostSample sample) {
    var boot = HostInfo.bootId();
    return new PageIdentity(
        boot.getMostSignificantBits(),
        boot.getLeastSignificantBits(),
        HostInfo.timeNamespace(),
        Long.rotateLeft(sample.cycles, 32) ^ sample.realNanos ^ HostInfo.pid(),
        sample.realNanos);
  }

  /**
   * Goes on by another clocksource, while readers run: from any thread, also from inside a
   * listener. In force when it returns.
   *
   * @param to an admitted clocksource
   * @return how long time may have stood still, in nanoseconds; 0 if it is the present one
   * @throws IllegalArgumentException if it is not admitted
   * @throws IllegalStateException if another process owns the page by now
   */
  public synchronized long changeClocksource(Candidate to) {
    if (!to.admitted()) {
      throw new IllegalArgumentException(
          "clocksource " + to.name() + " cannot be used: " + to.reason());
    }
    long standstillNanos =
        follower.changeCounter(
            to.source(), to.rate(), to.slopeErrorPpb(),
            new SystemHostClock(to.source(), to.rate()));
    chosen = to;
    follower.awaitChange();
    return standstillNanos;
  }

  /** The clocksource that was chosen, and why. */
  public Candidate chosen() {
    return chosen;
  }

  /** The writer. */
  public TimelineWriter writer() {
    return writer;
  }

  /** The reader. */
  public Timeline timeline() {
    return timeline;
  }

  /** The follower; not started yet. */
  public HostFollower follower() {
    return follower;
  }

  /** Ends the following; clocks that were handed out go on along the last line. */
  @Override
  public void close() {
    follower.close();
  }
}
