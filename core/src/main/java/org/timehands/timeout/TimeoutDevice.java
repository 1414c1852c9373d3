package org.timehands.timeout;

/**
 * What a shard's owner waits on: a clock event device, as far as timeouts need one.
 *
 * <p>Threads: one waits, any wake.
 */
public interface TimeoutDevice {
  /** A wait without end. */
  long FOR_EVER = Long.MAX_VALUE;

  /**
   * Waits for so long, or until woken; may return early.
   *
   * @param nanos how long at most, more than 0; {@link #FOR_EVER} until woken
   * @throws InterruptedException if the thread is interrupted
   */
  void await(long nanos) throws InterruptedException;

  /** Ends the present wait, or else the next one. */
  void wake();
}
