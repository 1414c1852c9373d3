package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;

/**
 * An opinion on a counter that stands far from where it was promised to be: whether it still counts
 * as its segment says.
 *
 * <p>Asked on slow paths only, from any thread; it never blocks.
 */
@FunctionalInterface
public interface CounterCheck {
  /** Believes every counter: for counters that cannot be disturbed. */
  CounterCheck TRUSTING = (open, counter) -> true;

  /**
   * Decides about a counter.
   *
   * @param open the segment that names the counter
   * @param counter the counter
   */
  boolean isSound(Segment open, ClockSource counter);
}
