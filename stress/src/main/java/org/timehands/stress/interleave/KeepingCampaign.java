package org.timehands.stress.interleave;

import java.util.Properties;
import java.util.function.UnaryOperator;
import org.timehands.mischief.Mischief;

/**
 * Runs schedules of the write side, seed after seed, until one fails. Created by name inside a
 * class loader of its own (see {@code org.timehands.stress.world.World}), in which the write side's
 * lock is a {@link TurnLock}; in and out as {@link Campaign}'s.
 */
public final class KeepingCampaign implements UnaryOperator<Properties> {
  /** For {@code World}. */
  public KeepingCampaign() {}

  @Override
  public Properties apply(Properties in) {
    long first = Long.parseLong(in.getProperty("first"));
    long count = Long.parseLong(in.getProperty("count"));
    Properties out = new Properties();
    long reads = 0;
    long steps = 0;
    long done = 0;
    for (long seed = first; seed < first + count && !out.containsKey("seed"); seed++) {
      KeepingRun run = new KeepingRun(seed);
      Mischief.install(run);
      run.run();
      Mischief.uninstall();
      run.free();
      reads += run.reads();
      steps += run.steps();
      done++;
      Violation failure = run.failure();
      if (failure != null) {
        out.setProperty("seed", Long.toString(seed));
        out.setProperty("rule", failure.rule);
        out.setProperty("detail", failure.getMessage());
      }
    }
    out.setProperty("schedules", Long.toString(done));
    out.setProperty("reads", Long.toString(reads));
    out.setProperty("steps", Long.toString(steps));
    return out;
  }
}
