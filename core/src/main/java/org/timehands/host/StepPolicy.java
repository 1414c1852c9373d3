package org.timehands.host;

/** What a timeline does when the host's wall clock is stepped. */
public enum StepPolicy {
  /** Steps too, at once: REALTIME equals the host's again. MONOTONIC is not touched. */
  FOLLOW,
  /** Never steps: REALTIME goes at most 500 ppm faster or slower until it equals the host's. */
  SLEW,
  /** Does not follow; the bound of REALTIME grows by the size of the step. */
  IGNORE
}
