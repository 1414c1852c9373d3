package org.timehands.host;

/** The clock of a host as a reference: can be sampled against a counter. */
public interface HostClock {
  /**
   * Takes one sample of all clocks, choosing the narrowest of several brackets.
   *
   * @param into the holder to fill; {@link HostSample#wasSet} is left alone
   */
  void sample(HostSample into);
}
