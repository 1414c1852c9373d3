package org.timehands.clocksource;

import org.timehands.clocksource.ClocksourceRegistry.Purpose;

/**
 * Who is told what happens in a {@link ClocksourceRegistry}: each event once, in the order in which
 * things happened, by one thread at a time. What it throws is logged and stops nobody. It may call
 * the registry; what follows from that is told after it has returned.
 */
public interface ClocksourceListener {
  /**
   * Another clocksource was chosen.
   *
   * @param purpose for what
   * @param from the last one; null if there was none
   * @param to the new one; null if there is none, which cannot be for TIMEKEEPING
   * @param why in words
   */
  default void selected(Purpose purpose, Candidate from, Candidate to, String why) {}

  /** A clocksource has come. */
  default void registered(Candidate candidate) {}

  /** A clocksource has gone; it stays readable for whoever holds it. */
  default void unregistered(Candidate candidate) {}

  /** A clocksource was found to lie; it is rated 0 from now on. */
  default void unstable(Candidate candidate, String why) {}

  /** Timers finer than a tick are possible from now on, or are not any more. */
  default void highResolution(boolean possible, String why) {}
}
