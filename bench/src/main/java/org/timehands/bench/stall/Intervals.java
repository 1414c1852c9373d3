package org.timehands.bench.stall;

/** A log of begins and ends, in cycles, ascending and at most so many. Not thread-safe. */
final class Intervals {
  private static final int LIMIT = 1 << 16;

  private final long[] begins = new long[LIMIT];
  private final long[] ends = new long[LIMIT];
  private int size;

  /** Adds one; those beyond the limit are left out. */
  void add(long beginCycles, long endCycles) {
    if (size < LIMIT) {
      begins[size] = beginCycles;
      ends[size] = endCycles;
      size++;
    }
  }

  int size() {
    return size;
  }

  /**
   * What the writer's pauses did to reads.
   *
   * @param pauses how many there were
   * @param released how many of them a slow read waited for: it began before the pause's end and
   *     ended with it
   * @param longestCycles the longest such read
   */
  record Effect(int pauses, int released, long longestCycles) {
    /** The share of pauses that a read waited for. */
    double share() {
      return pauses == 0 ? 0 : (double) released / pauses;
    }
  }

  /**
   * Finds the reads that a pause held up. A read that was slow for another reason (an interrupt,
   * another process) ends at any time; one that waited for the writer ends right after the pause.
   *
   * @param reads the slow reads
   * @param pauses the writer's pauses
   * @param shortCycles reads that began less than this before the pause's end did not wait for it
   * @param lateCycles how long after the pause a waiting read may end: what a wake-up takes
   */
  static Effect match(Intervals reads, Intervals pauses, long shortCycles, long lateCycles) {
    int released = 0;
    long longest = 0;
    int r = 0;
    for (int p = 0; p < pauses.size; p++) {
      long pauseEnd = pauses.ends[p];
      while (r < reads.size && reads.ends[r] < pauseEnd) {
        r++;
      }
      boolean waited =
          r < reads.size
              && reads.ends[r] <= pauseEnd + lateCycles
              && reads.begins[r] <= pauseEnd - shortCycles;
      if (waited) {
        released++;
        longest = Math.max(longest, reads.ends[r] - reads.begins[r]);
      }
    }
    return new Effect(pauses.size, released, longest);
  }
}
