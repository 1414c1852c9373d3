package org.timehands.timeout;

/**
 * A handle on something that is to run if it is not cancelled in time.
 *
 * <p>It is handed to the callback when it runs. Threads: as its wheel says; on a {@link
 * TimeoutWheel} one thread, on {@link Timeouts} any.
 */
public sealed interface Timeout permits WheelTimeout, SharedTimeout {
  /**
   * Keeps this from running.
   *
   * <p>What was cancelled lets go of what it holds at once: a timeout that was made by one call
   * forgets its callback and attachment, and leaves its place. One that is kept may be armed again:
   * it lets go when it is shut down.
   *
   * @return true if it was pending, and will not run for this arming; false if it has run, is
   *     about to, or was not armed
   */
  boolean cancel();

  /** Whether it is armed and has neither run nor been cancelled. */
  boolean isPending();

  /**
   * When it may run: never earlier.
   *
   * @return on a {@link TimeoutWheel} a tick: what it was armed for last, if it is no longer
   *     pending; on {@link Timeouts} nanoseconds of its clock, Long.MAX_VALUE if it is not pending
   *     or for later than those can tell
   */
  long expires();

  /**
   * Hangs an object on this timeout, for its callback.
   *
   * @param attachment anything, or null
   */
  void attach(Object attachment);

  /** What was attached last; null if nothing was, or if a timeout of one call was cancelled. */
  Object attachment();
}
