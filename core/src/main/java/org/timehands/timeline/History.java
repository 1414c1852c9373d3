package org.timehands.timeline;

import org.timehands.linux.Memory;

/**
 * The past of a timeline: converts the stamps of its counters to what every clock read, or would
 * have read, at that cycle.
 *
 * <p>The segments of the page are the history: an answer for a cycle that was ever answered is the
 * answer that was given then, to the nanosecond. Thread-safe, wait-free, allocates nothing; reads
 * beside the writer.
 */
public final class History {
  private final Page page;

  /** The history of a page. */
  public History(Page page) {
    this.page = page;
  }

  /** What a conversion found. */
  public enum Found {
    /**
     * The cycle was promised: this is, and will for ever be, its time. So it is of every cycle that
     * the counter has shown; a promise of one that is still to come can be taken back if somebody
     * promised an absurd one.
     */
    EXACT,
    /**
     * The cycle lies beyond what is promised: the line goes on, or so it seems today. Of a counter
     * that the timeline has left it is the line as it would have gone on, and its bound holds only
     * as long as the counter kept what it was rated for.
     */
    PREDICTED,
    /** The cycle is older than the history that is kept. */
    TOO_OLD,
    /** No segment that is kept is on this counter. */
    WRONG_CLOCKSOURCE,
    /** The counter told nothing at this cycle: the machine slept or was moved. */
    UNMAPPABLE
  }

  /** The newest segment's sequence number. */
  public long newest() {
    return page.newest();
  }

  /** The oldest segment's sequence number that is surely kept while one more is appended. */
  public long oldest() {
    return Math.max(0, newest() - page.slotCount() + 3);
  }

  /**
   * Copies a segment.
   *
   * @param k its sequence number
   * @param into the holder
   * @return its horizon relative to its start, times two, plus one if it is sealed; -1 if it is not
   *     kept any more
   */
  public long segment(long k, Segment into) {
    if (k < 0) {
      return -1;
    }
    long slot = page.slot(k);
    into.load(slot);
    long word = Memory.getAcquire(page.horizon(k));
    Memory.loadLoadFence();
    into.sequence = k;
    if (Memory.get(slot + Page.SEQ) != k) {
      return -1;
    }
    return Page.isFrozen(word) ? 0 : word;
  }

  /**
   * Copies a segment word for word; allocates nothing.
   *
   * @param k its sequence number
   * @param into the holder
   * @return whether it is still kept; if not, what is copied means nothing
   */
  public boolean copy(long k, SegmentCopy into) {
    if (k < 0) {
      return false;
    }
    long slot = page.slot(k);
    for (int i = 1; i < SegmentCopy.WORDS - 1; i++) {
      into.words[i] = Memory.get(slot + (long) Long.BYTES * i);
    }
    into.set(k, Memory.getAcquire(page.horizon(k)));
    Memory.loadLoadFence();
    return Memory.get(slot + Page.SEQ) == k;
  }

  /**
   * Converts a stamp.
   *
   * @param clocksourceId whose cycle it is
   * @param cycles the cycle, as a signed 64-bit number
   * @param into receives all clocks at that cycle, unless the answer is TOO_OLD or
   *     WRONG_CLOCKSOURCE
   * @return what was found
   */
  public Found convert(long clocksourceId, long cycles, Sample into) {
    Found found = null;
    for (int tries = 0; found == null; tries++) {
      long newest = newest();
      long k = find(clocksourceId, cycles, newest);
      found =
          k == NONE
              ? Found.WRONG_CLOCKSOURCE
              : k == OLDER ? Found.TOO_OLD : answer(k, clocksourceId, cycles, into);
      // Slots that were reused during the search may have misled it; an exact answer proves itself.
      boolean misled = found != Found.EXACT && found != Found.UNMAPPABLE && newest() != newest;
      if (misled && tries < page.slotCount()) {
        found = null;
      }
    }
    return found;
  }

  private static final long NONE = -1;
  private static final long OLDER = -2;

  private Found answer(long k, long id, long cycles, Sample into) {
    long slot = page.slot(k);
    long start = Memory.get(slot + Page.START);
    long d = cycles - start;
    into.fillStamp(Memory.get(slot + Page.CLOCKSOURCE), start, d);
    into.fill(slot, k, d, null);
    long word = Memory.getAcquire(page.horizon(k));
    Memory.loadLoadFence();
    if (Memory.get(slot + Page.SEQ) != k || into.clocksourceId() != id || d < 0) {
      return Found.TOO_OLD;
    }
    if (d >= Page.promised(word)) {
      return endsInGap(k, word) ? Found.UNMAPPABLE : Found.PREDICTED;
    }
    return into.isGap() ? Found.UNMAPPABLE : Found.EXACT;
  }

  /** Whether the counter told nothing after a segment: it was disrupted, and has a new era. */
  private boolean endsInGap(long k, long word) {
    long next = page.slot(k + 1);
    boolean gap = (word & 1) != 0 && (Memory.get(next + Page.FLAGS) & Segment.FLAG_GAP) != 0;
    Memory.loadLoadFence();
    return gap && Memory.get(next + Page.SEQ) == k + 1;
  }

  /**
   * The segment that answers for a cycle: the last on this counter that starts at or before it.
   * Segments of one counter stand in order of their starts, but other counters' may stand between.
   */
  private long find(long id, long cycles, long newest) {
    long oldest = Math.max(0, newest - page.slotCount() + 3);
    boolean seen = false;
    long k = newest;
    while (k >= oldest) {
      long runStart = runStart(k, oldest);
      if (clocksource(k) == id) {
        seen = true;
        long hit = lastStartingBy(cycles, runStart, k);
        if (hit >= runStart) {
          return hit;
        }
      }
      k = runStart - 1;
    }
    return seen ? OLDER : NONE;
  }

  /** The first segment of the run on one counter that segment k belongs to. */
  private long runStart(long k, long oldest) {
    long changes = Memory.get(page.slot(k) + Page.CS_CHANGED_SEQ);
    long low = oldest;
    long high = k;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (Memory.get(page.slot(middle) + Page.CS_CHANGED_SEQ) >= changes) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  private long clocksource(long k) {
    return Memory.get(page.slot(k) + Page.CLOCKSOURCE);
  }

  private long lastStartingBy(long cycles, long from, long to) {
    long low = from - 1;
    long high = to;
    while (low < high) {
      long middle = (low + high + 1) >> 1;
      if (cycles - Memory.get(page.slot(middle) + Page.START) >= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
