package org.timehands.stress.timers;

import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * Runs schedules of timers, seed after seed, until one fails. Created by name inside a class loader
 * of its own (see {@code org.timehands.stress.world.World}); speaks through JDK types only.
 *
 * <p>In: {@code first} and {@code count} (seeds), {@code falls} ({@link FallRun} in place of {@link
 * TimerRun}), {@code forgets} (the device's planted bug). Out: {@code schedules}, {@code expired};
 * and for a failure {@code seed}, {@code rule} (one of the run's), {@code detail}.
 */
public final class TimerCampaign implements UnaryOperator<Properties> {
  private long expired;

  /** For {@code World}. */
  public TimerCampaign() {}

  @Override
  public Properties apply(Properties in) {
    long first = Long.parseLong(in.getProperty("first"));
    long count = Long.parseLong(in.getProperty("count"));
    Properties out = new Properties();
    long done = 0;
    for (long seed = first; seed < first + count && !out.containsKey("seed"); seed++) {
      Violation failure = is(in, "falls") ? fall(seed) : hosted(seed, in, out);
      done++;
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

  private static boolean is(Properties in, String name) {
    return Boolean.parseBoolean(in.getProperty(name));
  }

  private Violation fall(long seed) {
    FallRun run = new FallRun(seed);
    Violation failure = failureOf(run::run);
    expired += run.expired;
    return failure;
  }

  private Violation hosted(long seed, Properties in, Properties out) {
    TimerRun run = new TimerRun(seed, is(in, "trace"), is(in, "forgets"));
    Violation failure = failureOf(run::run);
    expired += run.expired;
    out.setProperty("trace", run.trace());
    return failure;
  }

  private static Violation failureOf(Runnable run) {
    try {
      run.run();
      return null;
    } catch (Violation broken) {
      return broken;
    }
  }
}
