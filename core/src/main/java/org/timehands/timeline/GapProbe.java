package org.timehands.timeline;

/**
 * What a reader asks when the counter has gone further past the horizon than an idle process
 * explains: did the machine sleep, was it moved, or has somebody promised nonsense?
 *
 * <p>Called on the slow path only, from any thread; it may look at the host's clocks, and it may
 * publish a bridging segment if this process owns the page. It never blocks.
 */
@FunctionalInterface
public interface GapProbe {
  /** What the reader does next. */
  enum Verdict {
    /** The counter is right: extend the horizon. */
    EXTEND,
    /** The timeline was repaired: look again. */
    LOOK_AGAIN,
    /** The counter is not right and this process may not repair it: hold. */
    HOLD
  }

  /** A probe that trusts the counter: for counters that cannot be disturbed. */
  GapProbe TRUSTING = (timeline, sequence, promised, now) -> Verdict.EXTEND;

  /**
   * Decides about a gap.
   *
   * @param timeline the timeline that is read
   * @param sequence the open segment
   * @param promisedCycles its horizon, relative to its start
   * @param nowCycles the counter as read, relative to its start; negative if the counter went back
   *     by more than anybody promises ahead, and to extend is then to answer from the past
   */
  Verdict examine(Timeline timeline, long sequence, long promisedCycles, long nowCycles);
}
