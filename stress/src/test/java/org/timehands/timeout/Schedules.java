package org.timehands.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.timehands.mischief.Mischief;

/**
 * Runs small programs on a shard in all orders with at most a few preemptions, one thread standing
 * before each shared step of another; answers what goes wrong first, or null.
 *
 * <p>In the package of what it tests, and loaded in a world of its own, where that may have a
 * planted bug. After M. Musuvathi and S. Qadeer (CHESS, 2007).
 */
public final class Schedules implements Supplier<String> {
  static final ContinuationScope SCOPE = new ContinuationScope("timeouts");
  private static final int PREEMPTIONS = 3;
  private static final int MOST_SCHEDULES = 60_000;

  /** One simulated thread. */
  static final class Actor {
    final Continuation continuation;
    boolean blocked;

    Actor(Runnable body) {
      continuation = new Continuation(SCOPE, body);
    }

    boolean canRun() {
      return !blocked && !continuation.isDone();
    }
  }

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
  private int schedules;

  /** Made by name. */
  public Schedules() {}

  @Override
  public String get() {
    Mischief.install(
        new Mischief.Hook() {
          @Override
          public void point(String name) {
            if (Continuation.getCurrentContinuation(SCOPE) != null) {
              Continuation.yield(SCOPE);
            }
          }
        });
    for (String program : ShardProgram.ALL) {
      choices.clear();
      int first = schedules;
      do {
        depth = 0;
        String wrong = run(program);
        schedules++;
        if (wrong != null) {
          return program + ", schedule " + (schedules - first) + ": " + wrong;
        }
      } while (next() && schedules - first < MOST_SCHEDULES);
      System.out.printf("timeout schedules | %-28s | %d%n", program, schedules - first);
    }
    return null;
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

  private String run(String program) {
    ShardProgram world = new ShardProgram(program);
    List<Actor> actors = world.actors();
    Actor current = null;
    int preemptions = 0;
    try {
      for (int steps = 0; steps < 20_000; steps++) {
        List<Actor> ready = new ArrayList<>();
        if (current != null && current.canRun()) {
          ready.add(current);
        }
        for (Actor each : actors) {
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
        boolean mayChoose = ready.size() > 1 && (forced || preemptions < PREEMPTIONS);
        int taken = mayChoose ? choose(ready.size()) : 0;
        preemptions += taken > 0 && !forced ? 1 : 0;
        current = ready.get(taken);
        current.continuation.run();
        if (world.wrong != null) {
          return world.wrong;
        }
      }
      return "ENDLESS";
    } catch (RuntimeException | AssertionError thrown) {
      return "THROWS " + thrown;
    }
  }
}
