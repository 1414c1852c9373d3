package org.timehands.tick;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** N15, 3-18: each edge once, in order, failures isolated, removal within a callback safe. */
class IdleListenersTest {
  private final List<String> heard = new ArrayList<>();
  private final IdleListeners listeners = new IdleListeners();

  private final class Named implements IdleListeners.Listener {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void enter(int shard) {
      heard.add(name + "+" + shard);
    }

    @Override
    public void leave(int shard, long idleNanos, long ticks) {
      heard.add(name + "-" + shard + " " + idleNanos + " " + ticks);
    }
  }

  @Test
  void eachEdgeOnceInOrder() {
    listeners.add(new Named("a"));
    listeners.add(new Named("b"));
    listeners.add(new Named("c"));
    IdleListeners.Period period = listeners.enter(3);
    listeners.add(new Named("late"));
    period.leave(70, 7);
    assertEquals(List.of("a+3", "b+3", "c+3", "a-3 70 7", "b-3 70 7", "c-3 70 7"), heard);
    heard.clear();
    listeners.enter(0).leave(1, 0);
    assertEquals(8, heard.size());
  }

  @Test
  void failuresAndRemovals() {
    Named removed = new Named("removed");
    listeners.add(
        new IdleListeners.Listener() {
          @Override
          public void enter(int shard) {
            listeners.remove(removed);
            throw new IllegalStateException("planted");
          }

          @Override
          public void leave(int shard, long idleNanos, long ticks) {
            listeners.remove(this);
            throw new IllegalStateException("planted");
          }
        });
    listeners.add(removed);
    listeners.add(new Named("last"));
    listeners.enter(0).leave(1, 1);
    listeners.enter(1).leave(2, 2);
    assertEquals(List.of("last+0", "last-0 1 1", "last+1", "last-1 2 2"), heard);
  }
}
