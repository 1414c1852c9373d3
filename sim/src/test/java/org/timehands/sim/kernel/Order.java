package org.timehands.sim.kernel;

import java.util.Arrays;

/** Readings of one clock in the order they were made, as inconsistency-check keeps them. */
final class Order {
  private long[] readings = new long[1024];
  private int count;

  void add(long nanos) {
    if (count == readings.length) {
      readings = Arrays.copyOf(readings, 2 * count);
    }
    readings[count++] = nanos;
  }

  int size() {
    return count;
  }

  /** Where time went back and from what to what; empty if nowhere. */
  String fault() {
    for (int i = 1; i < count; i++) {
      if (readings[i] < readings[i - 1]) {
        return "reading " + i + " of " + count + " is " + readings[i] + " after "
            + readings[i - 1] + ": " + (readings[i - 1] - readings[i]) + " ns back";
      }
    }
    return "";
  }
}
