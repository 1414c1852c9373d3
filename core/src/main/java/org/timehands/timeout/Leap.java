package org.timehands.timeout;

/**
 * A leap that was left out of a shard's count of ticks: what was counted from before it is nearer
 * by as much than its word says.
 *
 * <p>Whoever comes in a leap, before the owner has seen it, counts from one tick that is set aside
 * for that, or from the coarse one that stood: those count from the end of the leap. The owner
 * counts on behind them, so a word's tick says to which of the three it belongs.
 *
 * @param coarseTick the coarse tick that stood in it; {@link CoarseClock#ASLEEP} if none did
 * @param lastTick what those count from who came in it; all ticks after it are of after the leap
 * @param endTick where the count went on
 * @param byTicks how many ticks were left out; less than 0 if places lie further ahead than the
 *     clock has leapt: then as many were counted that were none
 */
record Leap(long coarseTick, long lastTick, long endTick, long byTicks) {
  /** Whether what counts from this tick was told after the leap. */
  boolean isOver(long tick) {
    return tick - lastTick > 0;
  }

  /** Whether what counts from this tick was told before the leap, and not in it. */
  boolean isAhead(long tick) {
    return tick - lastTick < 0 && tick != coarseTick;
  }
}
