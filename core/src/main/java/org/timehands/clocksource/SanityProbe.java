package org.timehands.clocksource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.timehands.fixed.Fixed;

/**
 * The look at a clocksource that comes late (2-17, 2-18): it must not go back, its rate must be
 * within 1 % of what it says, and CPUs must agree on it. Takes some tens of milliseconds; one that
 * counts coarsely is looked at longer. Thread-safe.
 */
public final class SanityProbe implements ClocksourceRegistry.Probe {
  /** How far the rate may be off what is said: 1 %, in parts per billion. */
  public static final long RATE_LIMIT_PPB = 10_000_000;

  private static final int READS = 1_000;
  private static final int BRACKETS = 50;
  private static final int PARTS = 8;
  private static final long BILLION = 1_000_000_000L;
  private static final long[] WINDOWS_NANOS = {20_000_000, 200_000_000, 2_000_000_000};

  private final LongSupplier referenceNanos;
  private final long referenceStepNanos;
  private final Function<ClockSource, WarpCheck.Exchange> exchanges;
  private final int[] cpus;

  /**
   * A probe.
   *
   * @param referenceNanos a clock that is right to much better than 1 %, in nanoseconds
   * @param referenceStepNanos the step in which that counts, at least 1
   * @param exchanges lets CPUs compare their reads of a clocksource; null for never
   * @param cpus the CPUs to compare, ascending
   */
  public SanityProbe(
      LongSupplier referenceNanos, long referenceStepNanos,
      Function<ClockSource, WarpCheck.Exchange> exchanges, int... cpus) {
    this.referenceNanos = Objects.requireNonNull(referenceNanos, "referenceNanos");
    this.referenceStepNanos = referenceStepNanos;
    this.exchanges = exchanges;
    this.cpus = cpus.clone();
  }

  /** A probe on this machine: threads bound to CPUs exchange the reads. */
  public static SanityProbe onThisMachine(
      LongSupplier referenceNanos, long referenceStepNanos, int... cpus) {
    long pairNanos =
        PinnedExchange.budgetNanos(cpus.length < 2 ? 1 : WarpCheck.pairs(cpus).size());
    return new SanityProbe(
        referenceNanos, referenceStepNanos,
        source -> WarpCheck.pinned(source::read, pairNanos), cpus);
  }

  @Override
  public Optional<String> refusal(Candidate candidate) {
    ClockSource source = candidate.source();
    Optional<String> back = goesBack(source);
    if (back.isPresent()) {
      return back;
    }
    Optional<String> rate = rate(candidate);
    if (rate.isPresent() || exchanges == null || cpus.length < 2) {
      return rate;
    }
    WarpCheck.Verdict warp = WarpCheck.check(cpus, exchanges.apply(source), source.widthBits());
    return warp.passed() ? Optional.empty() : Optional.of(warp.words());
  }

  private static Optional<String> goesBack(ClockSource source) {
    int shift = Long.SIZE - source.widthBits();
    long last = source.read();
    for (int i = 0; i < READS; i++) {
      long next = source.read();
      if (next >>> 1 >>> (source.widthBits() - 1) != 0) {
        return Optional.of(
            "it read " + next + ", which is more than the " + source.widthBits()
                + " bits that it says it has");
      }
      long step = ((next - last) << shift) >> shift;
      if (step < 0) {
        return Optional.of("it went back by " + -step + " cycles from one read to the next");
      }
      last = next;
    }
    return Optional.empty();
  }

  private Optional<String> rate(Candidate candidate) {
    String trouble = "";
    for (long windowNanos : WINDOWS_NANOS) {
      try {
        Calibration found = calibrate(candidate.source(), windowNanos);
        long off = Math.abs(candidate.rate().pptOver(found.rate())) / (Fixed.PPT / BILLION);
        if (off - found.errorPpb() > RATE_LIMIT_PPB) {
          return Optional.of(
              "it counts " + found.frequencyHz() + " Hz and not "
                  + candidate.rate().frequencyHz() + ": off by " + off / 1_000 + " ppm, "
                  + RATE_LIMIT_PPB / 1_000 + " are allowed");
        }
        if (off + found.errorPpb() <= RATE_LIMIT_PPB) {
          return Optional.empty();
        }
        trouble = "its rate cannot be told within 1 %: " + found;
      } catch (CalibrationException refused) {
        trouble = refused.getMessage();
      }
    }
    return Optional.of(trouble);
  }

  /** Brackets spread over a part of the window at either end show how coarsely it counts. */
  private Calibration calibrate(ClockSource source, long windowNanos)
      throws CalibrationException {
    BracketSampler sampler = new BracketSampler(source, referenceNanos);
    long beginNanos = sampler.take().nanos();
    long partNanos = windowNanos / PARTS;
    List<Bracket> begin = spread(sampler, beginNanos, partNanos);
    return Calibration.of(
        begin, spread(sampler, beginNanos + windowNanos - partNanos, partNanos),
        referenceStepNanos);
  }

  private static List<Bracket> spread(BracketSampler sampler, long fromNanos, long overNanos)
      throws CalibrationException {
    List<Bracket> taken = new ArrayList<>();
    for (int i = 0; i < BRACKETS; i++) {
      long dueNanos = fromNanos + overNanos * i / BRACKETS;
      Bracket next = sampler.take();
      while (next.nanos() < dueNanos) {
        Thread.onSpinWait();
        next = sampler.take();
      }
      taken.add(next);
    }
    return taken;
  }
}
