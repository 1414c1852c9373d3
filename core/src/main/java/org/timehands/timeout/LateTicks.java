package org.timehands.timeout;

import java.util.Arrays;

/**
 * Which ticks stood too long on the coarse clock, and how long: what is missing to what was counted
 * from them.
 *
 * <p>The owner of a coarse clock may be kept from its processor while others arm by it. Their
 * deadlines are then counted from a tick that has long passed, and would come early. So the owner,
 * when it moves the clock on, notes how late it was, and adds that to each deadline that was
 * counted from that tick. Nearly always there is nothing to note.
 *
 * <p>The last 1024 notes are exact. Of older ones the longest in each stretch of 2^18 ticks is
 * kept: a deadline is then put off by more than it need be, never by less. Not thread-safe.
 */
final class LateTicks {
  private static final int RING = 1024;
  private static final int RING_MASK = RING - 1;
  private static final int STRETCH_SHIFT = 18;
  private static final int STRETCHES = 2048;

  private final long[] ticks = new long[RING];
  private final long[] extras = new long[RING];
  private final long[] stretches = new long[STRETCHES];
  private final long[] longest = new long[STRETCHES];
  private long notes;

  LateTicks() {
    Arrays.fill(stretches, Long.MIN_VALUE);
  }

  /**
   * Notes that a tick stood too long.
   *
   * @param tick not before any noted before
   * @param extraTicks by how many ticks
   */
  void note(long tick, long extraTicks) {
    int newest = (int) (notes - 1) & RING_MASK;
    if (notes > 0 && ticks[newest] == tick) {
      extras[newest] = Math.max(extras[newest], extraTicks);
      return;
    }
    int at = (int) notes & RING_MASK;
    if (notes >= RING) {
      forget(ticks[at], extras[at]);
    }
    ticks[at] = tick;
    extras[at] = extraTicks;
    notes++;
  }

  private void forget(long tick, long extraTicks) {
    long stretch = tick >> STRETCH_SHIFT;
    int at = (int) stretch & (STRETCHES - 1);
    longest[at] = stretches[at] == stretch ? Math.max(longest[at], extraTicks) : extraTicks;
    stretches[at] = stretch;
  }

  /** How many ticks to add to what was counted from this tick. */
  long extra(long tick) {
    if (notes == 0 || tick > ticks[(int) (notes - 1) & RING_MASK]) {
      return 0;
    }
    long low = Math.max(0, notes - RING);
    if (tick < ticks[(int) low & RING_MASK]) {
      int at = (int) (tick >> STRETCH_SHIFT) & (STRETCHES - 1);
      return stretches[at] == tick >> STRETCH_SHIFT ? longest[at] : 0;
    }
    long high = notes - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (ticks[(int) middle & RING_MASK] < tick) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int at = (int) low & RING_MASK;
    return ticks[at] == tick ? extras[at] : 0;
  }

  /** How many ticks stood too long. */
  long notes() {
    return notes;
  }
}
