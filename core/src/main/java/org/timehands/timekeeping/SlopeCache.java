package org.timehands.timekeeping;

import org.timehands.discipline.Ntp;
import org.timehands.fixed.Slope;

/**
 * The slopes of a clock that was steered lately, so that going back to one allocates nothing
 * (0-13). Guarded by its owner's lock.
 */
final class SlopeCache {
  private static final int PLACES = 64;

  private final long[] gains = new long[PLACES];
  private final Slope[] raws = new Slope[PLACES];
  private final Slope[] slopes = new Slope[PLACES];

  /** The slope of a gain over an unsteered one. */
  Slope of(long gainScaled, Slope raw) {
    int place = (int) ((gainScaled * 0x9E37_79B9_7F4A_7C15L) >>> 58);
    if (slopes[place] == null || gains[place] != gainScaled || !raws[place].equals(raw)) {
      gains[place] = gainScaled;
      raws[place] = raw;
      slopes[place] = Ntp.slope(gainScaled, raw);
    }
    return slopes[place];
  }
}
