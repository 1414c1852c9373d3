package org.timehands.stress.interleave;

import java.util.Properties;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.Counter;
import org.timehands.linux.Memory;
import org.timehands.mischief.Mischief;
import org.timehands.timeline.Page;

/**
 * Runs schedules, seed after seed, until one fails. Created by name inside a class loader of its
 * own (see {@code org.timehands.stress.world.World}); speaks through JDK types only.
 *
 * <p>In: {@code first} and {@code count} (seeds), {@code focus}, {@code variant}, {@code rules}
 * (those of {@link Checker} that count, all by default), {@code trace}. Out: {@code schedules},
 * {@code reads}, {@code steps}; and for a failure {@code seed}, {@code rule}, {@code detail},
 * {@code trace}.
 */
public final class Campaign implements UnaryOperator<Properties> {
  /** The kind of clocksource that readers take from the processor without asking a table. */
  static final long NATIVE_KIND =
      System.getProperty("os.arch").equals("aarch64") ? ClockSource.CNTVCT : ClockSource.TSC;

  private static final int MAX_SLOTS = 16;

  private static Simulation running;

  /** For {@code World}. */
  public Campaign() {}

  @Override
  public Properties apply(Properties in) {
    connectCounter();
    long bytes = Page.totalBytes(MAX_SLOTS);
    long address = Memory.allocate(bytes, 4096);
    long first = Long.parseLong(in.getProperty("first"));
    long count = Long.parseLong(in.getProperty("count"));
    Plan.Focus focus = Plan.Focus.valueOf(in.getProperty("focus", "ANY"));
    Variant variant = Variant.valueOf(in.getProperty("variant", "NONE"));
    boolean traced = Boolean.parseBoolean(in.getProperty("trace"));
    String rules = in.getProperty("rules", "");
    Set<String> counted = rules.isEmpty() ? Set.of() : Set.of(rules.split(","));
    Properties out = new Properties();
    long reads = 0;
    long steps = 0;
    long done = 0;
    for (long seed = first; seed < first + count && !out.containsKey("seed"); seed++) {
      Mischief.uninstall();
      Memory.clear(address, bytes);
      Simulation simulation = new Simulation(seed, focus, variant, address, traced, counted);
      running = simulation;
      Mischief.install(simulation);
      simulation.run();
      reads += simulation.reads;
      steps += simulation.totalSteps;
      done++;
      report(simulation, seed, out);
    }
    Mischief.uninstall();
    Memory.free(address);
    out.setProperty("schedules", Long.toString(done));
    out.setProperty("reads", Long.toString(reads));
    out.setProperty("steps", Long.toString(steps));
    return out;
  }

  private static void report(Simulation simulation, long seed, Properties out) {
    if (simulation.failure != null) {
      out.setProperty("seed", Long.toString(seed));
      out.setProperty("rule", simulation.failure.rule);
      out.setProperty("detail", simulation.failure.getMessage());
    }
    if (simulation.traces != null) {
      out.setProperty("trace", simulation.traces.text());
    }
  }

  /** Readers take the processor's counter by a static call; here it is the simulation's X. */
  private static void connectCounter() {
    LongSupplier simulated = () -> running.x.read();
    try {
      Counter.class.getField("simulated").set(null, simulated);
    } catch (ReflectiveOperationException real) {
      throw new IllegalStateException("the processor's counter is not replaced here", real);
    }
  }
}
