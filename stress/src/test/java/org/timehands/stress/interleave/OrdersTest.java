package org.timehands.stress.interleave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** All orders are all orders: what runs programs in them must miss none, and end. */
class OrdersTest {
  /** Threads of a few steps each, which write down whose turn it was. */
  private static final class Letters implements Orders.Program {
    private final StringBuilder told = new StringBuilder();
    private final List<Orders.Actor> actors = new ArrayList<>();
    private final int most;

    Letters(String names, int most) {
      this.most = most;
      for (char name : names.toCharArray()) {
        actors.add(
            new Orders.Actor() {
              private int done;

              @Override
              public boolean canRun() {
                return done < Letters.this.most;
              }

              @Override
              public void run() {
                done++;
                told.append(name);
              }
            });
      }
    }

    @Override
    public List<Orders.Actor> actors() {
      return actors;
    }

    @Override
    public boolean timePasses() {
      return false;
    }

    @Override
    public String verdict() {
      return null;
    }
  }

  private static Set<String> all(String names, int steps, int preemptions) {
    Set<String> seen = new TreeSet<>();
    Orders orders = new Orders();
    int runs = 0;
    do {
      Letters program = new Letters(names, steps);
      assertNull(orders.run(program, preemptions, orders));
      seen.add(program.told.toString());
      runs++;
    } while (orders.next());
    assertEquals(runs, seen.size(), "an order was run twice");
    return seen;
  }

  @Test
  void everyOrderIsRunOnce() {
    assertEquals(Set.of("aabb", "abab", "abba", "baab", "baba", "bbaa"), all("ab", 2, 9));
    assertEquals(20, all("ab", 3, 9).size(), "6 over 3");
    assertEquals(90, all("abc", 2, 9).size(), "6! / 2! 2! 2!");
  }

  @Test
  void preemptionsAreCounted() {
    assertEquals(Set.of("aabb", "bbaa"), all("ab", 2, 0));
    assertEquals(Set.of("aabb", "abba", "baab", "bbaa"), all("ab", 2, 1));
  }

  @Test
  void whatNeverEndsIsSaid() {
    Letters endless = new Letters("a", Integer.MAX_VALUE);
    assertEquals("ENDLESS", new Orders().run(endless, 0, options -> 0));
  }
}
