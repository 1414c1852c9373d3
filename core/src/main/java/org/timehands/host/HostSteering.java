package org.timehands.host;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.CounterChange;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.TimelineWriter;

/**
 * Decides how a timeline follows the host's clock: a function of samples and of the present
 * segment, with no clock, thread or system call inside. Not thread-safe.
 */
/*
 * MONOTONIC follows the host's MONOTONIC, by slope alone: slope = estimated rate + a share of the
 * offset. REALTIME and the others are offsets, which only a step of the host's clock, a sleep or a
 * disturbance changes. The host's REALTIME - MONOTONIC is constant between those, so a change of it
 * is a step, however small the slews; that is what StepPolicy decides about.
 *
 *   our MONOTONIC -> host MONOTONIC + shift
 *   our REALTIME   = our MONOTONIC + (host REALTIME - host MONOTONIC) - shift - ignored
 *
 * shift is not zero after MONOTONIC was found far off (a restart after hours, a migration), or
 * while a step is slewed away; ignored is what IGNORE has left out.
 *
 * The bound (rule I6). At a sample the error against the host is |offset| + half the bracket. From
 * there it grows by what our rate may be off true: the rated drift of a counter whose rate was
 * learnt (RFC 5905's PHI, 15 ppm, while the host is synchronised; else the counter's own), plus the
 * uncertainty of the estimate, plus the rate of the correction itself.
 */
public final class HostSteering {
  /** Drift of a clock whose rate was learnt from a synchronised reference: RFC 5905, PHI. */
  public static final long PHI_PPB = 15_000;

  /** Fastest slew, in parts per trillion: the 500 ppm of adjtime. */
  public static final long SLEW_LIMIT_PPT = 500_000_000L;

  /** TAI minus UTC while the host does not know it: 37 s since 2017. */
  public static final int TAI_OFFSET_SECONDS = 37;

  /** MONOTONIC further off than this is not steered back: only REALTIME is put right. */
  static final long REALIGN_NANOS = 10_000_000;

  /** Samples with a wider bracket than this are not used. */
  static final long HALF_LIMIT_NANOS = 1_000_000;

  /** A change of REALTIME - MONOTONIC below this, beside the brackets, is noise. */
  static final long STEP_NOISE_NANOS = 1_000;

  /** A sleep shorter than this is noise. */
  static final long SLEEP_NOISE_NANOS = 1_000_000;

  /** Samples are this far apart at first. */
  static final long FAST_NANOS = 100_000_000;

  /** Samples are this far apart once settled. */
  static final long STEADY_NANOS = 1_000_000_000;

  /** So many samples come fast. */
  static final int FAST_SAMPLES = 12;

  /** An offset is worked off in this time at first. */
  static final long FAST_CORRECTION_NANOS = 1_000_000_000;

  /** An offset is worked off in this time once settled. */
  static final long STEADY_CORRECTION_NANOS = 8_000_000_000L;

  /** Silence of the reference after which the status is HOLDOVER. */
  static final long HOLDOVER_NANOS = 128_000_000_000L;

  /** Silence of the reference after which it counts as lost: an hour. */
  static final long FREERUN_NANOS = 3_600_000_000_000L;

  /** A host that hears nothing lets its bound grow by 500 ppm; more than that is news. */
  private static final long HOST_GROWTH_DIVISOR = 2_000;

  private static final long SECOND = 1_000_000_000L;
  private static final long PPT_PER_PPB = 1_000;

  private final StepPolicy policy;
  private final Decided decided = new Decided();

  // These are the counter's, and change with it.
  private Slope nominal;
  private long driftBoundPpb;
  private long slopeErrorPpb;
  /** Of {@link #rate} while there is no estimate. */
  private long startUncertaintyPpt;
  private RateEstimator estimator;

  private long stepNanos;
  private long gapNanos;
  private long stepCycles;
  private long gapCycles;
  private int samples;
  private long clocksourceId;
  private long lastCycles;
  private boolean knowsOffset;
  private long hostRealOffset;
  private long hostRealHalf;
  private long hostBootOffset;
  private long shift;
  private long ignored;
  private final HostLeap leap = new HostLeap();
  private long offset;
  private long offsetHalf;
  private long rate;
  private long correction;
  private long lastStepNanos;
  private long lastStepAtReal;
  private long steps;

