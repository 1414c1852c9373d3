package org.timehands.bench.alternatives;

/** A design for timeouts of many threads that was not taken; callbacks run in {@link #poll}. */
public interface TimeoutAlternative {
  /** One tick. */
  long TICK_NANOS = 1_000_000;

  /** Makes a timeout to keep, not armed. */
  Object timeout(Runnable callback);

  /** Arms it, or arms it anew; any thread. */
  void arm(Object timeout, long delayNanos);

  /** Whether it was pending, and will not run now; any thread. */
  boolean cancel(Object timeout);

  /** Runs what is due by the clock; one thread. */
  void poll();
}
