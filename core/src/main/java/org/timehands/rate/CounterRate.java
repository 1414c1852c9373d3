package org.timehands.rate;

/**
 * How fast a counter counts, exactly; what it is made of stays ours.
 *
 * <p>It can be handed on, compared and changed by a part, but not taken apart: whoever computes
 * time from cycles by a multiplier of his own gets another time than everybody else (4-04). Ask a
 * clock to convert instead. There is one from {@code ClockSource.nominalRate}, from a calibration
 * and in each segment of a timeline; no other implementation is taken. Immutable and thread-safe.
 */
public interface CounterRate {
  /** Cycles a second, rounded to nearest; not of a counter that stands still. */
  long frequencyHz();

  /**
   * How much more time than at another rate a cycle takes, in parts per trillion, rounded to
   * nearest: how much faster a clock runs that takes its time from this one.
   *
   * @param other the rate that counts as nominal, not of a counter that stands still
   * @return parts per trillion, saturating at the limits of a long
   */
  long pptOver(CounterRate other);

  /**
   * This rate for a clock that runs faster by parts per trillion.
   *
   * @param ppt parts per trillion, in (-10^12, 10^12); negative slows down
   * @throws IllegalArgumentException if it is out of its range
   */
  CounterRate plusPpt(long ppt);
}
