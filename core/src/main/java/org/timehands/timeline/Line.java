package org.timehands.timeline;

import org.timehands.fixed.Fixed;
import org.timehands.linux.Memory;

/**
 * The straight line of one slot: from cycles since its start to the time of each clock. Plain
 * loads; the caller checks the slot's sequence number afterwards. Small enough for the JIT to
 * inline, and the clock is a constant there, so that the switch folds.
 */
final class Line {
  static final int MONO = 0;
  static final int RAW = 1;
  static final int REAL = 2;
  static final int BOOT = 3;
  static final int TAI = 4;

  private Line() {}

  /** The line's gain in nanoseconds after so many cycles; plain loads. */
  static long lineNanos(long slot, long d) {
    return Fixed.wholeNanos(
        d,
        Memory.get(slot + Page.SLOPE_INT),
        Memory.get(slot + Page.SLOPE_FRAC),
        Memory.get(slot + Page.MONO_FRAC));
  }

  /** RAW after so many cycles; plain loads. */
  static long rawNanos(long slot, long d) {
    return Memory.get(slot + Page.RAW_BASE)
        + Fixed.wholeNanos(
            d,
            Memory.get(slot + Page.RAW_SLOPE_INT),
            Memory.get(slot + Page.RAW_SLOPE_FRAC),
            Memory.get(slot + Page.RAW_FRAC));
  }

  static long value(long slot, long d, int clock) {
    if (clock == RAW) {
      return rawNanos(slot, d);
    }
    long mono = Memory.get(slot + Page.MONO_BASE) + lineNanos(slot, d);
    return switch (clock) {
      case REAL ->
          mono
              + Memory.get(slot + Page.OFF_REAL)
              + Segment.leapCorrection(
                  mono, Memory.get(slot + Page.LEAP_AT), Memory.get(slot + Page.FLAGS));
      case BOOT -> mono + Memory.get(slot + Page.OFF_BOOT);
      case TAI -> mono + Memory.get(slot + Page.OFF_TAI);
      default -> mono;
    };
  }
}
