package org.timehands.timeout;

import java.util.Arrays;

/** Who owns which entry of a wheel: an array in chunks, which do not move as it grows. */
final class EntryMap<T> {
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;

  private Object[][] chunks = new Object[4][];

  @SuppressWarnings("unchecked")
  T get(int e) {
    return (T) chunks[e >>> CHUNK_SHIFT][e & CHUNK_MASK];
  }

  private void set(int e, T owner) {
    int chunk = e >>> CHUNK_SHIFT;
    if (chunk >= chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(2 * chunks.length, chunk + 1));
    }
    if (chunks[chunk] == null) {
      chunks[chunk] = new Object[CHUNK];
    }
    chunks[chunk][e & CHUNK_MASK] = owner;
  }

  /** Takes an entry of a wheel for an owner. Without memory nothing changes. */
  int take(Wheel wheel, T owner) {
    int e = wheel.take();
    try {
      set(e, owner);
      return e;
    } catch (Throwable noMemory) {
      wheel.give(e);
      throw noMemory;
    }
  }

  void clear(int e) {
    chunks[e >>> CHUNK_SHIFT][e & CHUNK_MASK] = null;
  }
}
