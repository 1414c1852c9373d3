package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** The queue against a sorted map (3-53, 3-54). */
class TimerHeapTest {
  private record Key(long key, long rank) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparingLong(Key::key).thenComparingLong(Key::rank);

  /** Two clocks' queues, their timers, and what should be in them. */
  private static final class Pair {
    final TimerHeap[] heaps;
    final List<TreeMap<Key, ClockTimer>> models =
        List.of(new TreeMap<>(ORDER), new TreeMap<>(ORDER));
    final List<ClockTimer> timers = new ArrayList<>();
    final long[] ranks = new long[2];

    Pair(int count, boolean frees) {
      heaps = new TimerHeap[] {new TimerHeap(frees), new TimerHeap(frees)};
      for (int i = 0; i < count; i++) {
        timers.add(new ClockTimer(null, null, false));
      }
    }

    boolean isArmed(ClockTimer timer) {
      return timer.state == ClockTimer.QUEUED;
    }

    /** As a shard does that has its lock. */
    private void forget(ClockTimer timer) {
      TimerHeap.hold(timer);
      if (isArmed(timer)) {
        assertSame(
            timer, models.get(timer.clock).remove(new Key(timer.hardNanos(), timer.rank())));
      }
    }

    void arm(ClockTimer timer, int clock, long key) {
      forget(timer);
      if (timer.clock != clock && timer.position != TimerHeap.NONE) {
        heaps[timer.clock].remove(timer);
      }
      timer.clock = (byte) clock;
      timer.softNanos = key;
      long rank = ranks[clock]++;
      boolean had = heaps[clock].places() > 0 && timer.position == 0;
      boolean first = heaps[clock].arm(timer);
      assertTrue(!first || timer.position == 0);
      assertTrue(first || had || timer.position != 0);
      assertEquals(rank, timer.rank());
      models.get(clock).put(new Key(key, rank), timer);
      heaps[clock].release(timer);
    }

    void cancel(ClockTimer timer) {
      TimerHeap.hold(timer);
      if (isArmed(timer)) {
        forget(timer);
        heaps[timer.clock].cancel(timer);
      }
      heaps[timer.clock].release(timer);
    }

    void remove(ClockTimer timer) {
      forget(timer);
      if (timer.position != TimerHeap.NONE) {
        heaps[timer.clock].remove(timer);
      }
      assertEquals(TimerHeap.NONE, timer.position);
    }

    /** Looks at all of both; at the first, which cleans the top, only if asked. */
    void agree(boolean looks) {
      for (int i = 0; i < heaps.length; i++) {
        TimerHeap heap = heaps[i];
        TreeMap<Key, ClockTimer> model = models.get(i);
        assertEquals(ranks[i], heap.nextRank());
        assertEquals(model.size(), heap.armed(0, heap.places()));
        assertEquals(countedIdle(i), heap.counts.idle);
        assertEquals(heap.places(), heap.counts.places);
        assertEquals(List.copyOf(model.values()), heap.first(Integer.MAX_VALUE));
        if (looks) {
          agreeOnFirst(heap, model);
        }
      }
    }

    private long countedIdle(int clock) {
      return timers.stream()
          .filter(timer -> timer.clock == clock && timer.position != TimerHeap.NONE)
          .filter(
              timer ->
                  TimerHead.isFree(timer.word())
                      ? !TimerHead.isArmed(timer.word()) && TimerHead.isCounted(timer.word())
                      : !isArmed(timer) && timer.counted)
          .count();
    }

    private static void agreeOnFirst(TimerHeap heap, TreeMap<Key, ClockTimer> model) {
      ClockTimer first = heap.first();
      if (model.isEmpty()) {
        assertNull(first);
        assertEquals(0, heap.places());
      } else {
        assertSame(model.firstEntry().getValue(), first);
        assertEquals(model.firstKey(), new Key(first.hardNanos(), first.rank()));
        assertEquals(0, first.position);
        heap.release(first);
      }
    }
  }

  /** 3-12: one queue a clock: an entry goes in once, wherever it is due. */
  @Test
  void agreesWithASortedMap() {
    Seeds.forEach(
        TimerHeapTest.class,
        300,
        random -> {
          int count = 1 + random.nextInt(random.nextBoolean() ? 8 : 60);
          Pair pair = new Pair(count, random.nextBoolean());
          int keys = 1 + random.nextInt(1000);
          int looks = 1 + random.nextInt(20);
          int cancels = random.nextInt(10);
          for (int i = 0; i < 600; i++) {
            step(pair, random, keys, cancels);
            pair.agree(random.nextInt(looks) == 0);
          }
          drain(pair);
        });
  }

  private static void step(Pair pair, RandomGenerator random, int keys, int cancels) {
    ClockTimer timer = pair.timers.get(random.nextInt(pair.timers.size()));
    if (random.nextInt(12) < cancels) {
      pair.cancel(timer);
      return;
    }
    int clock = random.nextInt(4) == 0 ? 1 - timer.clock : timer.clock;
    switch (random.nextInt(6)) {
      case 0 -> pair.remove(timer);
      case 1 -> pair.arm(timer, clock, timer.hardNanos());
      case 2 -> pair.arm(timer, clock, timer.hardNanos() + random.nextInt(keys));
      default -> pair.arm(timer, clock, random.nextInt(keys));
    }
  }

  private static void drain(Pair pair) {
    for (TimerHeap heap : pair.heaps) {
      for (ClockTimer first = heap.first(); first != null; first = heap.first()) {
        pair.agree(true);
        pair.remove(first);
      }
      assertEquals(0, heap.places());
      assertEquals(0, heap.counts.idle);
    }
  }

  /** Who cancels and arms for later touches nobody else's place; who looks finds the order. */
  @Test
  void placesStayUntilSomebodyLooks() {
    Pair pair = new Pair(100, false);
    for (int i = 0; i < 100; i++) {
      pair.arm(pair.timers.get(i), 0, i);
    }
    int[] before = pair.timers.stream().mapToInt(timer -> timer.position).toArray();
    for (int i = 0; i < 100; i += 3) {
      pair.cancel(pair.timers.get(i));
    }
    for (int i = 0; i < 100; i += 2) {
      pair.arm(pair.timers.get(i), 0, 1000 - i);
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(before[i], pair.timers.get(i).position, "timer " + i);
    }
    pair.agree(true);
    assertSame(pair.timers.get(1), pair.heaps[0].first());
    drain(pair);
  }

  /** 3-13: ends of the same instant come in the order of arming, the last arming that is. */
  @Test
  void whoIsArmedAnewForTheSameInstantGoesLast() {
    Pair pair = new Pair(3, true);
    pair.timers.forEach(timer -> pair.arm(timer, 0, 7));
    pair.arm(pair.timers.get(0), 0, 7);
    pair.cancel(pair.timers.get(1));
    pair.arm(pair.timers.get(1), 0, 7);
    pair.agree(false);
    assertSame(pair.timers.get(2), pair.heaps[0].first());
    drain(pair);
  }

  @Test
  void placesAreUsedAgain() {
    TimerHeap heap = new TimerHeap(false);
    ClockTimer timer = new ClockTimer(null, null, false);
    for (int i = 0; i < 1_000_000; i++) {
      timer.softNanos = i;
      assertTrue(heap.arm(timer));
      assertEquals(0, timer.position);
      heap.remove(timer);
      assertEquals(TimerHeap.NONE, timer.position);
    }
  }
}
