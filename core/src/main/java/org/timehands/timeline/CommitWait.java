package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;
import org.timehands.linux.Memory;

/** The wait of whoever has set something until all who read can see it (A5). */
final class CommitWait {
  /**
   * So many reads of a counter that show the same are a counter that stands still. The coarsest
   * one, of 100 ticks a second, shows the same for some hundred thousand.
   */
  static final int STANDSTILL_READS = 10_000_000;

  private CommitWait() {}

  /** Waits as {@link TimelineWriter#awaitCommit} says. */
  static boolean await(Page page, Counters counters, long sequence, Runnable idle) {
    long slot = page.slot(sequence);
    long start = Memory.get(slot + Page.START);
    long id = Memory.get(slot + Page.CLOCKSOURCE);
    int shift = 64 - (int) (Memory.get(slot + Page.FLAGS) & 0x7F);
    ClockSource source = counters.find(id);
    long shown = start;
    int same = 0;
    // A slot that was used again is of a segment that has long been in force.
    while (Memory.getAcquire(slot + Page.SEQ) == sequence) {
      if (source == null || same > STANDSTILL_READS) {
        return false;
      }
      long now = source.read();
      if (isPast(page, sequence, now, start, shift) || isNewestPast(page, counters, sequence)) {
        return true;
      }
      same = now == shown ? same + 1 : 0;
      shown = now;
      idle.run();
    }
    return true;
  }

  /**
   * Whether a count is past a segment's start. A narrow one is widened to the one nearest to the
   * horizon: nearest to the start, a segment that began more than half a range ago would seem to be
   * still to come (NarrowCounterTest.anOldSegmentIsNotAwaited).
   */
  private static boolean isPast(Page page, long sequence, long now, long start, int shift) {
    long promised = Page.promised(Memory.getAcquire(page.horizon(sequence)));
    return promised + (((now - start - promised) << shift) >> shift) >= 0;
  }

  /** Where the newest segment has begun, so have the others: their own ends may be rounds ago. */
  private static boolean isNewestPast(Page page, Counters counters, long sequence) {
    long newest = page.newest();
    long slot = page.slot(newest);
    ClockSource source = counters.find(Memory.get(slot + Page.CLOCKSOURCE));
    if (newest == sequence || source == null) {
      return false;
    }
    long start = Memory.get(slot + Page.START);
    int shift = 64 - (int) (Memory.get(slot + Page.FLAGS) & 0x7F);
    boolean past = isPast(page, newest, source.read(), start, shift);
    return past && Memory.getAcquire(slot + Page.SEQ) == newest;
  }
}
