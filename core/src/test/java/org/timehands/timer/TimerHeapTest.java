package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** The queue against a sorted map (3-53, 3-54). */
class TimerHeapTest {
  private record Key(long key, long rank) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparingLong(Key::key).thenComparingLong(Key::rank);

  /** 3-12: one queue a clock: an entry goes in once, wherever it is due. */
  @Test
  void agreesWithASortedMap() {
    Seeds.forEach(
        TimerHeapTest.class,
        300,
        random -> {
          TimerHeap heap = new TimerHeap();
          TreeMap<Key, ClockTimer> model = new TreeMap<>(ORDER);
          List<ClockTimer> queued = new ArrayList<>();
          long rank = 0;
          int most = 1 + random.nextInt(200);
          int keys = 1 + random.nextInt(1000);
          for (int i = 0; i < 1000; i++) {
            assertEquals(rank, heap.nextRank());
            int dice = random.nextInt(3);
            if (queued.size() < most && dice != 0) {
              ClockTimer timer = new ClockTimer(null, null, false);
              timer.hardNanos = random.nextInt(keys);
              timer.softNanos = rank;
              heap.add(timer);
              model.put(new Key(timer.hardNanos, rank++), timer);
              queued.add(timer);
            } else if (!queued.isEmpty()) {
              ClockTimer timer = queued.get(random.nextInt(queued.size()));
              model.remove(new Key(timer.hardNanos, timer.softNanos));
              if (random.nextBoolean()) {
                heap.remove(timer);
                queued.remove(timer);
              } else {
                timer.hardNanos = random.nextInt(keys);
                timer.softNanos = rank;
                heap.move(timer);
                model.put(new Key(timer.hardNanos, rank++), timer);
              }
            }
            agree(heap, model);
          }
          drain(heap, model);
        });
  }

  private static void agree(TimerHeap heap, TreeMap<Key, ClockTimer> model) {
    assertEquals(model.size(), heap.size());
    if (!model.isEmpty()) {
      assertSame(model.firstEntry().getValue(), heap.first());
      assertEquals(model.firstKey().key, heap.firstKey());
      assertEquals(model.firstKey().rank, heap.firstRank());
      assertEquals(0, heap.first().position);
    }
  }

  private static void drain(TimerHeap heap, TreeMap<Key, ClockTimer> model) {
    while (!model.isEmpty()) {
      agree(heap, model);
      heap.remove(model.pollFirstEntry().getValue());
    }
    assertEquals(0, heap.size());
  }

  @Test
  void placesAreUsedAgain() {
    TimerHeap heap = new TimerHeap();
    ClockTimer timer = new ClockTimer(null, null, false);
    for (int i = 0; i < 1_000_000; i++) {
      timer.hardNanos = i;
      heap.add(timer);
      assertEquals(0, timer.position);
      heap.remove(timer);
      assertEquals(TimerHeap.NONE, timer.position);
    }
  }
}
