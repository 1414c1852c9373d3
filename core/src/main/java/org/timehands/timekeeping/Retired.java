package org.timehands.timekeeping;

import java.util.Arrays;

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

  /** Whether a counter was left. */
  boolean knows(long id) {
    return placeOf(id) < count;
  }

  /** The cycle at which a counter was left. */
  long cycles(long id) {
    return cycles[placeOf(id)];
  }

  /** RAW when it was left. */
  long rawNanos(long id) {
    return raws[placeOf(id)];
  }

  private int placeOf(long id) {
    int place = 0;
    while (place < count && ids[place] != id) {
      place++;
    }
    return place;
  }
}
