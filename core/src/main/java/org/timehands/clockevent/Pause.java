package org.timehands.clockevent;

import java.util.concurrent.locks.LockSupport;

/**
 * The plainest clock event device: parks the calling thread for a while, on the host's clock.
 *
 * <p>Works everywhere, for platform and virtual threads; may return early, so that callers look at
 * their own clock again (rule I7).
 */
public final class Pause {
  /** Longest single pause: a wait is cut in chunks, because the host's clock has its own rate. */
  public static final long CHUNK_NANOS = 100_000_000;

  /** Waits shorter than this spin: parking costs about as much. */
  public static final long SPIN_NANOS = 20_000;

  private Pause() {}

  /**
   * Pauses for at most so many nanoseconds, or less.
   *
   * @param nanos how long at most; zero or less returns at once
   * @throws InterruptedException if the thread is interrupted; its interrupted status is cleared
   */
  public static void upTo(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (nanos <= 0) {
      return;
    }
    if (nanos < SPIN_NANOS) {
      Thread.onSpinWait();
      return;
    }
    LockSupport.parkNanos(Math.min(nanos, CHUNK_NANOS));
  }
}
