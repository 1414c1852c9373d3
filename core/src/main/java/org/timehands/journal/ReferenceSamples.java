package org.timehands.journal;

import java.nio.LongBuffer;
import java.util.Arrays;

/** Where the samples of references stand in one file. Filled once, then immutable. */
final class ReferenceSamples {
  private final LongBuffer words;
  private int[] places = new int[16];
  private int count;

  ReferenceSamples(LongBuffer words) {
    this.words = words;
  }

  void add(int place) {
    if (count == places.length) {
      places = Arrays.copyOf(places, 2 * count);
    }
    places[count++] = place;
  }

  int count() {
    return count;
  }

  void load(int i, ReferenceSample into) {
    into.load(words, places[i]);
  }
}
