package org.timehands.stress.live;

import org.timehands.timeline.Sample;

/**
 * All that a reader was told at one cycle, as a line of numbers: clocksource, cycle, how late the
 * answer was, segment, the five clocks, three bounds. live_reader.c writes the same.
 *
 * @param clocksource whose cycle
 * @param cycles the cycle
 * @param lateNanos how far from it the counter stood when it was read; 0 for its present cycle
 * @param told segment, clocks, bounds
 */
record LiveLine(long clocksource, long cycles, long lateNanos, long[] told) {
  /** Segment and clocks stand before the bounds. */
  private static final int TIMES = 6;

  private static final int WORDS = 9;

  static LiveLine of(Sample s) {
    return new LiveLine(
        s.clocksourceId(), s.cycles(), s.lateNanos(),
        new long[] {
          s.sequence(), s.monoNanos(), s.rawNanos(), s.realNanos(), s.bootNanos(), s.taiNanos(),
          s.errorNanos(), s.wallErrorNanos(), s.rawErrorNanos()
        });
  }

  static LiveLine parse(String line) {
    String[] words = line.split(" ");
    long[] told = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      told[i] = Long.parseLong(words[i + 3]);
    }
    return new LiveLine(
        Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), told);
  }

  /**
   * Whether this is what history says of the cycle: the same times whatever happened; the same
   * bounds if it was the present cycle; and if the reader was held, or stood at a counter's end,
   * history's bounds and what lay between, with at most twice its growth.
   */
  boolean agreesWith(LiveLine history) {
    for (int i = 0; i < WORDS; i++) {
      long more = told[i] - history.told[i];
      boolean right = i < TIMES ? more == 0 : isBound(told[i], history.told[i], more);
      if (!right) {
        return false;
      }
    }
    return cycles == history.cycles && clocksource == history.clocksource;
  }

  private boolean isBound(long then, long now, long more) {
    if (then == Long.MAX_VALUE) {
      return now == Long.MAX_VALUE || lateNanos == Long.MAX_VALUE;
    }
    return lateNanos == 0 ? more == 0 : more >= lateNanos && more <= 2 * lateNanos;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(clocksource).append(' ').append(cycles).append(' ').append(lateNanos);
    for (long each : told) {
      text.append(' ').append(each);
    }
    return text.toString();
  }
}
