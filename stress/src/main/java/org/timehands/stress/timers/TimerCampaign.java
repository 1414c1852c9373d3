package org.timehands.stress.timers;

import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * Runs schedules of timers, seed after seed, until one fails. Created by name inside a class loader
 * of its own (see {@code org.timehands.stress.world.World}); speaks through JDK types only.
 *
 * <p>In: {@code first} and {@code count} (seeds). Out: {@code schedules}, {@code expired}; and for
 * a failure {@code seed}, {@code rule} (one of {@link TimerRun}), {@code detail}.
 */
public final class TimerCampaign implements UnaryOperator<Properties> {
  /** For {@code World}. */
  public TimerCampaign() {}

  @Override
  public Properties apply(Properties in) {
    long first = Long.parseLong(in.getProperty("first"));
    long count = Long.parseLong(in.getProperty("count"));
    Properties out = new Properties();
    long expired = 0;
    long done = 0;
    for (long seed = first; seed < first + count && !out.containsKey("seed"); seed++) {
      TimerRun run = new TimerRun(seed, Boolean.parseBoolean(in.getProperty("trace")));
      Violation failure = failureOf(run);
      expired += run.expired;
      done++;
      out.setProperty("trace", run.trace());
      if (failure != null) {
        out.setProperty("seed", Long.toString(seed));
        out.setProperty("rule", failure.rule);
        out.setProperty("detail", String.valueOf(failure.getMessage()));
      }
    }
    out.setProperty("schedules", Long.toString(done));
    out.setProperty("expired", Long.toString(expired));
    return out;
  }

  private static Violation failureOf(TimerRun run) {
    try {
      run.run();
      return null;
    } catch (Violation broken) {
      return broken;
    }
  }
}
