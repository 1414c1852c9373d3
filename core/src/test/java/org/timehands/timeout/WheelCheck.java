package org.timehands.timeout;

import java.util.BitSet;

/** Validates the whole structure of a wheel; throws if anything is wrong. */
final class WheelCheck {
  private WheelCheck() {}

  static void check(Wheel wheel) {
    BitSet seen = new BitSet();
    for (int b = 0; b < wheel.buckets(); b++) {
      int before = ~b;
      int e = wheel.first(b);
      while (e >= 0) {
        require(wheel.isFiled(e), "entry " + e + " in bucket " + b + " is not filed");
        require(!seen.get(e), "entry " + e + " is in two places, one is bucket " + b);
        seen.set(e);
        require(wheel.previousOf(e) == before, "entry " + e + " does not know its predecessor");
        before = e;
        e = wheel.nextOf(e);
      }
      require(e == ~b, "bucket " + b + " ends in bucket " + ~e);
      require(wheel.last(b) == before, "bucket " + b + " has another tail");
      if (b < wheel.levels() * Wheel.BUCKETS) {
        require(wheel.bit(b) == (wheel.first(b) >= 0), "bit of bucket " + b);
      }
    }
    require(seen.cardinality() == wheel.size(), "size " + wheel.size() + " of " + seen);
    for (int e = 0; e < wheel.made(); e++) {
      require(wheel.isFiled(e) == seen.get(e), "entry " + e + " is lost");
    }
  }

  private static void require(boolean good, String what) {
    if (!good) {
      throw new AssertionError("structure: " + what);
    }
  }
}
