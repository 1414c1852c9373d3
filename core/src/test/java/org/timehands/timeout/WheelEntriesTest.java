package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** Entries of a wheel: nobody has one that another has, and after a while all are in order. */
class WheelEntriesTest {
  @Test
  void noneIsTakenTwice() {
    Seeds.forEach(
        WheelEntriesTest.class,
        200,
        random -> {
          Wheel wheel = new Wheel(Wheel.MIN_LEVELS, 0);
          List<Integer> taken = new ArrayList<>();
          BitSet all = new BitSet();
          for (int i = 0; i < 2_000; i++) {
            // Few at a time, so that often none is left.
            if (taken.isEmpty() || random.nextInt(6) > taken.size() % 9) {
              int e = wheel.take();
              assertFalse(all.get(e), "entry " + e + " is taken twice");
              assertFalse(wheel.isFiled(e));
              all.set(e);
              taken.add(e);
            } else {
              int e = taken.remove(random.nextInt(taken.size()));
              all.clear(e);
              wheel.give(e);
            }
          }
        });
  }

  /** So that what is filed one after the other lies together, whoever had been there before. */
  @Test
  void areInOrderAgainOnceNoneIsTaken() {
    Wheel wheel = new Wheel(Wheel.MIN_LEVELS, 0);
    int count = 10_000;
    List<Integer> taken = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < count; i++) {
        assertEquals(i, wheel.take());
        taken.add(i);
      }
      Collections.shuffle(taken, new Random(round));
      taken.forEach(wheel::give);
      taken.clear();
    }
    assertEquals(count, wheel.made(), "no more were made");
  }
}