  /**
   * A steering.
   *
   * @param counter the counter of the timeline
   * @param nominal its calibrated rate
   * @param slopeErrorPpb how far that may be off, in parts per billion
   * @param policy what to do about steps
   */
  public HostSteering(
      ClockSource counter, CounterRate nominal, long slopeErrorPpb, StepPolicy policy) {
    this.slopeErrorPpb = slopeErrorPpb;
    this.nominal = Slope.of(nominal);
    this.policy = Objects.requireNonNull(policy, "policy");
    this.driftBoundPpb = counter.driftBoundPpb();
    this.startUncertaintyPpt = slopeErrorPpb * PPT_PER_PPB;
    this.estimator = new RateEstimator(nominal);
    this.clocksourceId = counter.id();
  }

  /**
   * The first segment of a new timeline: starts at a sample and agrees with the host.
   *
   * @param sample the sample
   * @param counter the counter
   * @param options steps and gaps
   */
  public TimelineWriter.Edit first(HostSample sample, ClockSource counter, HostOptions options) {
    observe(sample);
    lookForLeap(sample, 0);
    stepNanos = options.stepNanos();
    gapNanos = options.gapNanos();
    stepCycles = cyclesIn(stepNanos);
    gapCycles = cyclesIn(gapNanos);
    return next -> {
      next.startCycles = sample.cycles;
      next.clocksourceId = counter.id();
      next.setWidthBits(counter.widthBits());
      next.setRate(nominal);
      next.setRawRate(nominal);
      next.monoBaseNanos = sample.monoNanos;
      next.rawBaseNanos = sample.rawNanos;
      next.stepCycles = stepCycles;
      next.gapCycles = gapCycles;
      next.rawErrorNanos = sample.monoHalfNanos;
      next.rawErrorRate = Fixed.ratePpb(driftBoundPpb + slopeErrorPpb);
      // A machine that never slept has no offset, whatever the brackets leave open.
      long asleep = sample.bootOffsetNanos();
      next.bootOffsetNanos = Math.abs(asleep) < STEP_NOISE_NANOS ? 0 : asleep;
      stateOffsets(next, sample, 0);
      long error = sample.monoHalfNanos + resolutionNanos();
      stateBound(next, sample, error, driftBoundPpb + slopeErrorPpb);
    };
  }

  /**
   * Takes up a timeline that somebody else began: goes on with its offsets. What the host's clock
   * was stepped meanwhile is followed, slewed or ignored as if it had been noticed at once, and a
   * slew or an ignored step of the last owner goes on.
   */
  public void resume(Segment newest) {
    rate = newest.rate().pptOver(nominal);
    if (Math.abs(newest.hostMonoOffsetNanos) > REALIGN_NANOS) {
      shift = -newest.hostMonoOffsetNanos;
    }
    long asleep = hostBootOffset - newest.hostBootOffsetNanos;
    long slept = Math.abs(asleep) >= SLEEP_NOISE_NANOS ? asleep : 0;
    long left = hostRealOffset - shift - newest.realOffsetNanos - slept;
    if (Math.abs(left) > offsetNoise()) {
      switch (policy) {
        case FOLLOW -> {
          // The first decision finds that the published offset is not the host's.
        }
        case SLEW -> shift += left;
        case IGNORE -> ignored = left;
      }
    }
  }

  /**
   * The edit that goes on by another counter: what is known of the host's rate and offsets is
   * carried over, because both counters were calibrated against the same clock; what that leaves
   * open, and how long time stands still, is added to the bound. Changes nothing here: see {@link
   * #changed}.
   *
   * @param change what was measured for it
   * @param to the new counter
   * @param slope its calibrated slope
   * @param errorPpb how far that may be off
   */
  TimelineWriter.Edit change(CounterChange change, ClockSource to, Slope slope, long errorPpb) {
    Slope steered = slope.plusPpt(rate + correction);
    long openPpb = carriedUncertaintyPpt(errorPpb) / PPT_PER_PPB + 1;
    long correctedPpb = Math.abs(correction) / PPT_PER_PPB + 1;
    return next -> {
      change.apply(next);
      next.setRate(steered);
      boolean learnt = next.status == TimeStatus.SYNCHRONIZED;
      long drift = learnt ? Math.min(PHI_PPB, to.driftBoundPpb()) : to.driftBoundPpb();
      next.errorRate = Fixed.ratePpb(Math.min(drift + openPpb + correctedPpb, 999_999_999));
    };
  }

  private long carriedUncertaintyPpt(long errorPpb) {
    return uncertaintyPpt() + (slopeErrorPpb + errorPpb) * PPT_PER_PPB;
  }

