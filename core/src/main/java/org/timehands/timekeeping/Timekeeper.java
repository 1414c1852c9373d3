package org.timehands.timekeeping;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.timehands.clockevent.Pause;
import org.timehands.clocksource.ClockSource;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;

/**
 * A timekeeper: every clock of one timeline, read without waiting for anybody.
 *
 * <p>Two kinds of reads. The plain methods are <em>ordered</em>: a time that one thread hands to
 * another by any means that the memory model knows is never later than what the other reads. The
 * {@code ...Relaxed} ones let the processor sample the counter some tens of cycles early, and cost
 * about half: for stamps and intervals of one thread. Both kinds never go back within their thread
 * and agree on every cycle with every other reader of the timeline, in this process and others.
 *
 * <p>The numbers are nanoseconds in a long. For REALTIME and TAI they count from 1970 and end in
 * 2262; the other clocks count from the start of the machine, as the host's do when the timeline
 * began. {@link #read} and {@link #snapshot} also give the bound of the error and the status.
 *
 * <p>Thread-safe. Reads of nanoseconds and into holders allocate nothing, lock nothing and make no
 * system call, but where a counter is the host's own clock or a gap has to be explained. What
 * returns an object ({@link #stamp}, {@link #interval}) allocates it, unless the JIT compiler sees
 * that it does not escape.
 */
public final class Timekeeper {
  /** The tick of the coarse clocks: they tell whole multiples of it. */
  public static final long COARSE_TICK_NANOS = 1_000_000;

  /** For the one clock that takes two lines at one cycle: reads allocate nothing (I9). */
  private static final ThreadLocal<Sample> OWN = ThreadLocal.withInitial(Sample::new);

  private final Timeline timeline;
  private final History history;
  private final InstantSource instants;
  private final Timekeeping writeSide;

  /**
   * The clocks of a timeline.
   *
   * @param timeline the reader that this stands on
   */
  public Timekeeper(Timeline timeline) {
    this(timeline, null);
  }

  Timekeeper(Timeline timeline, Timekeeping writeSide) {
    this.writeSide = writeSide;
    this.timeline = Objects.requireNonNull(timeline, "timeline");
    this.history = new History(timeline.page());
    this.instants = new TimelineClock(timeline, ZoneOffset.UTC);
  }

  /** The timeline that this stands on. */
  public Timeline timeline() {
    return timeline;
  }

  /** The write side of the timeline, if this process steers it by one. */
  public Optional<Timekeeping> timekeeping() {
    return Optional.ofNullable(writeSide);
  }

  /** The past of the timeline. */
  public History history() {
    return history;
  }

  /** REALTIME in nanoseconds since 1970-01-01T00:00:00Z. */
  public long realtimeNanos() {
    return timeline.realtime();
  }

  /** REALTIME, relaxed. */
  public long realtimeNanosRelaxed() {
    return timeline.realtimeRelaxed();
  }

  /** MONOTONIC in nanoseconds: never goes back, is never set. */
  public long monotonicNanos() {
    return timeline.monotonic();
  }

  /** MONOTONIC, relaxed. */
  public long monotonicNanosRelaxed() {
    return timeline.monotonicRelaxed();
  }

  /** MONOTONIC_RAW in nanoseconds: steered by nobody. */
  public long rawNanos() {
    return timeline.raw();
  }

  /** MONOTONIC_RAW, relaxed. */
  public long rawNanosRelaxed() {
    return timeline.rawRelaxed();
  }

  /** BOOTTIME in nanoseconds: MONOTONIC and the time that the machine slept. */
  public long boottimeNanos() {
    return timeline.boottime();
  }

  /** BOOTTIME, relaxed. */
  public long boottimeNanosRelaxed() {
    return timeline.boottimeRelaxed();
  }

  /** TAI in nanoseconds since 1970-01-01T00:00:00 TAI. */
  public long taiNanos() {
    return timeline.tai();
  }

  /** TAI, relaxed. */
  public long taiNanosRelaxed() {
    return timeline.taiRelaxed();
  }

