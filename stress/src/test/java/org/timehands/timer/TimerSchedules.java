package org.timehands.timer;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.timehands.mischief.Mischief;

/**
 * Runs small programs on a shard of timers: each of {@link TimerProgram#ALL} in all orders with at
 * most a few preemptions, as far as its share goes, and random ones in random orders; until
 * something goes wrong.
 *
 * <p>In the package of what it tests, and loaded in a world of its own, where that may have a
 * planted bug. After M. Musuvathi and S. Qadeer (CHESS, 2007).
 *
 * <p>In: {@code schedules} of each program; {@code seed} and {@code random}: from which seed on,
 * and how many random ones. Out: {@code wrong}, if anything is; {@code told}, what was done.
 */
public final class TimerSchedules implements UnaryOperator<Properties> {
  private static final int PREEMPTIONS = 1;
  private static final int MOST_STEPS = 20_000;

  /** One point at which somebody was chosen: how many there were, which was taken. */
  private static final class Choice {
    final int options;
    int taken;

    Choice(int options) {
      this.options = options;
    }
  }

  private final List<Choice> choices = new ArrayList<>();
  private int depth;
  private long steps;

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
    steps = 0;
    for (; seed < end && !out.containsKey("wrong"); seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TimerWorld world = TimerProgram.random(random);
      String wrong = run(world, Integer.MAX_VALUE, atRandom(random));
      if (wrong != null) {
        out.setProperty("seed", Long.toString(seed));
        out.setProperty("wrong", "random program, seed " + seed + ": " + wrong);
      }
    }
    told.append("timer schedules | random | %d | %d steps%n".formatted(seed - first, steps));
    out.setProperty("told", told.toString());
    return out;
  }

  private void inAllOrders(String program, int most, Properties out, StringBuilder told) {
    choices.clear();
    steps = 0;
    int schedules = 0;
    boolean more;
    String wrong;
    do {
      depth = 0;
      wrong = run(new TimerProgram(program).world(), PREEMPTIONS, this::choose);
      more = next();
    } while (++schedules < most && more && wrong == null);
    int all = schedules;
    SplittableRandom random = new SplittableRandom(1);
    for (; schedules < most && wrong == null; schedules++) {
      wrong = run(new TimerProgram(program).world(), Integer.MAX_VALUE, atRandom(random));
    }
    told.append(
        "timer schedules | %-36s | %5d%s and %5d at random | %8d steps%n"
            .formatted(program, all, more ? " (cut)" : "", schedules - all, steps));
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

  /** The next schedule by depth first; false if there is none. */
  private boolean next() {
    while (!choices.isEmpty()) {
      Choice last = choices.getLast();
      if (last.taken + 1 < last.options) {
        last.taken++;
        return true;
      }
      choices.removeLast();
    }
    return false;
  }

  private int choose(int options) {
    if (depth == choices.size()) {
      choices.add(new Choice(options));
    }
    return choices.get(depth++).taken;
  }

  private String run(TimerWorld world, int mostPreemptions, IntUnaryOperator chooser) {
    String wrong = end(world, mostPreemptions, chooser);
    String told = wrong == null ? null : wrong + world.histories();
    world.end();
    return told;
  }

  private String end(TimerWorld world, int mostPreemptions, IntUnaryOperator chooser) {
    TimerActor current = null;
    int preemptions = 0;
    for (int step = 0; step < MOST_STEPS; step++, steps++) {
      List<TimerActor> ready = new ArrayList<>();
      if (current != null && current.canRun()) {
        ready.add(current);
      }
      for (TimerActor each : world.actors) {
        if (each != current && each.canRun()) {
          ready.add(each);
        }
      }
      if (ready.isEmpty()) {
        if (!world.timePasses()) {
          return world.verdict();
        }
        continue;
      }
      boolean forced = ready.getFirst() != current;
      boolean mayChoose = ready.size() > 1 && (forced || preemptions < mostPreemptions);
      int taken = mayChoose ? chooser.applyAsInt(ready.size()) : 0;
      preemptions += taken > 0 && !forced ? 1 : 0;
      current = ready.get(taken);
      current.run();
      if (world.wrong != null) {
        return world.wrong;
      }
    }
    return "ENDLESS";
  }
}
