package org.timehands.timeout;

/**
 * A tick from which the next ones are told, and how far the real clock is ahead of the count since
 * leaps were left out of it.
 *
 * @param tick the owner was there, and had nothing left to do
 * @param leaptTicks ticks of the real clock that were not counted
 */
record Anchor(long tick, long leaptTicks) {
  /** So many ticks before the last are for what is brought nearer over a leap. */
  private static final int LAST_TICKS = 8;

  /** Whether whoever has seen this anchor may count from a tick: it is before the last few. */
  boolean tells(long later) {
    return later - lastTick() < -LAST_TICKS;
  }

  /** From where that counts which is brought nearer over a leap: before those who come in it. */
  long nearerTick() {
    return lastTick() - LAST_TICKS / 2;
  }

  /** From where those count who come in a leap. */
  long lastTick() {
    return tick + SharedTimeout.AHEAD_TICKS - 1;
  }
}
