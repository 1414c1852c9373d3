package org.timehands.timekeeping;

import java.util.Arrays;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;

/**
 * Where narrow counters were left when the timeline changed to another, so that their counts go on
 * from there when it comes back: history tells the cycles of one id apart by nothing but their
 * numbers. Guarded by its owner's lock.
 */
final class Retired {
  private long[] ids = new long[4];
  private long[] cycles = new long[4];
  private long[] raws = new long[4];
  private int count;

  /** Notes that a counter was left. */
  void left(long id, long atCycles, long rawNanos) {
    int place = placeOf(id);
    if (place == ids.length) {
      ids = Arrays.copyOf(ids, 2 * place);
      cycles = Arrays.copyOf(cycles, 2 * place);
      raws = Arrays.copyOf(raws, 2 * place);
    }
    count = Math.max(count, place + 1);
    ids[place] = id;
    cycles[place] = atCycles;
    raws[place] = rawNanos;
  }

  /**
   * Near which number a counter's cycles are now: where it must have come to since it was left, and
   * in any case beyond.
   *
   * @param to the counter
   * @param slope its nanoseconds per cycle
   * @param rawNanos RAW now
   */
  long anchor(ClockSource to, Slope slope, long rawNanos) {
    int width = to.widthBits();
    int place = placeOf(to.id());
    long shown = to.read();
    if (width == Long.SIZE || place == count) {
      return shown;
    }
    long left = cycles[place];
    long gone = Beginning.cyclesOf(Math.max(0, rawNanos - raws[place]), slope);
    long wide = Handover.widen(shown, left + gone, width);
    return wide - left > 0 ? wide : wide + (1L << width);
  }

  private int placeOf(long id) {
    int place = 0;
    while (place < count && ids[place] != id) {
      place++;
    }
    return place;
  }
}
