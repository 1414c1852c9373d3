package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.EraClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * The repair after a disruption: a new era of the counter, and a bridge to it over the time in
 * which the counter told nothing.
 *
 * <p>What was answered before the disruption stays answered: stamps of the old era up to its last
 * promise convert to what was read then. Cycles of the old era beyond that, the bridge, and cycles
 * of the new era before it have no time (A8). Not thread-safe.
 */
/*
 *   old era, cycles go on to H           new era, cycles from anywhere
 *   ------------------| H     start ......| middle -----------------------
 *   T(H)                      bridge: from T(H) to what the host's MONOTONIC says at middle
 *
 * The bridge is a step of cycles long, so that a reader that sampled a little early, on another CPU
 * or relaxed, finds itself on it and not in the old era, whose cycles may be larger.
 */
final class EraChange {
  /** Both machines' counters are within 50 ppm of their nominal rates, or so says vmclock. */
  static final long RATE_PPB = 100_000;

  private static final int BRACKETS = 4;

  private final ClockSource counter;
  private final HostTimes host;
  private final long errorNanos;
  private long middle;
  private long monoNanos;
  private long rawNanos;
  private long sleptNanos;
  private long halfCycles;

  /**
   * Measures for a repair.
   *
   * @param open the newest segment
   * @param old its counter
   * @param host the host's clocks
   * @param errorNanos what is added to the bounds
   */
  EraChange(Segment open, ClockSource old, HostTimes host, long errorNanos) {
    this.counter = EraClockSource.after(old);
    this.host = host;
    this.errorNanos = errorNanos;
    long narrowest = Long.MAX_VALUE;
    for (int i = 0; i < BRACKETS; i++) {
      narrowest = look(open, narrowest);
    }
  }

  private long look(Segment open, long narrowest) {
    int shift = Long.SIZE - counter.widthBits();
    long before = counter.read();
    long mono = host.monoNanos();
    long raw = host.rawNanos();
    long boot = host.bootNanos();
    long width = ((counter.read() - before) << shift) >>> shift;
    if (width >= narrowest) {
      return narrowest;
    }
    middle = before + width / 2;
    halfCycles = width / 2 + 1;
    monoNanos = mono - open.hostMonoOffsetNanos;
    rawNanos = raw - open.hostRawOffsetNanos;
    sleptNanos = boot - mono - open.hostBootOffsetNanos;
    return width;
  }

  /** The counter in its new era. */
  ClockSource counter() {
    return counter;
  }

  /** The cycle of the new era at which the bridge ends. */
  long endCycles() {
    return middle;
  }

  /** Edits the bridge. */
  void bridge(Segment next) {
    long length = next.stepCycles;
    next.clocksourceId = counter.id();
    next.startCycles = middle - length;
    long open = errorNanos + half(Slope.of(next.rate()));
    next.errorNanos = Fixed.addBound(next.errorNanos, open);
    next.rawErrorNanos = Fixed.addBound(next.rawErrorNanos, open);
    next.setRate(Slope.of(Math.max(monoNanos - next.monoBaseNanos, 0), length));
    next.setRawRate(Slope.of(Math.max(rawNanos - next.rawBaseNanos, 0), length));
  }

  private long half(Slope slope) {
    return Fixed.wholeNanos(halfCycles, slope.whole(), slope.fraction(), 0) + 1;
  }

  /**
   * Edits the line after it.
   *
   * @param before the segment before the disruption, whose slopes go on until somebody knows better
   */
  void line(Segment next, Segment before) {
    next.setRate(before.rate());
    next.setRawRate(before.rawRate());
    if (sleptNanos >= GapGuard.SLEEP_MIN_NANOS) {
      next.bootOffsetNanos += sleptNanos;
      next.realOffsetNanos += sleptNanos;
      next.taiOffsetNanos += sleptNanos;
      next.hostBootOffsetNanos += sleptNanos;
      next.clockWasSetSeq++;
    }
    long rate = Fixed.ratePpb(RATE_PPB);
    next.errorRate = larger(next.errorRate, rate);
    next.rawErrorRate = larger(next.rawErrorRate, rate);
    next.holdoverAfterCycles = 0;
    next.freerunAfterCycles = before.freerunAfterCycles;
  }

  private static long larger(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }
}
