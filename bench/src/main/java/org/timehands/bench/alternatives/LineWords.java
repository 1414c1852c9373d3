package org.timehands.bench.alternatives;

import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * One straight line from the counter to all clocks, in plain fields: the words of a segment of the
 * timeline, without its horizon. Not thread-safe; each alternative guards it in its own way.
 *
 * <p>The arithmetic is the timeline's, so that what is compared is how a line is published.
 */
final class LineWords {
  long startCycles;
  long monoBaseNanos;
  long monoFraction;
  long slopeFraction;
  long slopeWhole;
  long clocksourceId;
  long leapNanos;
  long realOffsetNanos;
  long leapAtMonoNanos = Long.MAX_VALUE;
  long bootOffsetNanos;
  long taiOffsetNanos;
  long rawBaseNanos;
  long rawFraction;
  long rawSlopeFraction;
  long rawSlopeWhole;
  long errorNanos;
  long errorRate;
  long referenceErrorNanos;
  long rawErrorNanos;
  long rawErrorRate;
  long holdoverAfterCycles;
  long freerunAfterCycles;
  long status;
  long clockWasSetSeq;
  long clocksourceChangedSeq;

  LineWords(long startCycles, Slope slope) {
    this.startCycles = startCycles;
    this.slopeFraction = slope.fraction();
    this.slopeWhole = slope.whole();
    this.rawSlopeFraction = slope.fraction();
    this.rawSlopeWhole = slope.whole();
    this.holdoverAfterCycles = Long.MAX_VALUE;
    this.freerunAfterCycles = Long.MAX_VALUE;
  }

  LineWords(LineWords other) {
    copyFrom(other);
  }

  void copyFrom(LineWords other) {
    startCycles = other.startCycles;
    monoBaseNanos = other.monoBaseNanos;
    monoFraction = other.monoFraction;
    slopeFraction = other.slopeFraction;
    slopeWhole = other.slopeWhole;
    clocksourceId = other.clocksourceId;
    leapNanos = other.leapNanos;
    realOffsetNanos = other.realOffsetNanos;
    leapAtMonoNanos = other.leapAtMonoNanos;
    bootOffsetNanos = other.bootOffsetNanos;
    taiOffsetNanos = other.taiOffsetNanos;
    rawBaseNanos = other.rawBaseNanos;
    rawFraction = other.rawFraction;
    rawSlopeFraction = other.rawSlopeFraction;
    rawSlopeWhole = other.rawSlopeWhole;
    errorNanos = other.errorNanos;
    errorRate = other.errorRate;
    referenceErrorNanos = other.referenceErrorNanos;
    rawErrorNanos = other.rawErrorNanos;
    rawErrorRate = other.rawErrorRate;
    holdoverAfterCycles = other.holdoverAfterCycles;
    freerunAfterCycles = other.freerunAfterCycles;
    status = other.status;
    clockWasSetSeq = other.clockWasSetSeq;
    clocksourceChangedSeq = other.clocksourceChangedSeq;
  }

  /** MONOTONIC at a cycle. */
  long mono(long cycles) {
    return monoBaseNanos
        + Fixed.wholeNanos(cycles - startCycles, slopeWhole, slopeFraction, monoFraction);
  }

  /** REALTIME at a cycle. */
  long real(long cycles) {
    long mono = mono(cycles);
    return mono + realOffsetNanos + leap(mono);
  }

  private long leap(long monoNanos) {
    return monoNanos < leapAtMonoNanos ? 0 : leapNanos;
  }

  /** All clocks at a cycle. */
  void fill(AllClocks into, long cycles) {
    long elapsed =
        Fixed.wholeNanos(cycles - startCycles, slopeWhole, slopeFraction, monoFraction);
    long mono = monoBaseNanos + elapsed;
    into.cycles = cycles;
    into.elapsedNanos = elapsed;
    into.clocksourceId = clocksourceId;
    into.monoNanos = mono;
    into.realNanos = mono + realOffsetNanos + leap(mono);
    into.bootNanos = mono + bootOffsetNanos;
    into.taiNanos = mono + taiOffsetNanos;
    into.rawNanos =
        rawBaseNanos
            + Fixed.wholeNanos(
                cycles - startCycles, rawSlopeWhole, rawSlopeFraction, rawFraction);
    into.errorNanos = errorNanos;
    into.errorRate = errorRate;
    into.referenceErrorNanos = referenceErrorNanos;
    into.rawErrorNanos = rawErrorNanos;
    into.rawErrorRate = rawErrorRate;
    into.holdoverAfterCycles = holdoverAfterCycles;
    into.freerunAfterCycles = freerunAfterCycles;
    into.status = status;
    into.clockWasSetSeq = clockWasSetSeq;
    into.clocksourceChangedSeq = clocksourceChangedSeq;
  }

  /** Goes on from a cycle with another slope; values and fractions are those of the old line. */
  void advance(long cycles, Slope slope) {
    long d = cycles - startCycles;
    long elapsed = Fixed.wholeNanos(d, slopeWhole, slopeFraction, monoFraction);
    long rawElapsed = Fixed.wholeNanos(d, rawSlopeWhole, rawSlopeFraction, rawFraction);
    errorNanos = Fixed.addBound(errorNanos, Fixed.growth(elapsed, errorRate));
    rawErrorNanos = Fixed.addBound(rawErrorNanos, Fixed.growth(rawElapsed, rawErrorRate));
    monoBaseNanos += elapsed;
    monoFraction = Fixed.fraction(d, slopeFraction, monoFraction);
    rawBaseNanos += rawElapsed;
    rawFraction = Fixed.fraction(d, rawSlopeFraction, rawFraction);
    startCycles = cycles;
    slopeFraction = slope.fraction();
    slopeWhole = slope.whole();
  }
}