  /**
   * A clock's time, ordered.
   *
   * @param clock which
   * @return nanoseconds
   */
  public long nanos(ClockId clock) {
    return switch (clock) {
      case REALTIME -> timeline.realtime();
      case MONOTONIC -> timeline.monotonic();
      case MONOTONIC_RAW -> timeline.raw();
      case BOOTTIME -> timeline.boottime();
      case TAI -> timeline.tai();
      case MONOTONIC_COARSE -> coarse(timeline.monotonic());
      case REALTIME_COARSE -> {
        Sample sample = OWN.get();
        timeline.sample(sample);
        yield nanosOf(sample, clock);
      }
    };
  }

  /**
   * Reads a clock with its bound and status, ordered.
   *
   * @param clock which
   * @param into the holder to fill
   * @return {@code into}
   */
  public Reading read(ClockId clock, Reading into) {
    Sample sample = into.sample();
    timeline.sample(sample);
    into.set(clock, nanosOf(sample, clock), boundOf(sample, clock));
    return into;
  }

  /**
   * Reads all clocks and the counter at once, ordered.
   *
   * @param into the holder to fill
   * @return {@code into}
   */
  public Snapshot snapshot(Snapshot into) {
    timeline.sample(into.sample());
    return into;
  }

  /** The interval in which the true civil time lies now. */
  public TimeInterval interval() {
    return read(ClockId.REALTIME, new Reading()).interval();
  }

  /**
   * Waits until an instant is certainly past: until the earliest time that it may be is after it
   * (Spanner's commit wait). While nobody renews the bound it grows, and the wait with it; where
   * time stands still (a read-only page whose owner is gone) it does not end by itself: interrupt
   * it.
   *
   * @param instant the instant of REALTIME
   * @throws IllegalStateException if nobody vouches for the wall clock, now or while waiting
   * @throws IllegalArgumentException if the instant is beyond the years 1677 to 2262
   * @throws InterruptedException if the thread is interrupted
   */
  public void awaitAfter(Instant instant) throws InterruptedException {
    long nanos = Instants.nanosOf(instant);
    Reading reading = new Reading();
    for (;;) {
      TimeInterval now = read(ClockId.REALTIME, reading).interval();
      if (!now.isBounded()) {
        throw new IllegalStateException(
            "nobody can say when " + instant + " is past: " + reading.reason().words());
      }
      if (now.earliestNanos() > nanos) {
        return;
      }
      Pause.upTo(nanos - now.earliestNanos() + 1);
    }
  }

  /** The present cycle of the counter, ordered; {@link #convert} says later when it was. */
  public Stamp stamp() {
    Sample sample = new Sample();
    timeline.stamp(true, sample);
    return new Stamp(sample.clocksourceId(), sample.cycles());
  }

  /** The present cycle of the counter, relaxed. */
  public Stamp stampRelaxed() {
    Sample sample = new Sample();
    timeline.stamp(false, sample);
    return new Stamp(sample.clocksourceId(), sample.cycles());
  }

  /**
   * Converts a stamp to the time that every clock told, or would have told, at its cycle.
   *
   * @param stamp taken on this timeline's counter by anybody on this machine
   * @param into receives all clocks at that cycle, unless the answer is TOO_OLD or
   *     WRONG_CLOCKSOURCE
   * @return what was found
   */
  public History.Found convert(Stamp stamp, Snapshot into) {
    return history.convert(stamp.clocksourceId(), stamp.cycles(), into.sample());
  }

  /**
   * Guesses the time at a cycle between two snapshots, and compares it with what this timeline's
   * history says.
   *
   * @param clock the clock
   * @param a the earlier snapshot
   * @param b the later one
   * @param cycles from the one's cycle to the other's
   * @throws IllegalArgumentException as {@link Interpolation#between} does
   */
  public Interpolation interpolate(ClockId clock, Snapshot a, Snapshot b, long cycles) {
    Interpolation guess = Interpolation.between(clock, a, b, cycles);
    Sample told = new Sample();
    boolean known =
        history.convert(a.clocksourceId(), cycles, told) == History.Found.EXACT;
    return known ? guess.withError(guess.nanos() - nanosOf(told, clock)) : guess;
  }

