package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * One steered timeline: its writer, its discipline, and every change that can be made to it. Each
 * change is published whole or not at all. Guarded by the lock of {@link Timekeeping}; waits for
 * nobody but in {@link #await}.
 */
/*
 * A change is made in three steps.
 *
 * 1. arrive(): how late is it? The seconds that have begun by now are told to the discipline, each
 *    at the cycle where it began as far as nobody has read beyond.
 * 2. publish(edit): the edit is made for the cycle H up to which time is promised, a little after
 *    now; it starts from the committed state, passes the seconds that begin between now and H, and
 *    may be called again for a later H. What it leaves in `work` is committed once it is published.
 * 3. await(sequence): H is over (commit wait), so a read gives what was set.
 *
 * If a thread stops for ever after the seal in step 2, before it has committed, the lock is held
 * for ever too: readers go on, nobody steers. A new owner of the page begins with a new discipline.
 */
final class Clockwork {
  private static final Slope STANDING = new Slope(0, 0);

  /** A change promises so far ahead, that its own read of the clock moves no horizon further. */
  private static final long LEAD_NANOS = 2_000;

  /** Silence of who disciplines the clock after which the status is HOLDOVER: FLL's 2048 s. */
  private static final long HOLDOVER_NANOS = 2_048_000_000_000L;

  private static final long NANOS_PER_MICRO = 1_000;
  private static final long PPB_SCALED = 1L << 32;
  private static final long MOST_PPB = 999_999_999;
  private static final int MAX_CYCLES_SHIFT = 56;

  private final Ntp ntp;
  private final LeapWatch leaps;
  private final TimekeepingOptions options;
  private final Timeline timeline;
  private final TimelineWriter writer;
  private final Counters counters;

  private final Movement committed;
  private final Movement adjusted;
  private final Movement work;
  private final Segment newest = new Segment();
  private final Segment trial = new Segment();
  private final Sample sample = new Sample();
  private final SlopeCache slopes = new SlopeCache();

  private ClockSource counter;
  private Slope rawSlope;
  private long slopeErrorPpb;
  private long promised;
  private long known = -1;
  private long knownSets;
  private boolean suspended;

  // What the present edit is to do; kept here so that no edit has to be allocated.
  private long argument;
  private long bootArgument;
  private long renewedNanos;
  private final TimelineWriter.Edit passEdit = this::editPass;
  private final TimelineWriter.Edit setEdit = this::editSet;
  private final TimelineWriter.Edit stepEdit = this::editStep;
  private final TimelineWriter.Edit adjustEdit = this::editAdjust;

  Clockwork(
      TimelineWriter writer,
      Timeline timeline,
      Counters counters,
      Ntp ntp,
      TimekeepingOptions options) {
    this.writer = writer;
    this.timeline = timeline;
    this.counters = counters;
    this.ntp = ntp;
    this.options = options;
    this.leaps = new LeapWatch(options.leapTable().orElse(null));
    this.committed = new Movement(ntp, leaps);
    this.adjusted = new Movement(ntp, leaps);
    this.work = new Movement(ntp, leaps);
    this.slopeErrorPpb = options.slopeErrorPpb();
    takeUp();
  }

  /** Begins a timeline in memory of this process; it stays, since a reader may be parked in it. */
  static Clockwork begin(
      ClockSource counter, Slope slope, Ntp ntp, TimekeepingOptions options) {
    long address = Memory.allocate(Page.totalBytes(options.slots()), 4096);
    long cycles = counter.read();
    PageIdentity identity =
        new PageIdentity(0, 0, 0, address ^ cycles, options.startRealtimeNanos());
    Page page = Page.format(address, options.slots(), identity);
    Counters counters = new Counters(counter);
    return begin(page, counters, counter, slope, ntp, options);
  }

  /** Begins a timeline in an empty page. */
  static Clockwork begin(
      Page page,
      Counters counters,
      ClockSource counter,
      Slope slope,
      Ntp ntp,
      TimekeepingOptions options) {
    long cycles = counter.read();
    TimelineWriter writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              on(first, counter, slope, options);
              first.startCycles = cycles;
              first.slope = slope;
              first.monoBaseNanos = options.startMonotonicNanos();
              first.rawBaseNanos = options.startMonotonicNanos();
              first.realOffsetNanos = options.startRealtimeNanos() - options.startMonotonicNanos();
              first.taiOffsetNanos = first.realOffsetNanos;
              first.referenceErrorNanos = Long.MAX_VALUE;
              long rate = counter.driftBoundPpb() + options.slopeErrorPpb();
              first.rawErrorRate = Fixed.ratePpb(Math.min(MOST_PPB, rate));
              first.errorRate = first.rawErrorRate;
            });
    Timeline timeline = new Timeline(page, counters, true, options.gapProbe());
    return new Clockwork(writer, timeline, counters, ntp, options);
  }

  /** What a counter brings into a segment. */
  private static void on(
      Segment next, ClockSource counter, Slope slope, TimekeepingOptions options) {
    next.clocksourceId = counter.id();
    next.setWidthBits(counter.widthBits());
    next.rawSlope = slope;
    long range = counter.widthBits() < Long.SIZE ? 1L << (counter.widthBits() - 2) : Long.MAX_VALUE;
    next.gapCycles = Math.min(range, Math.max(1, cyclesOf(options.gapNanos(), slope)));
    next.stepCycles =
        Math.min(next.gapCycles, Math.max(1, cyclesOf(options.stepNanos(), slope)));
  }

  private static long cyclesOf(long nanos, Slope slope) {
    return Fixed.cyclesUntil(nanos, slope, 0, 1L << MAX_CYCLES_SHIFT);
  }

  /** Goes on from the newest segment: its rate, its leap and its TAI-UTC were somebody's will. */
  private void takeUp() {
    look();
    counter = counters.find(newest.clocksourceId);
    if (counter == null) {
      throw new IllegalArgumentException(
          "clocksource " + newest.clocksourceId + " of the newest segment cannot be read here:"
              + " register it first");
    }
    rawSlope = newest.rawSlope;
    suspended = rawSlope.equals(STANDING);
    NtpState state = committed.state;
    long taiNanos = newest.taiOffsetNanos - newest.realOffsetNanos;
    state.setTaiOffsetSeconds((int) (taiNanos / 1_000_000_000L));
    timeline.sample(sample);
    committed.resume(sample.realNanos());
    Timex timex = new Timex();
    if (!newest.slope.equals(rawSlope) && !suspended) {
      timex.modes = Timex.ADJ_FREQUENCY;
      timex.freq = Math.multiplyExact(newest.slope.pptOver(rawSlope), 65_536L) / 1_000_000L;
      ntp.adjtimex(state, timex, committed.utcSecond, 0, true);
    }
    if (newest.leapSign() != 0 && newest.leapAtMonoNanos > sample.monoNanos()) {
      state.setLeapFlags(newest.leapSign() > 0 ? Timex.STA_INS : Timex.STA_DEL);
    }
    known = newest.sequence;
    knownSets = newest.clockWasSetSeq;
  }

  Timeline timeline() {
    return timeline;
  }

  TimelineWriter writer() {
    return writer;
  }

  ClockSource counter() {
    return counter;
  }

  /** How often the wall clock has been set, by the newest segment. */
  long setsSeq() {
    return newest.clockWasSetSeq;
  }

  /** How often the clocksource has changed, by the newest segment. */
  long changesSeq() {
    return newest.clocksourceChangedSeq;
  }

  /** The newest segment's sequence number. */
  long sequence() {
    return newest.sequence;
  }

  boolean isSuspended() {
    return suspended;
  }

  private void look() {
    promised = writer.newest(newest);
  }

  /** Waits until a segment is in force; not while the counter may stand. */
  void await(long sequence) {
    writer.awaitCommit(sequence, options.whileWaiting());
  }

  /**
   * Tells the discipline all seconds that have begun, publishes what follows from it, and promises
   * a little more time.
   *
   * @return MONOTONIC now
   */
  long arrive() {
    long mono = monoNow();
    if (newest.sequence != known) {
      notice(mono);
    }
    if (!suspended) {
      passUntil(mono);
    }
    writer.promise(Math.min(newest.stepCycles, Math.max(1, cyclesOf(LEAD_NANOS, rawSlope))));
    return mono;
  }

  /** MONOTONIC now; promises nothing unless the line has ended or a gap has to be explained. */
  private long monoNow() {
    look();
    timeline.stamp(true, sample);
    long since = sample.cycles() - newest.startCycles;
    boolean here = sample.clocksourceId() == newest.clocksourceId && since >= promised;
    if (here) {
      boolean gap = since - promised > newest.gapCycles;
      if (!gap || explained(since)) {
        return newest.monoAt(since);
      }
      look();
    }
    timeline.sample(sample);
    look();
    return sample.monoNanos();
  }

  private boolean explained(long since) {
    return options.gapProbe().examine(timeline, newest.sequence, promised, since)
        == GapProbe.Verdict.EXTEND;
  }

  /** Somebody else has appended: a gap guard, who may have moved the wall clock. */
  private void notice(long mono) {
    if (newest.clockWasSetSeq != knownSets) {
      committed.resume(mono + newest.realOffsetNanos);
    }
    known = newest.sequence;
    knownSets = newest.clockWasSetSeq;
  }

  private void passUntil(long mono) {
    committed.lag(mono + newest.realOffsetNanos);
    for (long last = -1; last != committed.utcSecond; ) {
      last = committed.utcSecond;
      committed.skipQuiet(mono + newest.realOffsetNanos);
      work.set(committed);
      long due = work.dueMonoNanos(newest.realOffsetNanos);
      if (due > mono) {
        return;
      }
      work.pass();
      if (!changes(due)) {
        committed.set(work);
        continue;
      }
      if (due > newest.monoBaseNanos) {
        long limit = 1L << MAX_CYCLES_SHIFT;
        long gain = due - newest.monoBaseNanos;
        writer.promiseUntil(
            newest.sequence, Fixed.cyclesUntil(gain, newest.slope, newest.monoFraction, limit));
      }
      publish(passEdit);
    }
  }

  /** Whether the line has to change for what stands in {@link #work}. */
  private boolean changes(long monoNanos) {
    trial.copyFrom(newest);
    trial.monoBaseNanos = Math.max(trial.monoBaseNanos, monoNanos);
    trial.referenceErrorNanos = newest.referenceErrorNanos;
    Steering.applyLeap(work.state, trial);
    finish(trial);
    return !trial.slope.equals(newest.slope)
        || trial.leapSign() != newest.leapSign()
        || trial.leapAtMonoNanos != newest.leapAtMonoNanos
        || trial.realOffsetNanos != newest.realOffsetNanos
        || trial.taiOffsetNanos != newest.taiOffsetNanos
        || trial.status != newest.status;
  }

  private long publish(TimelineWriter.Edit edit) {
    long sequence = writer.append(edit);
    committed.set(work);
    look();
    known = newest.sequence;
    knownSets = newest.clockWasSetSeq;
    return sequence;
  }

  private void begin(Segment next) {
    work.set(committed);
    work.catchUp(next);
  }

  /** Slope, leap, TAI, bounds and status, as the discipline now has them. */
  private void finish(Segment next) {
    Steering.applyLeap(work.state, next);
    long gain = work.gainScaled();
    next.slope = suspended ? STANDING : slopes.of(gain, next.rawSlope);
    long raw = counter.driftBoundPpb() + slopeErrorPpb;
    next.rawErrorRate = Fixed.ratePpb(Math.min(MOST_PPB, raw));
    long steered = Math.abs(gain) / PPB_SCALED + 1;
    next.errorRate = gain == 0
        ? next.rawErrorRate
        : Fixed.ratePpb(Math.min(MOST_PPB, raw + steered));
    boolean vouched = (work.state.status() & Timex.STA_UNSYNC) == 0;
    if (vouched && next.status == TimeStatus.FREERUNNING) {
      next.status = TimeStatus.SYNCHRONIZED;
      next.reason = StatusReason.FOLLOWING;
    } else if (!vouched && next.status == TimeStatus.SYNCHRONIZED) {
      next.status = TimeStatus.FREERUNNING;
      next.reason = StatusReason.REFERENCE_LOST;
      next.holdoverAfterCycles = Long.MAX_VALUE;
    }
    if (!vouched) {
      next.referenceErrorNanos = Long.MAX_VALUE;
    }
  }

  private void editPass(Segment next) {
    begin(next);
    finish(next);
  }

  /** REALTIME now, as long as MONOTONIC now is so much. */
  long realAt(long mono) {
    long leap = mono >= newest.leapAtMonoNanos ? newest.leapSign() * 1_000_000_000L : 0;
    return mono + newest.realOffsetNanos - leap;
  }

  /** REALTIME minus MONOTONIC by the newest segment. */
  long realOffsetNanos() {
    return newest.realOffsetNanos;
  }

  /** Sets REALTIME to be so far from MONOTONIC. */
  long set(long realOffsetNanos) {
    argument = realOffsetNanos;
    return publish(setEdit);
  }

  private void editSet(Segment next) {
    work.set(committed);
    next.realOffsetNanos = argument;
    next.setLeap(Segment.NO_LEAP, 0);
    work.restart(next.monoBaseNanos + argument);
    wasSet(next);
  }

  private void wasSet(Segment next) {
    next.clockWasSetSeq++;
    next.status = TimeStatus.FREERUNNING;
    next.reason = StatusReason.SET_BY_HAND;
    next.holdoverAfterCycles = Long.MAX_VALUE;
    finish(next);
  }

  /** Moves REALTIME by so much, and BOOTTIME as well if the machine slept. */
  long step(long realNanos, long bootNanos) {
    argument = realNanos;
    bootArgument = bootNanos;
    return publish(stepEdit);
  }

  private void editStep(Segment next) {
    begin(next);
    next.realOffsetNanos += argument;
    next.bootOffsetNanos += bootArgument;
    next.setLeap(Segment.NO_LEAP, 0);
    work.restart(next.monoBaseNanos + next.realOffsetNanos);
    wasSet(next);
  }

  /** Sets TAI-UTC; -1 if it is that already. */
  long setTai(int seconds) {
    if (committed.state.taiOffsetSeconds() == seconds) {
      return -1;
    }
    adjusted.set(committed);
    adjusted.state.setTaiOffsetSeconds(seconds);
    return publishAdjusted(0, 1, -1);
  }

  /**
   * Publishes what stands in {@link #adjusted}.
   *
   * @param stepNanos added to REALTIME
   * @param sets added to the count of clock-was-set events
   * @param renewed the bound of REALTIME that somebody vouches for now; -1 for the one before
   */
  private long publishAdjusted(long stepNanos, long sets, long renewed) {
    argument = stepNanos;
    bootArgument = sets;
    renewedNanos = renewed;
    return publish(adjustEdit);
  }

  private void editAdjust(Segment next) {
    work.set(adjusted);
    if (argument != 0) {
      next.realOffsetNanos += argument;
      next.setLeap(Segment.NO_LEAP, 0);
    }
    next.clockWasSetSeq += bootArgument;
    work.catchUp(next);
    finish(next);
    if (renewedNanos >= 0) {
      next.errorNanos = 0;
      next.referenceErrorNanos = renewedNanos;
      next.holdoverAfterCycles = cyclesOf(HOLDOVER_NANOS, next.rawSlope);
    }
  }

  /**
   * Does what adjtimex says.
   *
   * @param timex in and out; {@link Ntp#validate} has allowed it, and its step, if any, is possible
   * @param monoNanos MONOTONIC now, as {@link #arrive} gave it
   * @return state of the clock
   */
  int adjust(Timex timex, long monoNanos) {
    int modes = timex.modes;
    long step = (modes & Timex.ADJ_SETOFFSET) == 0 ? 0 : Ntp.stepNanos(timex);
    long real = realAt(monoNanos) + step;
    int tai = committed.state.taiOffsetSeconds();
    adjusted.set(committed);
    if ((modes & Timex.ADJ_SETOFFSET) != 0) {
      adjusted.restart(real);
    }
    long second = Math.floorDiv(real, 1_000_000_000L);
    int nanos = (int) Math.floorMod(real, 1_000_000_000L);
    int result = ntp.adjtimex(adjusted.state, timex, second, nanos, true);
    boolean vouched = (adjusted.state.status() & Timex.STA_UNSYNC) == 0;
    boolean renews =
        vouched
            && ((modes & Timex.ADJ_MAXERROR) != 0 || newest.status != TimeStatus.SYNCHRONIZED);
    long sets = (modes & Timex.ADJ_SETOFFSET) != 0
            || tai != adjusted.state.taiOffsetSeconds() ? 1 : 0;
    work.set(adjusted);
    if (sets != 0 || renews || changes(monoNanos)) {
      publishAdjusted(step, sets, renews ? vouchedNanos(timex) : -1);
    } else {
      committed.set(adjusted);
    }
    return result;
  }

  /** What adjtimex vouches for: its largest error, and what is still to be slewed. */
  private long vouchedNanos(Timex timex) {
    boolean micros = (timex.status & Timex.STA_NANO) == 0;
    long left = Math.abs(timex.offset) * (micros ? NANOS_PER_MICRO : 1);
    return adjusted.state.maxErrorMicros() * NANOS_PER_MICRO + left;
  }

  /** Takes a pulse. */
  void pulse(long realNanos, long rawNanos, long monoNanos) {
    adjusted.set(committed);
    ntp.pulse(adjusted.state, realNanos, rawNanos);
    work.set(adjusted);
    if (changes(monoNanos)) {
      publishAdjusted(0, 0, -1);
    } else {
      committed.set(adjusted);
    }
  }
}
