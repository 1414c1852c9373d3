package org.timehands.bench.bed;

/**
 * How busy the machine was with other things for a while.
 *
 * @param others CPUs' worth of time that other processes took
 * @param steal CPUs' worth of time that the hypervisor took
 */
public record Noise(double others, double steal) {
  /** Others' share of one CPU above which a while counts as noisy. */
  public static final double NOISY_CPUS = 0.10;

  /** Whether figures of that while can be trusted. */
  public boolean isQuiet() {
    return others + steal <= NOISY_CPUS;
  }
}
