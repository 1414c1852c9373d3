package org.timehands.stress.model;

/**
 * Segments in a chain that never forgets: what all models without slot reuse share.
 *
 * <p>Every segment has a start, a base, a slope and a horizon word of a promise (in cycles from the
 * start) and a seal. Slopes alternate, fast first, so that the first hand-over slows the clock
 * down: the case in which being late makes time go back.
 */
final class Chain {
  static final int FAST = 3;
  static final int SLOW = 2;

  /** What a new segment promises: its own first cycle. */
  static final int FIRST_PROMISE = 1;

  final int segments;
  final int maxCycle;
  final int[] start;
  final int[] base;
  final int[] slow;
  final int[] promised;
  final int[] sealed;

  /** Adds the variables of {@code segments} segments whose cycles go up to {@code maxCycle}. */
  Chain(Layout layout, int segments, int maxCycle) {
    this.segments = segments;
    this.maxCycle = maxCycle;
    start = layout.variables("start", segments, maxCycle);
    base = layout.variables("base", segments, maxTime());
    slow = layout.variables("slow", segments, 1);
    promised = layout.variables("promised", segments, maxCycle);
    sealed = layout.variables("sealed", segments, 1);
  }

  int maxTime() {
    return FAST * maxCycle;
  }

  int slope(int[] s, int segment) {
    return s[slow[segment]] == 1 ? SLOW : FAST;
  }

  /** The time of a cycle on a segment's line. */
  int line(int[] s, int segment, int cycle) {
    return s[base[segment]] + (cycle - s[start[segment]]) * slope(s, segment);
  }

  int horizon(int[] s, int segment) {
    return s[start[segment]] + s[promised[segment]];
  }

  /** Writes a segment that begins at {@code at} with {@code time}. */
  void write(int[] next, int segment, int at, int time) {
    next[start[segment]] = at;
    next[base[segment]] = time;
    next[slow[segment]] = segment % 2;
    next[promised[segment]] = FIRST_PROMISE;
    next[sealed[segment]] = 0;
  }

  /** Forgets a segment that was written but never published: what it says cannot matter. */
  void discard(int[] next, int segment) {
    next[start[segment]] = 0;
    next[base[segment]] = 0;
    next[slow[segment]] = 0;
    next[promised[segment]] = 0;
  }
}
