package org.timehands.stress.model;

import java.util.Arrays;

/**
 * A set of packed states that remembers the order they came in and, of each, the state before it.
 *
 * <p>The states lie one behind the other in chunks of {@code long}s, so the set is also the queue
 * of a breadth-first search; an open-addressing table of 32-bit positions finds them. Ten million
 * states of four words take about 500 MB. Not thread-safe.
 */
final class StateSet {
  /** What {@link #add} answers for a state that was there already. */
  static final int KNOWN = -1;

  /** The parent of a state in which a run begins. */
  static final int ROOT = -1;

  private static final int CHUNK_BITS = 16;
  private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;
  private static final int FIRST_TABLE_BITS = 16;

  private final int wordCount;
  private long[][] chunks = new long[16][];
  private int[][] parents = new int[16][];
  private int[] table = new int[1 << FIRST_TABLE_BITS];
  private int size;

  StateSet(int wordCount) {
    this.wordCount = wordCount;
  }

  int size() {
    return size;
  }

  /**
   * Adds a state unless it is there.
   *
   * @param packed the state; copied
   * @param parent the position of the state it was reached from, or {@link #ROOT}
   * @return its new position, or {@link #KNOWN}
   */
  int add(long[] packed, int parent) {
    if (size >= table.length / 4 * 3) {
      grow();
    }
    int mask = table.length - 1;
    int slot = (int) (hash(packed) >>> 32) & mask;
    while (table[slot] != 0) {
      if (equalsAt(table[slot] - 1, packed)) {
        return KNOWN;
      }
      slot = (slot + 1) & mask;
    }
    int position = append(packed, parent);
    table[slot] = position + 1;
    return position;
  }

  /** Copies the state at {@code position} into {@code packed}. */
  void get(int position, long[] packed) {
    int at = (position & CHUNK_MASK) * wordCount;
    System.arraycopy(chunks[position >>> CHUNK_BITS], at, packed, 0, wordCount);
  }

  /** The state from which the one at {@code position} was first reached, or {@link #ROOT}. */
  int parent(int position) {
    return parents[position >>> CHUNK_BITS][position & CHUNK_MASK];
  }

  private int append(long[] packed, int parent) {
    int chunk = size >>> CHUNK_BITS;
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunk * 2);
      parents = Arrays.copyOf(parents, chunk * 2);
    }
    if (chunks[chunk] == null) {
      chunks[chunk] = new long[wordCount << CHUNK_BITS];
      parents[chunk] = new int[1 << CHUNK_BITS];
    }
    int at = size & CHUNK_MASK;
    System.arraycopy(packed, 0, chunks[chunk], at * wordCount, wordCount);
    parents[chunk][at] = parent;
    return size++;
  }

  private boolean equalsAt(int position, long[] packed) {
    long[] chunk = chunks[position >>> CHUNK_BITS];
    int at = (position & CHUNK_MASK) * wordCount;
    for (int i = 0; i < wordCount; i++) {
      if (chunk[at + i] != packed[i]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    int[] bigger = new int[table.length * 2];
    int mask = bigger.length - 1;
    long[] packed = new long[wordCount];
    table = null; // lets the collector have it before the new one fills up
    for (int position = 0; position < size; position++) {
      get(position, packed);
      int slot = (int) (hash(packed) >>> 32) & mask;
      while (bigger[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      bigger[slot] = position + 1;
    }
    table = bigger;
  }

  /** Multiply and fold, word by word; the golden ratio's bits are an odd multiplier. */
  private long hash(long[] packed) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < wordCount; i++) {
      hash = (hash ^ packed[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash * 0xD6E8FEB86659FD93L;
  }
}
