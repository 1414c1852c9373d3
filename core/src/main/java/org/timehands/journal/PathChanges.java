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

  /** At its place a change is at least so much of the most that is seen around. */
  private static final double MOSTLY = 0.8;

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
      if (Math.abs(change(half, i)) > least) {
        int at = place(half, i);
        starts[count++] = at;
        i = at + NEAR - 1;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  /**
   * Where a change is that begins to show: the first place after which all are longer, or the last
   * before which all are. A sample that is late by chance beside it makes less of a difference.
   */
  private static int place(double[] half, int from) {
    boolean longer = change(half, from) > 0;
    int end = Math.min(from + NEAR, half.length - NEAR + 1);
    double most = 0;
    for (int i = from; i < end; i++) {
      most = Math.max(most, longer ? change(half, i) : -change(half, i));
    }
    int at = from;
    boolean found = false;
    for (int i = from; i < end; i++) {
      boolean is = (longer ? change(half, i) : -change(half, i)) >= MOSTLY * most;
      at = is && !(longer && found) ? i : at;
      found |= is;
    }
    return at;
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
