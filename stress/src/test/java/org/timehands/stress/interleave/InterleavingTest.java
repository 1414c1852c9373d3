package org.timehands.stress.interleave;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.World;

/**
 * Production code in seeded schedules: readers, a writer that may die anywhere, other processes,
 * faults. No read waits for a writer, and its steps are bounded (0-03, 1-01, A13, A16).
 *
 * <p>{@code -Dtimehands.interleave.schedules=1000000} is the long mode; {@code
 * -Dtimehands.interleave.seed=N} replays one schedule and prints its steps (N3).
 */
class InterleavingTest {
  private static final String SEED = "timehands.interleave.seed";
  private static final long FIRST = Long.getLong("timehands.interleave.first", 1);
  private static final long SCHEDULES = Long.getLong("timehands.interleave.schedules", 10_000);
  private static final long BATCH = 10_000;

  @Test
  void everyScheduleKeepsTheRules() {
    UnaryOperator<Properties> campaign = campaign();
    Long seed = Long.getLong(SEED);
    if (seed != null) {
      Properties out = campaign.apply(order(seed, 1, true));
      System.out.println(out.getProperty("trace"));
      verdict(out);
      return;
    }
    long begun = System.nanoTime();
    long reads = 0;
    long steps = 0;
    for (long done = 0; done < SCHEDULES; done += BATCH) {
      Properties out =
          campaign.apply(order(FIRST + done, Math.min(BATCH, SCHEDULES - done), false));
      verdict(out);
      reads += Long.parseLong(out.getProperty("reads"));
      steps += Long.parseLong(out.getProperty("steps"));
    }
    System.out.printf(
        "interleaver: %d schedules, %d reads, %d steps, no violation, %.1f s%n",
        SCHEDULES, reads, steps, (System.nanoTime() - begun) / 1e9);
  }

  private static void verdict(Properties out) {
    String seed = out.getProperty("seed");
    if (seed != null) {
      fail(
          "seed " + seed + " breaks " + out.getProperty("rule") + ": " + out.getProperty("detail")
              + "\nreplay: ./timehands test -Dtest=InterleavingTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "=" + seed);
    }
  }

  private static UnaryOperator<Properties> campaign() {
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> campaign =
        World.with(List.of())
            .create("org.timehands.stress.interleave.Campaign", UnaryOperator.class);
    return campaign;
  }

  private static Properties order(long first, long count, boolean trace) {
    Properties order = new Properties();
    order.setProperty("first", Long.toString(first));
    order.setProperty("count", Long.toString(count));
    order.setProperty("trace", Boolean.toString(trace));
    return order;
  }
}