  /**
   * Notes that the timeline is on another counter: samples are of that one from now on, and come
   * fast again for a while.
   */
  void changed(ClockSource to, Slope slope, long errorPpb) {
    startUncertaintyPpt = carriedUncertaintyPpt(errorPpb);
    rate = ratePpt();
    nominal = slope;
    driftBoundPpb = to.driftBoundPpb();
    slopeErrorPpb = errorPpb;
    estimator = new RateEstimator(slope);
    stepCycles = cyclesIn(stepNanos);
    gapCycles = cyclesIn(gapNanos);
    samples = 0;
  }

  private long offsetNoise() {
    return 2 * hostRealHalf + STEP_NOISE_NANOS;
  }

  /**
   * Whether the newest segment says something else of the offsets than this would: what was decided
   * got lost to somebody who appended meanwhile, or the segment is another owner's or the gap
   * guard's. To go by what was noticed, and not by what is published, would leave it so.
   */
  private boolean differs(Segment newest, long slept, long ours) {
    long real = wantedRealOffset() - HostLeap.realOffset(newest, ours);
    return Math.abs(real - slept) > offsetNoise();
  }

  private long taiNanos(HostSample sample) {
    long known = TAI_OFFSET_SECONDS + leap.leaptSeconds();
    return (sample.taiOffsetSeconds > 0 ? sample.taiOffsetSeconds : known) * SECOND;
  }

  private long wantedRealOffset() {
    return hostRealOffset - shift - ignored;
  }

  /**
   * Looks what the host says of a leap second, and whether a change of its clock was one. Only who
   * follows steps is to leap.
   *
   * @return the change, or 0 if it was the leap
   */
  private long lookForLeap(HostSample sample, long change) {
    long noise = 2 * sample.realOffsetHalfNanos() + STEP_NOISE_NANOS;
    boolean leapt = change != 0 && leap.happened(change, noise, sample.realNanos);
    if (policy == StepPolicy.FOLLOW && !leap.isDue(sample.realNanos)) {
      leap.announced(sample.leapSign, sample.realNanos, change != 0 && !leapt);
    }
    return leapt ? 0 : change;
  }

  /** What a count hides because it is shown until the next; what rounds to 1 ns is in the bound. */
  private long resolutionNanos() {
    return nominal.whole() > 1 ? nominal.whole() : 0;
  }

  private long cyclesIn(long nanos) {
    return Math.max(1, Fixed.cyclesUntil(nanos, nominal, 0, 1L << 50));
  }

  /**
   * Notes what the host says of its offsets and rate.
   *
   * @return by how much its wall clock was stepped since the last sample, sleep not counted
   */
  private long observe(HostSample sample) {
    samples++;
    long step = 0;
    if (knowsOffset) {
      long asleep = sample.bootOffsetNanos() - hostBootOffset;
      long slept = Math.abs(asleep) >= SLEEP_NOISE_NANOS ? asleep : 0;
      long change = sample.realOffsetNanos() - hostRealOffset;
      long noise = sample.realOffsetHalfNanos() + hostRealHalf + STEP_NOISE_NANOS;
      // A set may cancel a sleep: the wall clock says what it said before, and yet it was set.
      step = Math.abs(change - slept) > noise ? change - slept : 0;
      if (Math.abs(change) > noise || step != 0) {
        hostRealOffset = sample.realOffsetNanos();
        hostRealHalf = sample.realOffsetHalfNanos();
      }
      hostBootOffset += slept;
    } else {
      hostRealOffset = sample.realOffsetNanos();
      hostRealHalf = sample.realOffsetHalfNanos();
      hostBootOffset = sample.bootOffsetNanos();
      knowsOffset = true;
    }
    if (estimator.isEmpty() || sample.cycles - lastCycles > 0) {
      estimator.add(sample.cycles, sample.monoNanos, sample.monoHalfNanos);
      lastCycles = sample.cycles;
    }
    return step;
  }

