package org.timehands.app;

import org.timehands.app.text.Show;

/**
 * A duration as given on the command line.
 *
 * @param nanos not negative
 * @param text as it was written
 */
record Duration(long nanos, String text) {
  /**
   * Checks the range.
   *
   * @throws Failure if it is out of range
   */
  void check(String option, long leastNanos, long mostNanos) {
    if (nanos < leastNanos || nanos > mostNanos) {
      throw Failure.usage(
          option + " " + text + " is out of range; give " + Show.nanos(leastNanos) + " to "
              + Show.nanos(mostNanos));
    }
  }
}
