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
  private static final int PRIMARY_SLOTS = 256;
  private static final int OUTER_BITS = 6;
  private static final int OUTER_BITS_SMALL = 4;
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

  private final int primaryBits;
  private final int outerBits;
  private final Entry[] primary;
  private final Entry[][] outer = new Entry[OUTERS][];
  private long tick;
  private long moves;
  private long movesInTick;
  private long worstMoves;
  private int size;

  /** A wheel whose next tick to run is this one. */
  CascadingWheel(long firstTick) {
    this(firstTick, PRIMARY_SLOTS);
  }

  /**
   * A wheel of another size.
   *
   * @param firstTick the next tick to run
   * @param primarySlots 256, or 64 as with CONFIG_BASE_SMALL
   */
  CascadingWheel(long firstTick, int primarySlots) {
    if (Integer.bitCount(primarySlots) != 1) {
      throw new IllegalArgumentException(
          "a wheel of " + primarySlots + " slots must have a power of two of them, such as 256");
    }
    tick = firstTick;
    primaryBits = Integer.numberOfTrailingZeros(primarySlots);
    primary = heads(primarySlots);
    outerBits = primarySlots < PRIMARY_SLOTS ? OUTER_BITS_SMALL : OUTER_BITS;
    for (int i = 0; i < OUTERS; i++) {
      outer[i] = heads(1 << outerBits);
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
    if (distance < primary.length) {
      // What has passed already runs in the next tick.
      entry.joinEnd(slot(primary, Math.max(tick, entry.expires)));
      return;
    }
    int level = 0;
    int shift = primaryBits;
    while (level < OUTERS - 1 && distance >= 1L << (shift + outerBits)) {
      level++;
      shift += outerBits;
    }
    // What lies beyond the last array waits in its last slot, and is filed anew from there.
    long at = tick + Math.min(distance, (1L << (shift + outerBits)) - 1);
    entry.joinEnd(slot(outer[level], at >> shift));
  }

  private static Entry slot(Entry[] slots, long number) {
    return slots[(int) number & (slots.length - 1)];
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
      // Array after array comes round where all bits below are 0.
      for (int level = 0; level < OUTERS; level++) {
        int shift = primaryBits + level * outerBits;
        if ((tick & ((1L << shift) - 1)) != 0) {
          break;
        }
        cascade(slot(outer[level], tick >> shift));
      }
      worstMoves = Math.max(worstMoves, movesInTick);
      Entry head = slot(primary, tick);
      tick++;
      while (head.after != head) {
        Entry entry = head.after;
        entry.leave();
        size--;
        due.accept(entry);
      }
    }
  }

  /** Files all of a slot anew. */
  private void cascade(Entry head) {
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
  }

  /** How many ticks ahead an entry may be, and never be moved: found by running entries. */
  static long spanTicks(int primarySlots) {
    for (long ticks = 1; ; ticks++) {
      CascadingWheel wheel = new CascadingWheel(0, primarySlots);
      wheel.arm(new Entry(), ticks);
      wheel.advance(ticks, due -> {});
      if (wheel.moves() > 0) {
        return ticks;
      }
    }
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
