package org.timehands.testing;

import java.util.function.BooleanSupplier;

/**
 * Waits of a test for what another thread does, which end: by an AssertionError that tells what was
 * awaited, if nothing else. An interrupt does not end them, because some tests wait as they are
 * interrupted; nor do they touch the permit that {@link java.util.concurrent.locks.LockSupport}
 * keeps.
 */
public final class Await {
  /** Long enough for a busy machine of two processors, and shorter than {@link HangWatch}'s. */
  public static final long PATIENCE_SECONDS = 100;

  private static final int SPINS = 1000;

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @param condition asked again and again, on this thread
   * @param what it says, for the message: "the sleeper is queued"
   */
  public static void until(BooleanSupplier condition, String what) {
    until(condition, what, PATIENCE_SECONDS);
  }

  /** As {@link #until(BooleanSupplier, String)}, with a patience of one's own. */
  public static void until(BooleanSupplier condition, String what, long seconds) {
    long began = System.nanoTime();
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      if (System.nanoTime() - began >= seconds * 1_000_000_000L) {
        throw new AssertionError("in " + seconds + " s it did not come to this: " + what);
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // who is awaited may need this processor
      }
    }
  }

  /**
   * Waits until a thread is in a state, and fails at once if it has ended.
   *
   * @param thread the thread
   * @param state what its state is to be
   */
  public static void state(Thread thread, Thread.State state) {
    until(
        () -> {
          Thread.State now = thread.getState();
          if (now == Thread.State.TERMINATED && state != now) {
            throw new AssertionError(thread + " has ended, and was to be " + state);
          }
          return now == state;
        },
        thread + " is " + state);
  }
}
