package org.timehands.testing;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Runs a test over many seeds, or over the one that a failure named. */
public final class Seeds {
  private static final String PROPERTY = "timehands.seed";

  private Seeds() {}

  /** A test of one seed. */
  @FunctionalInterface
  public interface Body {
    /** Runs it; the random numbers depend on the seed alone. */
    void run(SplittableRandom random) throws Exception;
  }

  /** Runs seeds 1 to {@code count}; a failure says its seed and the one command to replay it. */
  public static void forEach(Class<?> test, int count, Body body) {
    String only = System.getProperty(PROPERTY);
    LongStream seeds =
        only == null ? LongStream.rangeClosed(1, count) : LongStream.of(Long.parseLong(only));
    seeds.forEach(seed -> run(test, seed, body));
  }

  private static void run(Class<?> test, long seed, Body body) {
    try {
      body.run(new SplittableRandom(seed));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          failure.getMessage() + "\nseed " + seed + ", replay: mvn -pl core test -Dtest="
              + test.getSimpleName() + " -D" + PROPERTY + "=" + seed,
          failure);
    }
  }
}
