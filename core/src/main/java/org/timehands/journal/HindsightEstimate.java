package org.timehands.journal;

/**
 * REALTIME at a cycle as hindsight sees it: another answer than what was read there, and never to
 * be mixed up with it. A reusable holder. Not thread-safe.
 */
public final class HindsightEstimate {
  /** REALTIME, nanoseconds since 1970. */
  public long realNanos;

  /** How far that may be off; {@link Long#MAX_VALUE} when the reference vouched for nothing. */
  public long boundNanos;

  /** The part of that which is chance, as a standard deviation. */
  public long sigmaNanos;

  /** An empty estimate. */
  public HindsightEstimate() {}
}
