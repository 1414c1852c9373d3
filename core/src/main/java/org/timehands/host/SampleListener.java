package org.timehands.host;

/** Told of each sample of the host's clock that a follower takes. */
@FunctionalInterface
public interface SampleListener {
  /** Listens to nothing. */
  SampleListener NONE = (sample, clocksourceId) -> {};

  /**
   * Called in the follower's thread, under its lock: must return at once, throw nothing, and not
   * call the follower.
   *
   * @param sample the sample; the holder is reused, so copy what is needed
   * @param clocksourceId whose cycle it names
   */
  void sampled(HostSample sample, long clocksourceId);
}
