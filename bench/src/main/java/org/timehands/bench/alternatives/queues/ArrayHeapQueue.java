package org.timehands.bench.alternatives.queues;

import java.util.Arrays;

/**
 * A 4-ary heap in primitive arrays, and slots that stand for the timers: what moves in the heap
 * touches no object. It is the fastest by far where timers are bare numbers. Where callers own
 * timer objects, the object is touched anyway, and five arrays are more lines of memory than one.
 */
/*
 * By position in the heap: keys, ranks, slots. By slot: timers, positions. A slot belongs to a
 * timer while it is queued; free slots are chained through positions (-2 - next).
 */
public final class ArrayHeapQueue implements TimerQueue {
  private static final class Node extends Payload {
    int slot = NONE;
  }

  private static final int NONE = -1;

  private static final int ARITY_SHIFT = 2;

  /** Four short of a power of two, as all: an array with its header then fills a G1 region. */
  private static final int FIRST_CAPACITY = 12;

  private final Node[] owned;
  private long[] keys = new long[FIRST_CAPACITY];
  private long[] ranks = new long[FIRST_CAPACITY];
  private int[] slots = new int[FIRST_CAPACITY];
  private Node[] timers = new Node[FIRST_CAPACITY];
  private int[] positions = new int[FIRST_CAPACITY];
  private int size;
  private int used;
  private int free = NONE;
  private long nextRank;

  /** A queue for timers 0 to count - 1. */
  public ArrayHeapQueue(int count) {
    owned = new Node[count];
    for (int i = 0; i < count; i++) {
      owned[i] = new Node();
      owned[i].number = i;
    }
  }

  @Override
  public String title() {
    return "4-ary heap in arrays";
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int first() {
    return (int) timers[slots[0]].number;
  }

  @Override
  public long firstKey() {
    return keys[0];
  }

  @Override
  public void add(int timer, long key) {
    if (size == keys.length) {
      grow();
    }
    int slot = free;
    if (slot == NONE) {
      slot = used++;
    } else {
      free = -2 - positions[slot];
    }
    timers[slot] = owned[timer];
    owned[timer].slot = slot;
    up(size++, key, nextRank++, slot);
  }

  @Override
  public void remove(int timer) {
    int slot = owned[timer].slot;
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
    int capacity = 2 * size + 4;
    keys = Arrays.copyOf(keys, capacity);
    ranks = Arrays.copyOf(ranks, capacity);
    slots = Arrays.copyOf(slots, capacity);
    timers = Arrays.copyOf(timers, capacity);
    positions = Arrays.copyOf(positions, capacity);
  }
}