  /**
   * Decides what to publish after a sample.
   *
   * @param sample the sample, of a later cycle than all before
   * @param newest the newest segment
   * @return the change to publish, good until the next decision; or null when the present line is
   *     good enough
   */
  public TimelineWriter.Edit decide(HostSample sample, Segment newest) {
    long since = sample.cycles - newest.startCycles;
    if (sample.monoHalfNanos > HALF_LIMIT_NANOS || since <= 0) {
      return null;
    }
    if (newest.clocksourceId != clocksourceId) {
      // Another era: cycles before it have nothing to do with these.
      clocksourceId = newest.clocksourceId;
      estimator.reset();
    }
    long change = lookForLeap(sample, observe(sample));
    if (Math.abs(change) > STEP_NOISE_NANOS) {
      step(change, sample);
    }
    long asleep = sample.bootOffsetNanos() - newest.hostBootOffsetNanos;
    long slept = Math.abs(asleep) >= SLEEP_NOISE_NANOS ? asleep : 0;
    if (change == 0 && leap.isDue(sample.realNanos)) {
      return null;
    }
    long ours = newest.monoAt(since);
    boolean disturbed = change != 0 || slept != 0 || differs(newest, slept, ours);
    boolean foretells = leap.differs(newest, wantedRealOffset(), offsetNoise());
    offset = sample.monoNanos + shift - ours;
    offsetHalf = sample.monoHalfNanos;
    // A change to ticks stands still for up to three of them, which is worked off like any offset.
    long realign = REALIGN_NANOS + 4 * resolutionNanos();
    if (Math.abs(offset) > realign && policy != StepPolicy.SLEW) {
      shift -= offset;
      offset = 0;
      disturbed = true;
    }
    long wantedCorrection = correctionPpt(sample.monoHalfNanos);
    long wantedRate = ratePpt();
    long ratePpb = driftPpb(sample) + (Math.abs(wantedCorrection) + uncertaintyPpt()) / 1000 + 1;
    long error = Math.abs(offset) + sample.monoHalfNanos + resolutionNanos();
    boolean turns = (wantedCorrection == 0) != (correction == 0);
    boolean drifts =
        Math.abs(wantedRate - rate) > driftLimitPpt(sample)
            || !newest.isSteeredFrom(nominal, rate + correction);
    if (!disturbed && !foretells && !turns && !drifts && !isWorthIt(sample, newest, since, error)) {
      return null;
    }
    rate = wantedRate;
    correction = wantedCorrection;
    decided.sample.copyFrom(sample);
    decided.hostMonoNanos = sample.monoNanos - ours;
    decided.hostRawNanos = sample.rawNanos - newest.rawAt(since);
    decided.sleptNanos = slept;
    decided.sets = disturbed ? 1 : 0;
    decided.errorNanos = error;
    decided.ratePpb = ratePpb;
    return decided;
  }

  private void step(long size, HostSample sample) {
    steps++;
    lastStepNanos = size;
    lastStepAtReal = sample.realNanos;
    switch (policy) {
      case FOLLOW -> {
        // The new offset is published as it is.
      }
      case SLEW -> shift += size;
      case IGNORE -> ignored += size;
    }
  }

  /**
   * The share of the slope that works the offset off: none while the offset is within what the
   * brackets can tell, until it is worked off once it was begun.
   */
  private long correctionPpt(long halfNanos) {
    boolean done = Math.abs(offset) <= halfNanos / 2 || (offset > 0) != (correction > 0);
    if (correction == 0 ? Math.abs(offset) <= 2 * halfNanos : done) {
      return 0;
    }
    long time = samples <= FAST_SAMPLES ? FAST_CORRECTION_NANOS : STEADY_CORRECTION_NANOS;
    double ppt = offset * ((double) Fixed.PPT / time);
    return Math.round(Math.max(-SLEW_LIMIT_PPT, Math.min(SLEW_LIMIT_PPT, ppt)));
  }

  private long ratePpt() {
    return estimator.observations() > 1 ? estimator.ratePpt() : rate;
  }

  /** Of the rate that is used: an estimate from wide brackets is worse than the calibration. */
  private long uncertaintyPpt() {
    return estimator.observations() > 1 ? estimator.uncertaintyPpt() : startUncertaintyPpt;
  }

  private long driftPpb(HostSample sample) {
    return sample.isSynchronized ? Math.min(PHI_PPB, driftBoundPpb) : driftBoundPpb;
  }

  /** A rate that is further off would take the offset out of the bracket before the next turn. */
  private long driftLimitPpt(HostSample sample) {
    long time = samples <= FAST_SAMPLES ? FAST_NANOS : STEADY_CORRECTION_NANOS;
    return (sample.monoHalfNanos * (Fixed.PPT / 1000) / time) * 1000;
  }

  /** Whether the bound or the status of a new line is enough better: each costs history. */
  private boolean isWorthIt(HostSample sample, Segment newest, long since, long error) {
    long elapsed = newest.monoAt(since) - newest.monoBaseNanos;
    long present =
        Fixed.addBound(newest.errorNanos, Fixed.growth(elapsed, newest.errorRate));
    long vouched = sample.maxErrorNanos;
    long worth = vouched == Long.MAX_VALUE ? 250_000 : Math.max(50_000, vouched / 4);
    if (present - error > worth || elapsed > HOLDOVER_NANOS / 2) {
      return true;
    }
    // What is published has turned out too good: for us, or for the host by its own account.
    long declared = Fixed.addBound(newest.referenceErrorNanos, elapsed / HOST_GROWTH_DIVISOR);
    if (Math.abs(offset) - sample.monoHalfNanos > present
        || referenceErrorNanos(sample) - worth > declared) {
      return true;
    }
    if (newest.taiOffsetNanos - newest.realOffsetNanos != taiNanos(sample)
        || since >= newest.holdoverAfterCycles) {
      return true;
    }
    return statusOf(sample) != newest.status || reasonOf(sample) != newest.reason;
  }

