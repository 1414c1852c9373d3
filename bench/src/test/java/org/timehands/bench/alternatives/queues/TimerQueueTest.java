package org.timehands.bench.alternatives.queues;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.timehands.timer.BuiltQueue;

/** Every queue of the benchmark against a sorted map, and queues that are wrong on purpose. */
class TimerQueueTest {
  private static final int SEEDS = 60;
  private static final long ONLY = Long.getLong("timehands.seed", 0);

  private static final List<IntFunction<TimerQueue>> QUEUES =
      List.of(
          BuiltQueue::new,
          ArrayHeapQueue::new,
          RedBlackQueue::new,
          PairingHeapQueue::new,
          WheelHeapQueue::new,
          count -> new WheelHeapQueue(count, 0),
          count -> new WheelHeapQueue(count, 3));

  private record Key(long key, long rank) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparingLong(Key::key).thenComparingLong(Key::rank);

  @Test
  void theyAgreeWithASortedMap() {
    for (IntFunction<TimerQueue> each : QUEUES) {
      assertNull(disagreement(each));
    }
  }

  /** The check is checked: each of these mistakes must be found. */
  @Test
  void theCheckFindsPlantedBugs() {
    assertNotNull(disagreement(count -> new Wrong(count, Wrong.Bug.LATEST_OF_EQUALS_FIRST)));
    assertNotNull(disagreement(count -> new Wrong(count, Wrong.Bug.FORGETS_A_REMOVAL)));
    assertNotNull(disagreement(count -> new Wrong(count, Wrong.Bug.LOSES_ONE)));
  }

  /** What a queue and a sorted map first disagree about, with the seed; null if they agree. */
  private static String disagreement(IntFunction<TimerQueue> maker) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      String found = run(maker, new SplittableRandom(ONLY == 0 ? seed : ONLY));
      if (found != null) {
        return found + "; replay: ./timehands test -Dtest=TimerQueueTest -Dtimehands.seed="
            + (ONLY == 0 ? seed : ONLY) + " -Dsurefire.failIfNoSpecifiedTests=false";
      }
    }
    return null;
  }

  private static String run(IntFunction<TimerQueue> maker, SplittableRandom random) {
    int most = 1 + random.nextInt(200);
    long keys = random.nextInt(3) == 0 ? 1L << 60 : 1 + random.nextInt(40_000);
    TimerQueue queue = maker.apply(most);
    TreeMap<Key, Integer> model = new TreeMap<>(ORDER);
    Key[] armed = new Key[most];
    for (int step = 0; step < 2000; step++) {
      int timer = random.nextInt(most);
      boolean fire = random.nextInt(8) == 0 && !model.isEmpty();
      timer = fire ? model.firstEntry().getValue() : timer;
      if (armed[timer] == null) {
        armed[timer] = new Key(random.nextLong(keys), step);
        model.put(armed[timer], timer);
        queue.add(timer, armed[timer].key);
      } else {
        model.remove(armed[timer]);
        armed[timer] = null;
        queue.remove(timer);
      }
      boolean look = random.nextInt(3) > 0;
      String found = look ? compare(queue, model, step) : null;
      if (found != null) {
        return found;
      }
    }
    return drain(queue, model);
  }

  private static String drain(TimerQueue queue, TreeMap<Key, Integer> model) {
    String found = compare(queue, model, -1);
    while (found == null && !model.isEmpty()) {
      queue.remove(model.pollFirstEntry().getValue());
      found = compare(queue, model, -1);
    }
    return found;
  }

  private static String compare(TimerQueue queue, TreeMap<Key, Integer> model, int step) {
    boolean same =
        queue.size() == model.size()
            && (model.isEmpty()
                || queue.first() == model.firstEntry().getValue()
                    && queue.firstKey() == model.firstKey().key);
    return same ? null : queue.title() + " differs at step " + step;
  }

  /** A queue that is wrong. */
  private static final class Wrong implements TimerQueue {
    enum Bug {
      LATEST_OF_EQUALS_FIRST,
      FORGETS_A_REMOVAL,
      LOSES_ONE
    }

    private final TreeMap<Key, Integer> map = new TreeMap<>(ORDER);
    private final Key[] armed;
    private final Bug bug;
    private long ranks;
    private int calls;

    Wrong(int count, Bug bug) {
      this.armed = new Key[count];
      this.bug = bug;
    }

    @Override
    public String title() {
      return bug.name();
    }

    @Override
    public void add(int timer, long key) {
      armed[timer] = new Key(key, bug == Bug.LATEST_OF_EQUALS_FIRST ? -ranks++ : ranks++);
      if (bug != Bug.LOSES_ONE || ++calls % 500 != 0) {
        map.put(armed[timer], timer);
      }
    }

    @Override
    public void remove(int timer) {
      if (bug != Bug.FORGETS_A_REMOVAL || ++calls % 500 != 0) {
        map.remove(armed[timer]);
      }
    }

    @Override
    public int first() {
      return map.firstEntry().getValue();
    }

    @Override
    public long firstKey() {
      return map.firstKey().key;
    }

    @Override
    public int size() {
      return map.size();
    }
  }
}
