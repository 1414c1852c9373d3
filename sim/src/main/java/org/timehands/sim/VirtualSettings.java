package org.timehands.sim;

import java.time.Instant;
import java.util.Objects;
import org.timehands.tick.TickMode;

/**
 * What a {@link VirtualWorld} is like. Immutable.
 *
 * @param seed of all that is left to chance: one seed, one run
 * @param start REALTIME at the beginning, from 1970 to 2232
 * @param tickMode how timers are woken
 * @param isAdverse whether devices are late, lose events and wake for nothing, by a clock of their
 *     own that is off by up to 200 ppm
 * @param cpus how many shards of timers there are, with a device each, in [1, 64]
 * @param counterHz the counter's frequency, in [1 000 000, 10^10]
 * @param counterBits its width, in [24, 64]
 * @param patienceMillis for how much real time a thread may run before it sleeps, at least 1
 */
public record VirtualSettings(
    long seed,
    Instant start,
    TickMode tickMode,
    boolean isAdverse,
    int cpus,
    long counterHz,
    int counterBits,
    long patienceMillis) {
  private static final int MAX_CPUS = 64;
  private static final long MIN_HZ = 1_000_000;
  private static final long MAX_HZ = 10_000_000_000L;
  private static final int MIN_BITS = 24;
  private static final Instant END = Instant.parse("2232-01-01T00:00:00Z");

  /** Checks the ranges. */
  public VirtualSettings {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(tickMode, "tickMode");
    if (start.isBefore(Instant.EPOCH) || !start.isBefore(END)) {
      throw new IllegalArgumentException(
          "start " + start + " must lie in [" + Instant.EPOCH + ", " + END + ")");
    }
    check("cpus", cpus, 1, MAX_CPUS);
    check("counterHz", counterHz, MIN_HZ, MAX_HZ);
    check("counterBits", counterBits, MIN_BITS, Long.SIZE);
    check("patienceMillis", patienceMillis, 1, Integer.MAX_VALUE);
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " of " + value + " must lie in [" + least + ", " + most + "]");
    }
  }

  /** Seed 1, 2026-01-01T00:00:00Z, tickless, no adversary, one CPU, 1 GHz of 64 bits, 10 s. */
  public static VirtualSettings defaults() {
    return new VirtualSettings(
        1, Instant.parse("2026-01-01T00:00:00Z"), TickMode.tickless(), false, 1, 1_000_000_000L,
        Long.SIZE, 10_000);
  }

  /** These with another seed. */
  public VirtualSettings withSeed(long newSeed) {
    return new VirtualSettings(
        newSeed, start, tickMode, isAdverse, cpus, counterHz, counterBits, patienceMillis);
  }

  /** These, beginning at another instant. */
  public VirtualSettings startingAt(Instant newStart) {
    return new VirtualSettings(
        seed, newStart, tickMode, isAdverse, cpus, counterHz, counterBits, patienceMillis);
  }

  /** These in another tick mode. */
  public VirtualSettings withTickMode(TickMode newMode) {
    return new VirtualSettings(
        seed, start, newMode, isAdverse, cpus, counterHz, counterBits, patienceMillis);
  }

  /** These with or without an adversary. */
  public VirtualSettings adverse(boolean newAdverse) {
    return new VirtualSettings(
        seed, start, tickMode, newAdverse, cpus, counterHz, counterBits, patienceMillis);
  }

  /** These with more CPUs, or fewer. */
  public VirtualSettings withCpus(int newCpus) {
    return new VirtualSettings(
        seed, start, tickMode, isAdverse, newCpus, counterHz, counterBits, patienceMillis);
  }

  /** These on another counter. */
  public VirtualSettings counting(long newHz, int newBits) {
    return new VirtualSettings(
        seed, start, tickMode, isAdverse, cpus, newHz, newBits, patienceMillis);
  }

  /** These with more patience, or less. */
  public VirtualSettings withPatienceMillis(long newPatienceMillis) {
    return new VirtualSettings(
        seed, start, tickMode, isAdverse, cpus, counterHz, counterBits, newPatienceMillis);
  }
}