  /** What was decided last; kept, so that following allocates nothing. */
  private final class Decided implements TimelineWriter.Edit {
    private final HostSample sample = new HostSample();
    private long hostMonoNanos;
    private long hostRawNanos;
    private long sleptNanos;
    private int sets;
    private long errorNanos;
    private long ratePpb;

    @Override
    public void apply(Segment next) {
      next.steerFrom(nominal, rate + correction);
      next.stepCycles = stepCycles;
      next.gapCycles = gapCycles;
      next.bootOffsetNanos += sleptNanos;
      stateOffsets(next, sample, sets);
      next.hostMonoOffsetNanos = hostMonoNanos;
      next.hostRawOffsetNanos = hostRawNanos;
      stateBound(next, sample, errorNanos, ratePpb);
    }
  }

  private void stateOffsets(Segment next, HostSample sample, int sets) {
    next.realOffsetNanos = wantedRealOffset();
    leap.state(next);
    next.taiOffsetNanos = next.realOffsetNanos + taiNanos(sample);
    next.hostBootOffsetNanos = sample.bootOffsetNanos();
    next.clockWasSetSeq += sets;
  }

  private void stateBound(Segment next, HostSample sample, long error, long ratePpb) {
    long rate = Fixed.ratePpb(Math.min(ratePpb, 999_999_999));
    long cycles = Math.max(next.startCycles - sample.cycles, 0);
    long since = Fixed.wholeNanos(cycles, nominal.whole(), nominal.fraction(), 0);
    // Up to the start the line before this is in force, which may be the worse one.
    long untilStart = Long.compareUnsigned(next.errorRate, rate) > 0 ? next.errorRate : rate;
    next.errorNanos = Fixed.addBound(error + 2, Fixed.growth(since, untilStart));
    next.errorRate = rate;
    next.referenceErrorNanos = referenceErrorNanos(sample);
    next.status = statusOf(sample);
    next.reason = reasonOf(sample);
    next.holdoverAfterCycles = cyclesIn(HOLDOVER_NANOS);
    next.freerunAfterCycles = cyclesIn(FREERUN_NANOS);
  }

  private long referenceErrorNanos(HostSample sample) {
    return sample.maxErrorNanos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Fixed.addBound(sample.maxErrorNanos + hostRealHalf, Math.abs(ignored));
  }

  private static TimeStatus statusOf(HostSample sample) {
    return sample.isSynchronized ? TimeStatus.SYNCHRONIZED : TimeStatus.FREERUNNING;
  }

  private StatusReason reasonOf(HostSample sample) {
    if (!sample.isQualityKnown) {
      return StatusReason.HOST_UNKNOWN;
    }
    if (!sample.isSynchronized) {
      return StatusReason.HOST_UNSYNCHRONISED;
    }
    if (ignored != 0) {
      return StatusReason.STEP_IGNORED;
    }
    return policy == StepPolicy.SLEW && Math.abs(offset) > STEP_NOISE_NANOS * 10
        ? StatusReason.STEP_SLEWED
        : StatusReason.FOLLOWING;
  }

  /** How long to wait before the next sample. */
  public long intervalNanos() {
    return samples < FAST_SAMPLES ? FAST_NANOS : STEADY_NANOS;
  }

  /** The host's clock minus ours at the last sample, as far as it is to be worked off. */
  public long offsetNanos() {
    return offset;
  }

  /** How far {@link #offsetNanos} may be off. */
  public long offsetHalfNanos() {
    return offsetHalf;
  }

  /** The host's rate over the calibrated one, in parts per trillion. */
  public long hostRatePpt() {
    return ratePpt();
  }

  /** How far {@link #hostRatePpt} may be off. */
  public long hostRateUncertaintyPpt() {
    return estimator.uncertaintyPpt();
  }

  /** How many steps of the host's clock were noticed. */
  public long steps() {
    return steps;
  }

  /** The size of the last step of the host's clock. */
  public long lastStepNanos() {
    return lastStepNanos;
  }

  /** The host's REALTIME just after the last step. */
  public long lastStepAtRealNanos() {
    return lastStepAtReal;
  }
}
