package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.timeline.CounterChange;
import org.timehands.timeline.Counters;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
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
  private static final long UNKNOWN = Long.MIN_VALUE;

  /**
   * A change of the counter is measured anew if this thread was stopped; then a narrow counter
   * counts as one that may have come round, and in the end the old counter as one that is broken.
   */
  private static final int MAX_TRIES = 5;

  private static final int REMEASURED = 2;

  private static final long MAX_CYCLES = 1L << 56;

  private final Ntp ntp;
  private final LeapWatch leaps;
  private final TimekeepingOptions options;
  private final Timeline timeline;
  private final TimelineWriter writer;
  private final Counters counters;

  private final Movement committed;
  private final Movement adjusted;
  private final Movement work;
  private final Press press;
  private final Segment newest;
  private final Segment trial = new Segment();
  private final Sample sample = new Sample();
  private final History history;

  private ClockSource counter;
  private Slope rawSlope;
  private long slopeErrorPpb;
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
      TimelineWriter writer, Timeline timeline, Counters counters, Ntp ntp,
      TimekeepingOptions options) {
    this.writer = writer;
    this.timeline = timeline;
    this.counters = counters;
    this.history = new History(timeline.page());
    this.press = new Press(writer, timeline, options);
    this.newest = press.newest();
    this.ntp = ntp;
    this.options = options;
    this.leaps = new LeapWatch(options.leapTable().orElse(null));
    this.committed = new Movement(ntp, leaps);
    this.adjusted = new Movement(ntp, leaps);
    this.work = new Movement(ntp, leaps);
    this.slopeErrorPpb = options.slopeErrorPpb();
    takeUp();
  }

  /** Goes on from the newest segment: its rate, its leap and its TAI-UTC were somebody's will. */
  private void takeUp() {
    press.look();
    counter = counters.find(newest.clocksourceId);
    if (counter == null) {
      throw new IllegalArgumentException(
          "clocksource " + newest.clocksourceId + " of the newest segment cannot be read here:"
              + " register it first");
    }
    press.on(counter);
    rawSlope = Slope.of(newest.rawRate());
    suspended = rawSlope.equals(STANDING);
    timeline.sample(sample);
    committed.resume(sample.realNanos());
    Beginning.takeUp(ntp, committed, newest, sample.monoNanos());
    committed.resume(sample.realNanos());
    known = newest.sequence;
    knownSets = newest.clockWasSetSeq;
    work.set(committed);
    if (!suspended && changes(sample.monoNanos())) {
      publish(passEdit);
    }
  }

  /** Compares this timeline with the host's clocks from now on, for a gap guard. */
  void compareWith(HostTimes host) {
    press.compareWith(host);
    work.set(committed);
    publish(passEdit);
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

  /** Waits until a segment is in force. */
  void await(long sequence) {
    press.await(sequence);
  }

  /**
   * Tells the discipline all seconds that have begun, publishes what follows from it, and promises
   * a little more time.
   *
   * @return MONOTONIC now
   */
  long arrive() {
    long mono = press.monoNow();
    if (newest.sequence != known) {
      notice(mono);
    }
    if (!suspended) {
      mono = passUntil(mono);
    }
    press.promiseALittle(rawSlope);
    return mono;
  }

  /** Somebody else has appended: a gap guard, who may have moved the wall clock. */
  private void notice(long mono) {
    if (newest.clockWasSetSeq != knownSets) {
      committed.resume(mono + newest.realOffsetNanos);
    }
    known = newest.sequence;
    knownSets = newest.clockWasSetSeq;
  }

  /** Passes seconds that have begun; MONOTONIC now, by a slew that has (theStepsDoNotMatter). */
  private long passUntil(long mono) {
    committed.lag(mono + newest.realOffsetNanos);
    for (;;) {
      committed.skipQuiet(mono + newest.realOffsetNanos);
      work.set(committed);
      long due = work.dueMonoNanos(newest.realOffsetNanos);
      if (due > mono) {
        return mono;
      }
      work.pass();
      if (!changes(due)) {
        committed.set(work);
        continue;
      }
      if (due > newest.monoBaseNanos) {
        long gain = due - newest.monoBaseNanos;
        press.promiseUntil(newest.monoCyclesUntil(gain, MAX_CYCLES));
      }
      publish(passEdit);
      mono = press.monoThen(mono);
    }
  }

  /** Whether the line has to change for what stands in {@link #work}. */
  private boolean changes(long monoNanos) {
    trial.copyFrom(newest);
    trial.monoBaseNanos = Math.max(trial.monoBaseNanos, monoNanos);
    Steering.applyLeap(work.state, trial);
    finish(trial);
    return !trial.hasRateOf(newest)
        || trial.leapSign() != newest.leapSign()
        || trial.leapAtMonoNanos != newest.leapAtMonoNanos
        || trial.realOffsetNanos != newest.realOffsetNanos
        || trial.taiOffsetNanos != newest.taiOffsetNanos
        || trial.status != newest.status;
  }

  private long publish(TimelineWriter.Edit edit) {
    long sequence = press.append(edit);
    press.on(counter);
    committed.set(work);
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
    if (suspended) {
      next.setRate(STANDING);
    } else {
      Steering.applyGain(gain, next);
    }
    Vouching.apply(next, work.state.status(), gain, counter.driftBoundPpb() + slopeErrorPpb);
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

  /** The newest segment as of this call; changes with each. */
  Segment newest() {
    press.look();
    return newest;
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
    Vouching.setByHand(next);
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
      Vouching.renew(next, renewedNanos);
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
    adjusted.announce();
    timex.status = adjusted.state.status();
    boolean vouched = (adjusted.state.status() & Timex.STA_UNSYNC) == 0;
    boolean renews =
        vouched
            && ((modes & Timex.ADJ_MAXERROR) != 0 || newest.status != TimeStatus.SYNCHRONIZED);
    long sets = (modes & Timex.ADJ_SETOFFSET) != 0
            || tai != adjusted.state.taiOffsetSeconds() ? 1 : 0;
    work.set(adjusted);
    if (sets != 0 || renews || changes(monoNanos)) {
      publishAdjusted(step, sets, renews ? Vouching.boundNanos(ntp, adjusted.state) : -1);
    } else {
      committed.set(adjusted);
    }
    return result;
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

  /** RAW at a cycle of the newest segment's counter, from its start on. */
  long rawAt(long cycles) {
    return newest.rawAt(cycles - newest.startCycles);
  }

  /**
   * Goes on on another counter (A9, {@link CounterChange}), or on the same with another nominal
   * slope.
   *
   * @param to the counter
   * @param slope its nanoseconds per cycle
   * @param errorPpb how far that may be off
   */
  void change(ClockSource to, Slope slope, long errorPpb) {
    if (to.id() == counter.id()) {
      changeTo(counter, slope, errorPpb, next -> editRate(next, slope));
      return;
    }
    if (!to.equals(counters.find(to.id()))) {
      counters.add(to);
    }
    for (int tries = 1; ; tries++) {
      boolean wrapped = tries > REMEASURED && to.widthBits() < Long.SIZE;
      ClockSource onto = wrapped ? NewEra.of(to, counters) : to;
      CounterChange measured =
          tries < MAX_TRIES
              ? CounterChange.measure(counter, onto, slope, errorPpb, history)
              : CounterChange.measureAwayFrom(counter, onto, slope, errorPpb, history);
      try {
        changeTo(onto, slope, errorPpb, next -> editChange(next, measured));
        return;
      } catch (IllegalStateException unsure) {
        if (tries == MAX_TRIES) {
          throw unsure;
        }
      }
    }
  }

  /**
   * Goes on on another counter that nothing could be measured of: from its present count, which may
   * be off by a horizon step and what has passed since; the bounds are widened by a gap, and nobody
   * vouches for the clock.
   */
  void beginOn(ClockSource to, Slope slope, long errorPpb) {
    if (to.id() == counter.id()) {
      return;
    }
    ClockSource onto = to.widthBits() < Long.SIZE ? NewEra.of(to, counters) : to;
    long now = onto.read();
    changeTo(onto, slope, errorPpb, next -> editAnew(next, now));
  }

  private void editAnew(Segment next, long cycles) {
    begin(next);
    Beginning.anew(next, counter, rawSlope, cycles, options);
    finish(next);
  }

  private void changeTo(ClockSource to, Slope slope, long errorPpb, TimelineWriter.Edit edit) {
    final ClockSource oldCounter = counter;
    final Slope oldSlope = rawSlope;
    final long oldError = slopeErrorPpb;
    counter = to;
    rawSlope = slope;
    slopeErrorPpb = errorPpb;
    boolean done = false;
    try {
      publish(edit);
      done = true;
    } finally {
      if (!done) {
        counter = oldCounter;
        rawSlope = oldSlope;
        slopeErrorPpb = oldError;
      }
    }
  }

  private void editRate(Segment next, Slope slope) {
    begin(next);
    Beginning.on(next, counter, slope, options);
    finish(next);
  }

  private void editChange(Segment next, CounterChange change) {
    begin(next);
    change.apply(next);
    // The truth lies anywhere in the time for which the line stands still: half of it, likely.
    work.owe(change.standstillNanos() / 2);
    finish(next);
  }

  /** Stops all clocks of this timeline: the machine is about to sleep. */
  void suspend() {
    suspended = true;
    publish(this::editSuspend);
  }

  private void editSuspend(Segment next) {
    begin(next);
    next.setRawRate(STANDING);
    // A counter that begins anew is far behind this start, or not at all: ask about each step.
    next.stepCycles = 1;
    next.gapCycles = 1;
    finish(next);
  }

  /** How long the machine has slept by the counter, or -1 if the counter cannot tell. */
  long sleptByCounterNanos() {
    boolean tells =
        counter.widthBits() == Long.SIZE
            && counter.suspend() == ClockSource.SuspendBehaviour.RUNS_ON;
    press.look();
    long since = counter.read() - newest.startCycles;
    return !tells || since < 0
        ? -1
        : Fixed.wholeNanos(since, rawSlope.whole(), rawSlope.fraction(), 0);
  }

  /**
   * Lets the clocks go on: MONOTONIC from where it stood, the others by the time slept.
   *
   * @param sleptNanos how long the machine slept
   * @param isKnown whether the reference's bound still holds, grown by the counter's drift
   */
  void resume(long sleptNanos, boolean isKnown) {
    press.look();
    long now = counter.read();
    long since = now - newest.startCycles;
    boolean anew = counter.widthBits() < Long.SIZE || since < 0;
    ClockSource on = anew ? NewEra.of(counter, counters) : counter;
    if (!anew) {
      press.promiseUntil(since + 1);
    }
    suspended = false;
    long from = anew ? now : UNKNOWN;
    changeTo(on, rawSlope, slopeErrorPpb, next -> editResume(next, from, sleptNanos, isKnown));
  }

  private void editResume(Segment next, long fromCycles, long sleptNanos, boolean isKnown) {
    work.set(committed);
    Beginning.on(next, counter, rawSlope, options);
    if (fromCycles != UNKNOWN) {
      next.startCycles = fromCycles;
    }
    next.realOffsetNanos += sleptNanos;
    next.bootOffsetNanos += sleptNanos;
    next.clockWasSetSeq++;
    work.resume(next.monoBaseNanos + next.realOffsetNanos);
    Steering.applyLeap(work.state, next);
    work.catchUp(next);
    if (isKnown) {
      long drift = Fixed.growth(sleptNanos, next.rawErrorRate);
      next.referenceErrorNanos = Fixed.addBound(next.referenceErrorNanos, drift);
    } else {
      Vouching.doubt(next);
    }
    finish(next);
  }

  /** Begins the clock anew, without discipline, from a time. */
  long restart(long realOffsetNanos) {
    committed.state.set(ntp.newState());
    return set(realOffsetNanos);
  }

  /** Lets an auxiliary line go on after a sleep that it knows nothing of. */
  void resumeOn(ClockSource on) {
    if (on.id() == counter.id()) {
      resume(0, true);
    } else {
      suspended = false;
      long now = on.read();
      changeTo(on, rawSlope, slopeErrorPpb, next -> editResume(next, now, 0, true));
    }
  }

  /** RAW now. */
  long rawNow() {
    timeline.sample(sample);
    return sample.rawNanos();
  }

  /**
   * Begins an auxiliary timeline on the same counter: all its clocks stand where RAW stands.
   *
   * @param page where, or null for memory of this process
   */
  Clockwork beginAside(Page page, Ntp auxiliary) {
    timeline.sample(sample);
    boolean here = sample.clocksourceId() == counter.id();
    long cycles = here ? sample.cycles() : counter.read();
    long raw = sample.rawNanos();
    TimekeepingOptions aside =
        options.aside().startingAt(raw, raw).withSlopeErrorPpb(slopeErrorPpb);
    return Beginning.line(
        page, counters, counter, cycles, rawSlope, auxiliary, aside, press.host());
  }
}
