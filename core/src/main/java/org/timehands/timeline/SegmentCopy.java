package org.timehands.timeline;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.timehands.fixed.Fixed;

/**
 * A copy of one segment, word for word as it stands in a page, with its horizon: what a journal
 * keeps.
 *
 * <p>The words are opaque: they are stored and given back, and what they mean is asked of this
 * class. It answers what the page would have answered, to the nanosecond. A reusable holder;
 * copying allocates nothing. Not thread-safe.
 */
public final class SegmentCopy {
  /** Words of a copy: those of the slot, and the horizon word. */
  public static final int WORDS = (int) (Page.SLOT_BYTES / Long.BYTES) + 1;

  /** Words of REALTIME's line: the first ones. */
  public static final int LINE_WORDS = (int) (Page.LEAP_AT / Long.BYTES) + 1;

  private static final int HORIZON = WORDS - 1;

  final long[] words = new long[WORDS];

  /** An empty copy, of segment 0 that promises nothing. */
  public SegmentCopy() {}

  static int place(long word) {
    return (int) (word / Long.BYTES);
  }

  long get(long word) {
    return words[place(word)];
  }

  void set(long sequence, long horizon) {
    words[place(Page.SEQ)] = sequence;
    words[HORIZON] = Page.isFrozen(horizon) ? 0 : horizon;
  }

  /**
   * Appends the words to a buffer.
   *
   * @param into has room for {@link #WORDS} longs at its position, which moves past them
   */
  public void store(ByteBuffer into) {
    for (long word : words) {
      into.putLong(word);
    }
  }

  /**
   * Takes the words from where {@link #store} put them.
   *
   * @param from the buffer; its position stays
   * @param index of the first word
   */
  public void load(LongBuffer from, int index) {
    from.get(index, words);
  }

  /** Leaves those words that tell where REALTIME's line runs, {@link #LINE_WORDS} of them. */
  public void storeLine(long[] into, int index) {
    System.arraycopy(words, 0, into, index, LINE_WORDS);
  }

  /**
   * Takes the words that {@link #storeLine} left: {@link #startCycles}, {@link #isGap} and {@link
   * #realNanosAt} are right afterwards, and nothing else.
   */
  public void loadLine(long[] from, int index) {
    System.arraycopy(from, index, words, 0, LINE_WORDS);
  }

  /** The sequence number. */
  public long sequence() {
    return get(Page.SEQ);
  }

  /** The first cycle. */
  public long startCycles() {
    return get(Page.START);
  }

  /** The clocksource whose cycles these are. */
  public long clocksourceId() {
    return get(Page.CLOCKSOURCE);
  }

  /** How many cycles from the start on were promised when the copy was made. */
  public long promisedCycles() {
    return Page.promised(words[HORIZON]);
  }

  /** Whether the promise is final: a successor begins where it ends. */
  public boolean isSealed() {
    return (words[HORIZON] & 1) != 0;
  }

  /** Whether this bridges a time in which the counter told nothing. */
  public boolean isGap() {
    return (get(Page.FLAGS) & Segment.FLAG_GAP) != 0;
  }

  /** How often the wall clock had been set. */
  public long clockWasSetSeq() {
    return get(Page.CLOCK_WAS_SET_SEQ);
  }

  /** Cycles that pass in so many nanoseconds on this line, about, rounded up; saturating. */
  public long cyclesIn(long nanos) {
    return Fixed.cyclesUntil(
        nanos, get(Page.SLOPE_INT), get(Page.SLOPE_FRAC), 0, Long.MAX_VALUE);
  }

  /** REALTIME so many cycles after the start, promised or not. */
  public long realNanosAt(long cyclesFromStart) {
    long mono =
        get(Page.MONO_BASE)
            + Fixed.wholeNanos(
                cyclesFromStart,
                get(Page.SLOPE_INT),
                get(Page.SLOPE_FRAC),
                get(Page.MONO_FRAC));
    return mono
        + get(Page.OFF_REAL)
        + Segment.leapCorrection(mono, get(Page.LEAP_AT), get(Page.FLAGS));
  }

  /**
   * Fills a sample with all clocks at a cycle, as a read of the page would have.
   *
   * @param cycles the cycle, not before the start
   * @param into the holder to fill
   */
  public void fill(long cycles, Sample into) {
    long d = cycles - startCycles();
    into.fillStamp(clocksourceId(), startCycles(), d);
    into.fill(this, d);
  }

  /** Whether all but the horizon is the same. */
  public boolean hasLineOf(SegmentCopy other) {
    return Arrays.equals(words, 0, HORIZON, other.words, 0, HORIZON);
  }

  /** Makes this a copy of another copy. */
  public void copyFrom(SegmentCopy other) {
    System.arraycopy(other.words, 0, words, 0, WORDS);
  }
}
