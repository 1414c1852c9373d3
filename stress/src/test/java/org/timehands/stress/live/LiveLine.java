package org.timehands.stress.live;

import java.util.StringJoiner;
import org.timehands.timeline.Sample;

/**
 * All that a reader was told at one cycle, as a line of numbers: clocksource, cycle, the five
 * clocks, three bounds, and whether it was held. live_reader.c writes the same.
 *
 * @param clocksource whose cycle
 * @param cycles the cycle
 * @param told the rest, as one string to compare
 */
record LiveLine(long clocksource, long cycles, String told) {
  static LiveLine of(Sample s) {
    StringJoiner told = new StringJoiner(" ");
    told.add(Long.toString(s.sequence()));
    told.add(Long.toString(s.monoNanos()));
    told.add(Long.toString(s.rawNanos()));
    told.add(Long.toString(s.realNanos()));
    told.add(Long.toString(s.bootNanos()));
    told.add(Long.toString(s.taiNanos()));
    told.add(Long.toString(s.errorNanos()));
    told.add(Long.toString(s.wallErrorNanos()));
    told.add(Long.toString(s.rawErrorNanos()));
    return new LiveLine(s.clocksourceId(), s.cycles(), told.toString());
  }

  static LiveLine parse(String line) {
    String[] words = line.split(" ", 3);
    return new LiveLine(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]);
  }

  @Override
  public String toString() {
    return clocksource + " " + cycles + " " + told;
  }
}
