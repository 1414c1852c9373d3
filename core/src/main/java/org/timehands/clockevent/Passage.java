package org.timehands.clockevent;

import java.util.function.BooleanSupplier;

/**
 * The passage of time, where somebody makes it by hand: asked by a thread before it waits for
 * something that time brings about, since that thread may be the very one that makes it.
 */
@FunctionalInterface
public interface Passage {
  /** Time passes by itself. */
  Passage BY_ITSELF = (over, mostNanos) -> false;

  /**
   * The calling thread is going to wait. May make time pass until that is over, or wait until
   * somebody has made it pass. Called without locks.
   *
   * @param over whether what is waited for has come; called by any thread, must not wait
   * @param mostNanos for how long of MONOTONIC it would wait; not positive is not at all
   * @return true if it has come or that long has passed; false if time was left alone, or the
   *     thread was interrupted, so that it has to wait by itself
   */
  boolean awaits(BooleanSupplier over, long mostNanos);
}
