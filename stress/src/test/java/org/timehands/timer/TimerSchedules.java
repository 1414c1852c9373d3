package org.timehands.timer;

import java.util.Properties;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.timehands.mischief.Mischief;
import org.timehands.stress.interleave.Orders;

/**
 * Runs small programs on a shard of timers: each of {@link TimerProgram#ALL} in all orders with at
 * most a few preemptions, as far as its share goes, and random ones in random orders; until
 * something goes wrong.
 *
 * <p>In the package of what it tests, and loaded in a world of its own, where that may have a
 * planted bug.
 *
 * <p>In: {@code schedules} of each program; {@code seed} and {@code random}: from which seed on,
 * and how many random ones. Out: {@code wrong}, if anything is; {@code told}, what was done.
 */
public final class TimerSchedules implements UnaryOperator<Properties> {
  private static final int PREEMPTIONS = 1;

  /** Made by name. */
  public TimerSchedules() {}

  @Override
  public Properties apply(Properties in) {
    Mischief.install(
        new Mischief.Hook() {
          @Override
          public void point(String name) {
            TimerActor.stand();
          }
        });
    Properties out = new Properties();
    StringBuilder told = new StringBuilder();
    int most = Integer.parseInt(in.getProperty("schedules"));
    for (String program : TimerProgram.ALL) {
      if (most > 0 && !out.containsKey("wrong")) {
        inAllOrders(program, most, out, told);
      }
    }
    long seed = Long.parseLong(in.getProperty("seed"));
    long end = seed + Long.parseLong(in.getProperty("random"));
    long first = seed;
    Orders orders = new Orders();
    for (; seed < end && !out.containsKey("wrong"); seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TimerWorld world = TimerProgram.random(random);
      String wrong = run(orders, world, Integer.MAX_VALUE, atRandom(random));
      if (wrong != null) {
        out.setProperty("seed", Long.toString(seed));
        out.setProperty("wrong", "random program, seed " + seed + ": " + wrong);
      }
    }
    told.append(
        "timer schedules | random | %d | %d steps%n".formatted(seed - first, orders.steps()));
    out.setProperty("told", told.toString());
    return out;
  }

  private void inAllOrders(String program, int most, Properties out, StringBuilder told) {
    Orders orders = new Orders();
    int schedules = 0;
    boolean more;
    String wrong;
    do {
      wrong = run(orders, new TimerProgram(program).world(), PREEMPTIONS, orders);
      more = orders.next();
    } while (++schedules < most && more && wrong == null);
    int all = schedules;
    SplittableRandom random = new SplittableRandom(1);
    for (; schedules < most && wrong == null; schedules++) {
      TimerWorld world = new TimerProgram(program).world();
      wrong = run(orders, world, Integer.MAX_VALUE, atRandom(random));
    }
    told.append(
        "timer schedules | %-36s | %5d%s and %5d at random | %8d steps%n"
            .formatted(program, all, more ? " (cut)" : "", schedules - all, orders.steps()));
    if (wrong != null) {
      out.setProperty("wrong", program + ", schedule " + schedules + ": " + wrong);
    }
  }

  /** Goes on with the same thread mostly, or half of the time, or never. */
  private static IntUnaryOperator atRandom(SplittableRandom random) {
    int stays = new int[] {1, 3, 15}[random.nextInt(3)];
    return options ->
        Math.max(0, random.nextInt(options * stays) - options * (stays - 1));
  }

  private static String run(
      Orders orders, TimerWorld world, int mostPreemptions, IntUnaryOperator chooser) {
    String wrong = orders.run(world, mostPreemptions, chooser);
    String told = wrong == null ? null : wrong + world.histories();
    world.end();
    return told;
  }
}
