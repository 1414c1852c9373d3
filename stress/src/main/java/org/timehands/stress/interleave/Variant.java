package org.timehands.stress.interleave;

/** Mistakes that a user of the writer could make: planted in the simulated updates. */
enum Variant {
  /** None. */
  NONE,
  /** A change of clocksource starts at the low end of the calibration's bracket. */
  ANCHOR_LOW,
  /** A change of clocksource starts now, inside what the old one has promised. */
  INSIDE_PROMISE
}
