package org.timehands.stress.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The set of states beside a {@link HashMap}, and a layout beside itself. */
class StateSetTest {
  private static final long SEED = 20261121;

  /** Few bits, so that many states come twice; enough states to grow the table many times. */
  @Test
  void setAgreesWithAHashMap() {
    SplittableRandom random = new SplittableRandom(SEED);
    StateSet set = new StateSet(2);
    Map<List<Long>, Integer> expected = new HashMap<>();
    List<long[]> inOrder = new ArrayList<>();
    for (int i = 0; i < 500_000; i++) {
      long[] packed = {random.nextInt(1 << 10), (long) random.nextInt(1 << 9) << 55};
      Integer known = expected.putIfAbsent(List.of(packed[0], packed[1]), inOrder.size());
      int position = set.add(packed, i);
      assertEquals(known == null ? inOrder.size() : StateSet.KNOWN, position, "seed " + SEED);
      if (known == null) {
        inOrder.add(packed);
        assertEquals(i, set.parent(position));
      }
    }
    assertEquals(inOrder.size(), set.size());
    long[] packed = new long[2];
    for (int position = 0; position < set.size(); position++) {
      set.get(position, packed);
      assertArrayEquals(inOrder.get(position), packed);
    }
  }

  @Test
  void unpackingUndoesPacking() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 1_000; round++) {
      Layout layout = new Layout();
      int count = random.nextInt(1, 60);
      int[] state = new int[count];
      for (int i = 0; i < count; i++) {
        int max = random.nextInt(1 << random.nextInt(1, 24));
        layout.variable("v" + i, max);
        state[i] = random.nextInt(max + 1);
      }
      long[] packed = new long[layout.wordCount()];
      int[] unpacked = new int[count];
      layout.pack(state, packed);
      layout.unpack(packed, unpacked);
      assertArrayEquals(state, unpacked, "seed " + SEED + ", round " + round);
    }
  }

  @Test
  void readersAreSortedWhole() {
    Layout layout = new Layout();
    layout.variable("other", 9);
    layout.readerVariables("a", 3, 9);
    layout.readerVariables("b", 3, 9);
    int[] state = {7, 2, 1, 1, 5, 6, 4};
    layout.sortReaders(state, 0);
    assertArrayEquals(new int[] {7, 1, 1, 2, 4, 6, 5}, state);
    layout.clearReader(state, 1);
    assertArrayEquals(new int[] {7, 1, 0, 2, 4, 0, 5}, state);
    layout.sortReaders(state, 1);
    assertArrayEquals(new int[] {7, 1, 0, 2, 4, 0, 5}, state);
  }
}
