package org.timehands.timeout;

import java.util.function.Supplier;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.timehands.mischief.Mischief;
import org.timehands.stress.interleave.Orders;

/**
 * Runs small programs on a shard in all orders with at most a few preemptions, one thread standing
 * before each shared step of another; answers what goes wrong first, or null.
 *
 * <p>In the package of what it tests, and loaded in a world of its own, where that may have a
 * planted bug.
 */
public final class Schedules implements Supplier<String> {
  static final ContinuationScope SCOPE = new ContinuationScope("timeouts");
  private static final int PREEMPTIONS = 3;
  private static final int MOST_SCHEDULES = 60_000;

  /** One simulated thread. */
  static final class Actor implements Orders.Actor {
    final Continuation continuation;
    boolean blocked;

    Actor(Runnable body) {
      continuation = new Continuation(SCOPE, body);
    }

    @Override
    public boolean canRun() {
      return !blocked && !continuation.isDone();
    }

    @Override
    public void run() {
      continuation.run();
    }
  }

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
      Orders orders = new Orders();
      int schedules = 0;
      do {
        String wrong = run(program, orders);
        schedules++;
        if (wrong != null) {
          return program + ", schedule " + (schedules - 1) + ": " + wrong;
        }
      } while (orders.next() && schedules < MOST_SCHEDULES);
      System.out.printf("timeout schedules | %-28s | %d%n", program, schedules);
    }
    return null;
  }

  private static String run(String program, Orders orders) {
    ShardProgram world = new ShardProgram(program);
    try {
      return orders.run(world, PREEMPTIONS, orders);
    } catch (RuntimeException | AssertionError thrown) {
      return "THROWS " + thrown;
    }
  }
}
