package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What a shard has done so far: its owner counts, executors' threads too, anybody asks. */
final class TimeoutCounts {
  /*
   * field  | read   | write         | guard
   * counts | opaque | opaque, owner | none: failed, slow by executors' threads too: CAS
   * COUNTS | -      | -             | -
   */
  static final int EXPIRED = 0;
  static final int LOOKS = 1;
  static final int MESSAGES = 2;
  static final int WAKES = 3;
  static final int SLOW = 4;
  static final int FAILED = 5;
  static final int HANGS = 6;
  static final int PLACES = 7;

  private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] counts = new long[PLACES + 1];

  /** By any thread. */
  void count(int which) {
    COUNTS.getAndAdd(counts, which, 1L);
  }

  /** By the owner, of what nobody else counts. */
  void add(int which, long more) {
    set(which, counts[which] + more);
  }

  /** The same. */
  void set(int which, long count) {
    COUNTS.setOpaque(counts, which, count);
  }

  TimeoutStats stats(long lateTicks) {
    return new TimeoutStats(
        get(EXPIRED), get(LOOKS), get(MESSAGES), get(WAKES), get(SLOW), get(FAILED), get(HANGS),
        lateTicks, get(PLACES));
  }

  private long get(int which) {
    return (long) COUNTS.getOpaque(counts, which);
  }
}
