package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.LeapTable;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapGuard;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** How timelines begin: the first segment, and what a counter brings into one. */
final class Beginning {
  static final long MAX_CYCLES = 1L << 56;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Beginning() {}

  /** Begins a timeline in memory of this process. */
  static Clockwork line(
      ClockSource counter, Slope slope, Ntp ntp, TimekeepingOptions options) {
    return line(null, new Counters(counter), counter, counter.read(), slope, ntp, options, null);
  }

  /**
   * Begins a timeline.
   *
   * @param given an empty page, or null for memory of this process
   * @param cycles where it begins
   * @param host the host's clocks, by which a sleep of the machine is noticed; null to leave it to
   *     the probe of the options
   */
  static Clockwork line(
      Page given,
      Counters counters,
      ClockSource counter,
      long cycles,
      Slope slope,
      Ntp ntp,
      TimekeepingOptions options,
      HostTimes host) {
    Page page = given == null ? privatePage(options) : given;
    TimelineWriter.Edit first =
        segment -> {
          on(segment, counter, slope, options);
          segment.startCycles = cycles;
          segment.setRate(slope);
          segment.monoBaseNanos = options.startMonotonicNanos();
          segment.rawBaseNanos = options.startMonotonicNanos();
          segment.realOffsetNanos = options.startRealtimeNanos() - options.startMonotonicNanos();
          segment.taiOffsetNanos = segment.realOffsetNanos + taiNanos(options);
          segment.errorNanos = Vouching.resolutionNanos(slope);
          segment.rawErrorNanos = segment.errorNanos;
          segment.referenceErrorNanos = Long.MAX_VALUE;
          segment.rawErrorRate =
              Vouching.rateOf(counter.driftBoundPpb() + options.slopeErrorPpb());
          segment.errorRate = segment.rawErrorRate;
        };
    TimelineWriter writer = TimelineWriter.begin(page, counters, first);
    GapGuard guard = host == null ? null : new GapGuard(host, writer);
    TimekeepingOptions guarded = host == null ? options : options.withGapProbe(guard);
    Timeline timeline = new Timeline(page, counters, true, guarded.gapProbe());
    Clockwork line = new Clockwork(writer, timeline, counters, ntp, guarded);
    if (guard != null) {
      writer.setCounterCheck(guard);
      line.compareWith(host);
    }
    return line;
  }

  /** Begins a timeline in memory of this process, and has sleeps of the machine noticed. */
  static Clockwork guarded(
      ClockSource counter, Slope slope, Ntp ntp, TimekeepingOptions options, HostTimes host) {
    Counters counters = new Counters(counter);
    return line(null, counters, counter, counter.read(), slope, ntp, options, host);
  }

  private static long taiNanos(TimekeepingOptions options) {
    long second = options.startRealtimeNanos() / NANOS_PER_SECOND;
    LeapTable table = options.leapTable().orElse(null);
    boolean known = table != null && second >= table.firstSecond();
    return known ? table.taiOffsetAt(second) * NANOS_PER_SECOND : 0;
  }

  /** It stays for ever, since a reader may be parked in it; one page a timeline. */
  private static Page privatePage(TimekeepingOptions options) {
    long address = Memory.allocate(Page.totalBytes(options.slots()), 4096);
    PageIdentity identity =
        new PageIdentity(0, 0, 0, Long.rotateLeft(address, 32), options.startRealtimeNanos());
    return Page.format(address, options.slots(), identity);
  }

  /** What a counter brings into a segment. */
  static void on(
      Segment next, ClockSource counter, Slope slope, TimekeepingOptions options) {
    next.clocksourceId = counter.id();
    next.setWidthBits(counter.widthBits());
    next.setRawRate(slope);
    long range = counter.widthBits() < Long.SIZE ? 1L << (counter.widthBits() - 2) : Long.MAX_VALUE;
    next.gapCycles = Math.min(range, Math.max(1, cyclesOf(options.gapNanos(), slope)));
    next.stepCycles =
        Math.min(next.gapCycles, Math.max(1, cyclesOf(options.stepNanos(), slope)));
  }

  /** Goes on on a counter of which nothing is known but its present count. */
  static void anew(
      Segment next, ClockSource counter, Slope slope, long cycles, TimekeepingOptions options) {
    on(next, counter, slope, options);
    next.startCycles = cycles;
    next.clocksourceChangedSeq++;
    next.errorNanos = Fixed.addBound(next.errorNanos, options.gapNanos());
    next.rawErrorNanos = Fixed.addBound(next.rawErrorNanos, options.gapNanos());
    Vouching.doubt(next);
  }

  /** So many nanoseconds in cycles of a slope, rounded up. */
  static long cyclesOf(long nanos, Slope slope) {
    return Fixed.cyclesUntil(nanos, slope, 0, MAX_CYCLES);
  }

  /** Takes a rate, a leap second and TAI-UTC from a segment: they were somebody's will. */
  static void takeUp(Ntp ntp, Movement movement, Segment newest, long monoNanos) {
    NtpState state = movement.state;
    long taiNanos = newest.taiOffsetNanos - newest.realOffsetNanos;
    // A leap that is past and was told to nobody: it is folded into REALTIME, and TAI stays.
    boolean past = newest.leapSign() != 0 && newest.leapAtMonoNanos <= monoNanos;
    taiNanos += past ? newest.leapSign() * NANOS_PER_SECOND : 0;
    state.setTaiOffsetSeconds((int) (taiNanos / NANOS_PER_SECOND));
    Slope raw = Slope.of(newest.rawRate());
    if (!newest.rate().equals(raw) && !raw.equals(new Slope(0, 0))) {
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_FREQUENCY;
      timex.freq = Math.multiplyExact(newest.rate().pptOver(raw), 65_536L) / 1_000_000L;
      ntp.adjtimex(state, timex, movement.utcSecond, 0, true);
    }
    if (newest.leapSign() != 0 && newest.leapAtMonoNanos > monoNanos) {
      int flag = newest.leapSign() > 0 ? Timex.STA_INS : Timex.STA_DEL;
      state.announceLeap(flag, movement.utcSecond);
    }
  }
}
