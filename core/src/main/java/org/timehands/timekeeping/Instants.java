package org.timehands.timekeeping;

import java.time.Instant;

/** Instants from and to nanoseconds since 1970, over the range of a long: 1677 to 2262. */
final class Instants {
  private static final long SECOND = 1_000_000_000L;

  private Instants() {}

  static Instant of(long epochNanos) {
    long seconds = epochNanos / SECOND;
    long rest = epochNanos - seconds * SECOND;
    return rest >= 0
        ? Instant.ofEpochSecond(seconds, rest)
        : Instant.ofEpochSecond(seconds - 1, rest + SECOND);
  }

  static long nanosOf(Instant instant) {
    try {
      long seconds = instant.getEpochSecond();
      return seconds < 0
          ? Math.addExact(Math.multiplyExact(seconds + 1, SECOND), instant.getNano() - SECOND)
          : Math.addExact(Math.multiplyExact(seconds, SECOND), instant.getNano());
    } catch (ArithmeticException beyond) {
      throw new IllegalArgumentException(
          "instant " + instant + " must lie between the years 1677 and 2262", beyond);
    }
  }
}
