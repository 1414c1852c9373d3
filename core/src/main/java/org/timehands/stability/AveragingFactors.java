package org.timehands.stability;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which averaging times a table of statistics has. */
public enum AveragingFactors {
  /** 1, 2, 4, 8 and so on. */
  OCTAVE,
  /** 1, 2, 5, 10, 20, 50 and so on. */
  DECADE,
  /** Each. */
  ALL;

  private static final int[] STEPS = {1, 2, 5};

  /**
   * The factors.
   *
   * @param largest none is larger; at least 0
   * @return by rising size; empty if {@code largest} is 0
   */
  public int[] upTo(int largest) {
    return switch (this) {
      case OCTAVE ->
          IntStream.iterate(0, shift -> shift < Integer.SIZE - 1, shift -> shift + 1)
              .map(shift -> 1 << shift)
              .takeWhile(factor -> factor <= largest)
              .toArray();
      case DECADE -> decades(largest);
      case ALL -> IntStream.rangeClosed(1, largest).toArray();
    };
  }

  private static int[] decades(int largest) {
    int[] factors = new int[Integer.SIZE];
    int count = 0;
    for (long decade = 1; decade <= largest; decade *= 10) {
      for (int step : STEPS) {
        if (decade * step <= largest) {
          factors[count++] = (int) (decade * step);
        }
      }
    }
    return Arrays.copyOf(factors, count);
  }
}