  /**
   * The nanoseconds between two stamps, on the slope that nobody steers.
   *
   * @param from the earlier stamp
   * @param to the later stamp; if it is the earlier one, the result is negative
   * @throws IllegalArgumentException if a stamp cannot be converted, with the reason
   */
  public long elapsedNanos(Stamp from, Stamp to) {
    return rawOf(to) - rawOf(from);
  }

  private long rawOf(Stamp stamp) {
    Sample sample = new Sample();
    History.Found found = history.convert(stamp.clocksourceId(), stamp.cycles(), sample);
    if (found != History.Found.EXACT && found != History.Found.PREDICTED) {
      throw new IllegalArgumentException(
          "stamp " + stamp.cycles() + " of clocksource " + stamp.clocksourceId() + " is " + found
              + ": only stamps of this timeline's counters, within its history, have a time");
    }
    return sample.rawNanos();
  }

  /**
   * How far the host's own MONOTONIC, as {@code CLOCK_MONOTONIC} and {@code System.nanoTime} tell
   * it, is ahead of ours now. To compare instants of the two clocks: theirs less this is ours,
   * within the bound and what both may have drifted apart since.
   */
  public KernelOffset offsetToKernel() {
    return KernelOffset.measure(this, HostTimes.SYSTEM);
  }

  /**
   * How finely the clocks go, as clock_getres tells it: 1 ns, or the length of a tick while the
   * counter that drives them ticks.
   */
  public long resolutionNanos() {
    Segment newest = new Segment();
    while (history.segment(history.newest(), newest) < 0) {
      Thread.onSpinWait();
    }
    ClockSource counter = timeline.counters().find(newest.clocksourceId);
    boolean fine = counter == null || counter.validForHighResolution();
    return fine ? 1 : Math.max(1, newest.cycleNanos());
  }

  /** REALTIME for code that takes an {@link InstantSource}; monotone between sets. */
  public InstantSource instantSource() {
    return instants;
  }

  /** REALTIME for code that takes a {@link Clock}. */
  public Clock clock(ZoneId zone) {
    return new TimelineClock(timeline, zone);
  }

  static long coarse(long monoNanos) {
    return monoNanos - Math.floorMod(monoNanos, COARSE_TICK_NANOS);
  }

  // Comparisons where a switch would read better: the JIT compiler folds a comparison of constants,
  // but not the table that javac makes for a switch over an enum.
  static long nanosOf(Sample sample, ClockId clock) {
    if (clock == ClockId.REALTIME) {
      return sample.realNanos();
    }
    if (clock == ClockId.MONOTONIC) {
      return sample.monoNanos();
    }
    if (clock == ClockId.MONOTONIC_RAW) {
      return sample.rawNanos();
    }
    if (clock == ClockId.BOOTTIME) {
      return sample.bootNanos();
    }
    if (clock == ClockId.TAI) {
      return sample.taiNanos();
    }
    return clock == ClockId.MONOTONIC_COARSE
        ? coarse(sample.monoNanos())
        : sample.realNanos() - Math.floorMod(sample.monoNanos(), COARSE_TICK_NANOS);
  }

  static long boundOf(Sample sample, ClockId clock) {
    if (clock == ClockId.REALTIME || clock == ClockId.TAI) {
      return sample.wallErrorNanos();
    }
    if (clock == ClockId.MONOTONIC || clock == ClockId.BOOTTIME) {
      return sample.errorNanos();
    }
    if (clock == ClockId.MONOTONIC_RAW) {
      return sample.rawErrorNanos();
    }
    return add(
        clock == ClockId.MONOTONIC_COARSE ? sample.errorNanos() : sample.wallErrorNanos(),
        COARSE_TICK_NANOS);
  }

  private static long add(long bound, long tick) {
    return bound > Long.MAX_VALUE - tick ? Long.MAX_VALUE : bound + tick;
  }
}
