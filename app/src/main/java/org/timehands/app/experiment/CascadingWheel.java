package org.timehands.app.experiment;

import java.util.function.Consumer;

/**
 * A model of the timer wheel that Linux had until 4.7, from its description: five arrays of slots,
 * the first with a slot for each tick, each further one with slots as long as the whole of the one
 * before. An entry waits in the array that its distance fits into. Whenever an array has come
 * round, the next slot of the array above is emptied, and each of its entries is filed anew: the
 * cascade. Entries run in the tick they were armed for, exactly.
 *
 * <p>Not thread-safe.
 */
final class CascadingWheel {
  static final int PRIMARY_SLOTS = 256;
  static final int OUTER_SLOTS = 64;

  private static final int PRIMARY_BITS = 8;
  private static final int OUTER_BITS = 6;
  private static final int OUTERS = 4;

  /** What is armed: a link of a ring, as the head of a slot is. */
  static final class Entry {
    private Entry before = this;
    private Entry after = this;
    private long expires;
    /** Whoever armed it may leave something here. */
    int tag;

    boolean isPending() {
      return after != this;
    }

    long expires() {
      return expires;
    }

    private void leave() {
      before.after = after;
      after.before = before;
      before = this;
      after = this;
    }

    private void joinEnd(Entry head) {
      before = head.before;
      after = head;
      head.before.after = this;
      head.before = this;
    }
  }

  private final Entry[] primary = heads(PRIMARY_SLOTS);
  private final Entry[][] outer = new Entry[OUTERS][];
  private long tick;
  private long moves;
  private long movesInTick;
  private long worstMoves;
  private int size;

  /** A wheel whose next tick to run is this one. */
  CascadingWheel(long firstTick) {
    tick = firstTick;
    for (int i = 0; i < OUTERS; i++) {
      outer[i] = heads(OUTER_SLOTS);
    }
  }

  private static Entry[] heads(int count) {
    Entry[] heads = new Entry[count];
    for (int i = 0; i < count; i++) {
      heads[i] = new Entry();
    }
    return heads;
  }

  /** Arms an entry that is not pending for a tick; one that has passed runs in the next. */
  void arm(Entry entry, long expiresTick) {
    entry.expires = expiresTick;
    file(entry);
    size++;
  }

  private void file(Entry entry) {
    long distance = entry.expires - tick;
    if (distance < 0) {
      entry.joinEnd(primary[(int) tick & (PRIMARY_SLOTS - 1)]);
      return;
    }
    if (distance < PRIMARY_SLOTS) {
      entry.joinEnd(primary[(int) entry.expires & (PRIMARY_SLOTS - 1)]);
      return;
    }
    int level = 0;
    int shift = PRIMARY_BITS;
    while (level < OUTERS - 1 && distance >= 1L << (shift + OUTER_BITS)) {
      level++;
      shift += OUTER_BITS;
    }
    // What lies beyond the last array waits in its last slot, and is filed anew from there.
    long at = tick + Math.min(distance, (1L << (shift + OUTER_BITS)) - 1);
    entry.joinEnd(outer[level][(int) (at >> shift) & (OUTER_SLOTS - 1)]);
  }

  /** Keeps an entry from running; whether it was pending. */
  boolean cancel(Entry entry) {
    if (!entry.isPending()) {
      return false;
    }
    entry.leave();
    size--;
    return true;
  }

  /** Runs all ticks up to this one; each entry that is due is handed out. */
  void advance(long nowTick, Consumer<Entry> due) {
    while (tick <= nowTick) {
      movesInTick = 0;
      int slot = (int) tick & (PRIMARY_SLOTS - 1);
      int shift = PRIMARY_BITS;
      for (int level = 0; slot == 0 && level < OUTERS; level++, shift += OUTER_BITS) {
        slot = cascade(level, (int) (tick >> shift) & (OUTER_SLOTS - 1));
      }
      worstMoves = Math.max(worstMoves, movesInTick);
      Entry head = primary[(int) tick & (PRIMARY_SLOTS - 1)];
      tick++;
      while (head.after != head) {
        Entry entry = head.after;
        entry.leave();
        size--;
        due.accept(entry);
      }
    }
  }

  /** Files all of a slot anew; answers the slot, since array after array comes round at 0. */
  private int cascade(int level, int slot) {
    Entry head = outer[level][slot];
    Entry last = head.before;
    while (head.after != head) {
      Entry entry = head.after;
      entry.leave();
      file(entry);
      moves++;
      movesInTick++;
      if (entry == last) {
        break; // what was filed into the same slot again waits for the next time round
      }
    }
    return slot;
  }

  int size() {
    return size;
  }

  /** How many entries were filed anew by cascades. */
  long moves() {
    return moves;
  }

  /** How many of them in one tick. */
  long worstMoves() {
    return worstMoves;
  }
}
