package org.timehands.trace;

import org.timehands.timeline.History;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;

/**
 * What knows the times of old stamps: the history of a page, or of a journal.
 *
 * <p>{@link TraceMerge} demands of it that times never fall while the cycles of one clocksource
 * grow.
 */
@FunctionalInterface
public interface StampConverter {
  /**
   * Converts a stamp.
   *
   * @param clocksourceId whose cycle it is
   * @param cycles the cycle, as a signed 64-bit number
   * @param into receives all clocks at that cycle, unless the answer is TOO_OLD or
   *     WRONG_CLOCKSOURCE
   * @return what was found
   */
  History.Found convert(long clocksourceId, long cycles, Sample into);

  /**
   * Converts by a history, and holds stragglers: a stamp on a counter beyond the cycle at which the
   * timeline left it, which a thread took that was just about to notice, has the last time of that
   * counter, so that it comes before all that was stamped on the next one. It is PREDICTED.
   *
   * @param history the past of a timeline
   * @return a converter for one thread at a time
   */
  static StampConverter of(History history) {
    Segment left = new Segment();
    return (id, cycles, into) -> {
      History.Found found = history.convert(id, cycles, into);
      if (found != History.Found.PREDICTED || into.sequence() >= history.newest()) {
        return found;
      }
      long word = history.segment(into.sequence(), left);
      boolean sealed = word >= 0 && (word & 1) != 0;
      long end = left.startCycles + (word >>> 1);
      if (!sealed || cycles - end < 0) {
        return found;
      }
      History.Found atEnd = history.convert(id, end - 1, into);
      return atEnd == History.Found.EXACT ? History.Found.PREDICTED : atEnd;
    };
  }
}
