package org.timehands.timer;

/**
 * The arithmetic of periodic instants: by division, however many periods there are, and never over
 * the end of 64-bit time into the past.
 */
public final class Periods {
  private Periods() {}

  /**
   * By how many intervals to move an instant so that it lies after another: 0 if it does.
   *
   * @param instantNanos the instant, not negative
   * @param nowNanos the other, not negative
   * @param intervalNanos the interval, at least 1
   */
  public static long toPass(long instantNanos, long nowNanos, long intervalNanos) {
    return instantNanos > nowNanos ? 0 : (nowNanos - instantNanos) / intervalNanos + 1;
  }

  /**
   * An instant moved by so many intervals, at most the end of 64-bit time.
   *
   * @param instantNanos the instant, not negative
   * @param periods how many, not negative
   * @param intervalNanos the interval, not negative
   */
  public static long moved(long instantNanos, long periods, long intervalNanos) {
    if (Math.multiplyHigh(periods, intervalNanos) != 0 || periods * intervalNanos < 0) {
      return Long.MAX_VALUE;
    }
    return sum(instantNanos, periods * intervalNanos);
  }

  /**
   * A sum, at most the end of 64-bit time.
   *
   * @param firstNanos not negative
   * @param secondNanos not negative
   */
  public static long sum(long firstNanos, long secondNanos) {
    long sum = firstNanos + secondNanos;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
