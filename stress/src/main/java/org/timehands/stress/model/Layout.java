package org.timehands.stress.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The variables of a model's state, and how they are packed into 64-bit words.
 *
 * <p>A state is worked on as one {@code int} per variable and kept as few {@code long}s. No
 * variable straddles two words. Not thread-safe while variables are being added.
 */
final class Layout {
  /** The widest variable: small enough that a mask is a plain positive int. */
  private static final int MAX_BITS = 24;

  private final List<String> names = new ArrayList<>();
  private int[] maxima = new int[0];
  private int[] words = new int[0];
  private int[] shifts = new int[0];
  private int wordCount;
  private int bitsUsed = Long.SIZE;
  private final List<int[]> readerVariables = new ArrayList<>();

  /**
   * Adds a variable.
   *
   * @param name what an error message calls it
   * @param max its greatest value; its least is 0
   * @return its index in a state vector
   */
  int variable(String name, int max) {
    if (max < 0 || max >= 1 << MAX_BITS) {
      throw new IllegalArgumentException(
          name + ": max must be 0.." + ((1 << MAX_BITS) - 1) + ", is " + max);
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(max | 1);
    if (bitsUsed + bits > Long.SIZE) {
      wordCount++;
      bitsUsed = 0;
    }
    int index = names.size();
    names.add(name);
    maxima = append(maxima, max);
    words = append(words, wordCount - 1);
    shifts = append(shifts, bitsUsed);
    bitsUsed += bits;
    return index;
  }

  /** Adds {@code count} variables of one kind and returns their indices. */
  int[] variables(String name, int count, int max) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = variable(name + "[" + i + "]", max);
    }
    return indices;
  }

  /** Adds a variable of each reader; 0 is what an idle reader has there. */
  int[] readerVariables(String name, int readers, int max) {
    int[] indices = variables("reader's " + name, readers, max);
    readerVariables.add(indices);
    return indices;
  }

  /** Sets all variables of one reader to 0. */
  void clearReader(int[] state, int reader) {
    for (int[] indices : readerVariables) {
      state[indices[reader]] = 0;
    }
  }

  /**
   * Puts readers that differ in nothing but their number into one order, so that states which are
   * the same but for these numbers become the same.
   *
   * @param from the first reader that may be exchanged with those behind it
   */
  void sortReaders(int[] state, int from) {
    int readers = readerVariables.isEmpty() ? 0 : readerVariables.getFirst().length;
    for (int i = from + 1; i < readers; i++) {
      for (int j = i; j > from && compareReaders(state, j - 1, j) > 0; j--) {
        for (int[] indices : readerVariables) {
          int kept = state[indices[j]];
          state[indices[j]] = state[indices[j - 1]];
          state[indices[j - 1]] = kept;
        }
      }
    }
  }

  private int compareReaders(int[] state, int a, int b) {
    for (int i = 0; i < readerVariables.size(); i++) {
      int[] indices = readerVariables.get(i);
      int order = Integer.compare(state[indices[a]], state[indices[b]]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** How many variables a state vector holds. */
  int variableCount() {
    return names.size();
  }

  /** How many 64-bit words a packed state takes. */
  int wordCount() {
    return wordCount;
  }

  /**
   * Packs a state.
   *
   * @throws IllegalStateException if a variable left its range: an error of the model
   */
  void pack(int[] state, long[] packed) {
    Arrays.fill(packed, 0);
    for (int i = 0; i < words.length; i++) {
      int value = state[i];
      if (value < 0 || value > maxima[i]) {
        throw new IllegalStateException(
            names.get(i) + " is " + value + ", allowed 0.." + maxima[i] + ": widen its range");
      }
      packed[words[i]] |= (long) value << shifts[i];
    }
  }

  /** Unpacks a state that {@link #pack} packed. */
  void unpack(long[] packed, int[] state) {
    for (int i = 0; i < words.length; i++) {
      int mask = Integer.highestOneBit(maxima[i] | 1) * 2 - 1;
      state[i] = (int) (packed[words[i]] >>> shifts[i]) & mask;
    }
  }

  private static int[] append(int[] values, int value) {
    int[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = value;
    return longer;
  }
}
