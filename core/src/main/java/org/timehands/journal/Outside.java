package org.timehands.journal;

/**
 * What a timeline says of a cycle that none of its segments promised; the same as History says of
 * the page. Immutable.
 *
 * @param kind what was found
 * @param segment the name of the segment whose line goes on, for PREDICTED
 * @param startCycles where that segment begins
 */
record Outside(Kind kind, long segment, long startCycles) {
  /** Found nowhere. */
  static final Outside UNKNOWN = new Outside(Kind.UNKNOWN_CLOCKSOURCE, -1, 0);

  /** From the least to the most that is said. */
  enum Kind {
    /** No segment counts this clocksource. */
    UNKNOWN_CLOCKSOURCE,
    /** All segments of this clocksource begin later. */
    BEFORE,
    /** The cycle lies beyond what was promised last. */
    PREDICTED,
    /** The counter was disrupted before this cycle, and began a new era. */
    DISRUPTED,
    /** The segment of this cycle is missing. */
    HOLE
  }

  /** Of one clocksource's cycles within one boot, the line that began last is the nearest. */
  boolean isBetterThan(Outside other) {
    return kind != other.kind
        ? kind.compareTo(other.kind) > 0
        : kind == Kind.PREDICTED && startCycles - other.startCycles > 0;
  }

  /** What timeline t says. */
  static Outside of(SegmentList list, int t, long id, long cycles) {
    boolean seen = false;
    int to = list.count() - 1;
    int[] runs = list.runs();
    for (int run = runs.length - 1; run >= 0; run--) {
      int from = runs[run];
      if (list.clocksource(to) == id) {
        seen = true;
        int hit = lastStartingBy(list, cycles, from, to);
        if (hit >= from) {
          return beyond(list, t, hit);
        }
      }
      to = from - 1;
    }
    return seen ? new Outside(Kind.BEFORE, -1, 0) : UNKNOWN;
  }

  private static Outside beyond(SegmentList list, int t, int i) {
    boolean last = i == list.count() - 1;
    // A counter that was left has a line that ends, and goes on as far as anybody knows.
    boolean left =
        !last
            && list.sequence(i + 1) == list.sequence(i) + 1
            && list.clocksource(i + 1) != list.clocksource(i);
    if (left && list.isGap(i + 1)) {
      return new Outside(Kind.DISRUPTED, -1, 0);
    }
    boolean goesOn = last ? !list.isSealed(i) : left;
    return goesOn
        ? new Outside(Kind.PREDICTED, Coverage.name(t, i), list.start(i))
        : new Outside(Kind.HOLE, -1, 0);
  }

  private static int lastStartingBy(SegmentList list, long cycles, int from, int to) {
    int low = from - 1;
    int high = to;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (cycles - list.start(middle) >= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
