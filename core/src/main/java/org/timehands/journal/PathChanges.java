package org.timehands.journal;

import java.util.Arrays;

/**
 * Where the way to a reference got longer or shorter: told by its narrowest brackets. Pure
 * functions.
 *
 * <p>Between two changes the least delay is the path's own. The narrowest of a few brackets after a
 * change is further from the narrowest of a few before it than jitter takes them.
 */
final class PathChanges {
  /** So many brackets before and after a change are looked at: all of them late by chance? */
  static final int NEAR = 8;

  /**
   * A change is more than so many times what a bracket is usually wider than the narrowest. That
   * eight in a row are wider by chance happens to exponential jitter once in ten million samples.
   */
  private static final double FACTOR = 2;

  /** The narrowest around, for what is usual. */
  private static final int USUAL_NEAR = 50;

  private PathChanges() {}

  /** The first samples of the pieces between changes, ascending; 0 is always one. */
  static int[] of(double[] half) {
    int n = half.length;
    int[] starts = new int[n / NEAR + 2];
    int count = 1;
    double least = FACTOR * usual(half);
    for (int i = NEAR; i <= n - NEAR; i++) {
      double change = change(half, i);
      if (Math.abs(change) > least && i - starts[count - 1] >= NEAR) {
        // The first place after which all are longer, or the last before which all are.
        int at = i;
        while (change < 0 && at < n - NEAR && change(half, at + 1) < -least) {
          at++;
        }
        starts[count++] = at;
        i = at + NEAR - 1;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  private static double change(double[] half, int at) {
    double before = Double.POSITIVE_INFINITY;
    double after = Double.POSITIVE_INFINITY;
    for (int k = 0; k < NEAR; k++) {
      before = Math.min(before, half[at - 1 - k]);
      after = Math.min(after, half[at + k]);
    }
    return after - before;
  }

  private static double usual(double[] half) {
    double[] narrowest = NoiseFit.least(half, USUAL_NEAR);
    double[] excess = new double[half.length];
    for (int i = 0; i < excess.length; i++) {
      excess[i] = half[i] - narrowest[i];
    }
    return NoiseFit.median(excess);
  }

  /** The least of the values around each, so many on either side, within its piece. */
  static double[] least(double[] values, int[] starts, int near) {
    double[] least = new double[values.length];
    for (int p = 0; p < starts.length; p++) {
      int end = p + 1 < starts.length ? starts[p + 1] : values.length;
      double[] piece = Arrays.copyOfRange(values, starts[p], end);
      System.arraycopy(NoiseFit.least(piece, near), 0, least, starts[p], piece.length);
    }
    return least;
  }
}
