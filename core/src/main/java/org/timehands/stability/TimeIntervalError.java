package org.timehands.stability;

/**
 * The largest difference of phase within any window of time (ITU-T G.810, MTIE).
 *
 * <p>Highest and lowest point of a moving window from two queues that hold only points which may
 * still become extreme (D. Lemire, 2006): each point enters and leaves a queue once, so a window
 * length costs one pass whatever it is, and all octaves of n points cost n log n.
 */
final class TimeIntervalError {
  private TimeIntervalError() {}

  /** MTIE over windows of {@code factor} intervals, in seconds. */
  static double largest(Phase phase, int factor) {
    double[] x = phase.points();
    Queue highest = new Queue(factor + 1);
    Queue lowest = new Queue(factor + 1);
    double most = 0;
    for (int i = 0; i < x.length; i++) {
      while (!highest.isEmpty() && x[highest.last()] <= x[i]) {
        highest.removeLast();
      }
      while (!lowest.isEmpty() && x[lowest.last()] >= x[i]) {
        lowest.removeLast();
      }
      highest.add(i);
      lowest.add(i);
      highest.dropBefore(i - factor);
      lowest.dropBefore(i - factor);
      if (i >= factor) {
        most = Math.max(most, x[highest.first()] - x[lowest.first()]);
      }
    }
    return most;
  }

  /** Indexes in rising order, at most as many as fit in a window and one more. */
  private static final class Queue {
    private final int[] indexes;
    private final int mask;
    private int head;
    private int tail;

    Queue(int window) {
      int room = Integer.highestOneBit(window) << 1;
      indexes = new int[room];
      mask = room - 1;
    }

    boolean isEmpty() {
      return head == tail;
    }

    int first() {
      return indexes[head & mask];
    }

    int last() {
      return indexes[(tail - 1) & mask];
    }

    void add(int index) {
      indexes[tail++ & mask] = index;
    }

    void removeLast() {
      tail--;
    }

    void dropBefore(int index) {
      while (first() < index) {
        head++;
      }
    }
  }
}
