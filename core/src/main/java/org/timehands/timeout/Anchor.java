package org.timehands.timeout;

/**
 * A tick from which the next ones are told, how far the real clock is ahead of the count since
 * leaps were left out of it, and which of them ended here: so one read tells all about a word.
 *
 * @param tick the owner was there, with nothing left to do, or went on from there after a leap
 * @param leaptTicks ticks of the real clock that were not counted, of either sign
 * @param leap what was left out last, as long as there may be words of before it; or null
 */
record Anchor(long tick, long leaptTicks, Leap leap) {
  /** Whether whoever has seen this anchor may count from a tick: it is before the last. */
  boolean tells(long later) {
    return later - lastTick() < 0;
  }

  /** From where those count who come in a leap. */
  long lastTick() {
    return tick + SharedTimeout.AHEAD_TICKS - 1;
  }

  /** The tick that an armed word counts from, as it was told. */
  long told(long word) {
    return SharedTimeout.tick(word, tick);
  }

  /** How far what was told from a tick is nearer now. */
  long nearer(long told) {
    return leap != null && leap.isAhead(told) ? leap.byTicks() : 0;
  }

  /** Where in the present count that lies which was told from a tick; at a leap's end, if in it. */
  long counted(long told) {
    boolean isPlain = leap == null || leap.isOver(told) || leap.isAhead(told);
    return isPlain ? told - nearer(told) : leap.endTick();
  }

  /** Whether what was told from a tick is to be told anew, before another leap or none is kept. */
  boolean isOld(long told) {
    return leap != null && !leap.isOver(told);
  }
}
