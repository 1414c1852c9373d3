package org.timehands.timer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The queue of one clock of one shard: timers in the order of their keys, and of their arming where
 * keys are equal. A 4-ary heap in primitive arrays.
 *
 * <p>Not thread-safe: the shard's lock guards it.
 */
/*
 * By position in the heap: keys, ranks, slots. By slot: timers, positions. The keys of four sisters
 * stand in half a cache line, and an armed timer costs 32 bytes and no object. A slot belongs to a
 * timer while it is queued; free slots are chained through positions (-2 - next).
 */
final class TimerHeap {
  /** No slot. */
  static final int NONE = -1;

  /** More timers than this are refused: it would take 2 GiB. */
  static final int LIMIT = 1 << 26;

  private static final int ARITY_SHIFT = 2;
  private static final int FIRST_CAPACITY = 16;

  private long[] keys = new long[FIRST_CAPACITY];
  private long[] ranks = new long[FIRST_CAPACITY];
  private int[] slots = new int[FIRST_CAPACITY];
  private ClockTimer[] timers = new ClockTimer[FIRST_CAPACITY];
  private int[] positions = new int[FIRST_CAPACITY];
  private int size;
  private int used;
  private int free = NONE;
  private long nextRank;

  TimerHeap() {}

  int size() {
    return size;
  }

  /** The rank that the next timer gets: every timer that is queued now has a smaller one. */
  long nextRank() {
    return nextRank;
  }

  /** The first timer; the heap is not empty. */
  ClockTimer first() {
    return timers[slots[0]];
  }

  long firstKey() {
    return keys[0];
  }

  long firstRank() {
    return ranks[0];
  }

  /** The first few timers, in their order. */
  List<ClockTimer> first(int most) {
    List<ClockTimer> found = new ArrayList<>();
    PriorityQueue<Integer> frontier =
        new PriorityQueue<>((a, b) -> precedes(keys[a], ranks[a], b) ? -1 : 1);
    if (size > 0) {
      frontier.add(0);
    }
    while (!frontier.isEmpty() && found.size() < most) {
      int at = frontier.poll();
      found.add(timers[slots[at]]);
      int child = (at << ARITY_SHIFT) + 1;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int each = child; each < end; each++) {
        frontier.add(each);
      }
    }
    return found;
  }

  /** Whether the timer in a slot is the first. */
  boolean isFirst(int slot) {
    return positions[slot] == 0;
  }

  /**
   * Queues a timer.
   *
   * @return its slot
   */
  int add(ClockTimer timer, long key) {
    if (size == keys.length) {
      grow();
    }
    int slot = free;
    if (slot == NONE) {
      slot = used++;
    } else {
      free = -2 - positions[slot];
    }
    timers[slot] = timer;
    up(size++, key, nextRank++, slot);
    return slot;
  }

  /** Gives a queued timer another key, as if it were removed and added. */
  void move(int slot, long key) {
    place(positions[slot], key, nextRank++, slot);
  }

  void remove(int slot) {
    int hole = positions[slot];
    timers[slot] = null;
    positions[slot] = -2 - free;
    free = slot;
    int last = --size;
    if (hole != last) {
      place(hole, keys[last], ranks[last], slots[last]);
    }
  }

  private void place(int position, long key, long rank, int slot) {
    if (position > 0 && precedes(key, rank, (position - 1) >> ARITY_SHIFT)) {
      up(position, key, rank, slot);
    } else {
      down(position, key, rank, slot);
    }
  }

  private boolean precedes(long key, long rank, int other) {
    long there = keys[other];
    return key < there || (key == there && rank < ranks[other]);
  }

  private void up(int from, long key, long rank, int slot) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >> ARITY_SHIFT;
      if (!precedes(key, rank, parent)) {
        break;
      }
      store(at, keys[parent], ranks[parent], slots[parent]);
      at = parent;
    }
    store(at, key, rank, slot);
  }

  private void down(int from, long key, long rank, int slot) {
    int at = from;
    for (;;) {
      int child = (at << ARITY_SHIFT) + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int other = child + 1; other < end; other++) {
        if (precedes(keys[other], ranks[other], least)) {
          least = other;
        }
      }
      if (precedes(key, rank, least)) {
        break;
      }
      store(at, keys[least], ranks[least], slots[least]);
      at = least;
    }
    store(at, key, rank, slot);
  }

  private void store(int at, long key, long rank, int slot) {
    keys[at] = key;
    ranks[at] = rank;
    slots[at] = slot;
    positions[slot] = at;
  }

  private void grow() {
    if (size >= LIMIT) {
      throw new IllegalStateException(
          "more than " + LIMIT + " armed timers on one clock: cancel some, or use more shards");
    }
    int capacity = size * 2;
    keys = Arrays.copyOf(keys, capacity);
    ranks = Arrays.copyOf(ranks, capacity);
    slots = Arrays.copyOf(slots, capacity);
    timers = Arrays.copyOf(timers, capacity);
    positions = Arrays.copyOf(positions, capacity);
  }
}
