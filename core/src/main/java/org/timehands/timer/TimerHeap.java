package org.timehands.timer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The queue of one clock of one shard: timers in the order of their hard expiries, and of their
 * arming where these are equal. A 4-ary heap of the timers themselves.
 *
 * <p>Not thread-safe: the shard's lock guards it.
 */
/*
 * A timer knows its position, so it is found at once. Its expiry may be changed only while it is
 * not queued, or by move() right after. Whoever cancels or arms one of many timers waits for
 * memory: here for the timer, one line of the heap and a neighbour or two (bench timer --queues).
 * An armed timer costs 4 bytes here, and up to twice as much until the array grows again.
 */
final class TimerHeap {
  /** The position of a timer that is not queued. */
  static final int NONE = -1;

  /** More timers than this are refused: it would take 5 GiB. */
  static final int LIMIT = 1 << 26;

  private static final int ARITY_SHIFT = 2;
  private static final int FIRST_CAPACITY = 16;

  private ClockTimer[] timers = new ClockTimer[FIRST_CAPACITY];
  private int size;
  private long nextRank;

  TimerHeap() {}

  int size() {
    return size;
  }

  /** The rank that the next timer gets: every timer that is queued now has a smaller one. */
  long nextRank() {
    return nextRank;
  }

  /** The first timer; the heap is not empty. */
  ClockTimer first() {
    return timers[0];
  }

  /** The first few timers, in their order. */
  List<ClockTimer> first(int most) {
    List<ClockTimer> found = new ArrayList<>();
    PriorityQueue<ClockTimer> frontier =
        new PriorityQueue<>((one, other) -> precedes(one, other) ? -1 : 1);
    if (size > 0) {
      frontier.add(timers[0]);
    }
    while (!frontier.isEmpty() && found.size() < most) {
      ClockTimer timer = frontier.poll();
      found.add(timer);
      int child = (timer.position << ARITY_SHIFT) + 1;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int each = child; each < end; each++) {
        frontier.add(timers[each]);
      }
    }
    return found;
  }

  long firstKey() {
    return timers[0].hardNanos;
  }

  long firstRank() {
    return timers[0].rank;
  }

  /** Queues a timer that is in no queue, by its hard expiry. */
  void add(ClockTimer timer) {
    if (size == timers.length) {
      grow();
    }
    timer.rank = nextRank++;
    up(size++, timer);
  }

  /** Puts a queued timer where its hard expiry is now, as if it were removed and added. */
  void move(ClockTimer timer) {
    timer.rank = nextRank++;
    place(timer.position, timer);
  }

  void remove(ClockTimer timer) {
    int hole = timer.position;
    timer.position = NONE;
    ClockTimer last = timers[--size];
    timers[size] = null;
    if (hole != size) {
      place(hole, last);
    }
  }

  private void place(int hole, ClockTimer timer) {
    if (hole > 0 && precedes(timer, timers[(hole - 1) >> ARITY_SHIFT])) {
      up(hole, timer);
    } else {
      down(hole, timer);
    }
  }

  private static boolean precedes(ClockTimer one, ClockTimer other) {
    return one.hardNanos < other.hardNanos
        || (one.hardNanos == other.hardNanos && one.rank < other.rank);
  }

  private void up(int from, ClockTimer timer) {
    int at = from;
    while (at > 0) {
      ClockTimer parent = timers[(at - 1) >> ARITY_SHIFT];
      if (!precedes(timer, parent)) {
        break;
      }
      store(at, parent);
      at = (at - 1) >> ARITY_SHIFT;
    }
    store(at, timer);
  }

  private void down(int from, ClockTimer timer) {
    int at = from;
    for (;;) {
      int child = (at << ARITY_SHIFT) + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int other = child + 1; other < end; other++) {
        if (precedes(timers[other], timers[least])) {
          least = other;
        }
      }
      if (precedes(timer, timers[least])) {
        break;
      }
      store(at, timers[least]);
      at = least;
    }
    store(at, timer);
  }

  private void store(int at, ClockTimer timer) {
    timers[at] = timer;
    timer.position = at;
  }

  private void grow() {
    if (size >= LIMIT) {
      throw new IllegalStateException(
          "more than " + LIMIT + " armed timers on one clock: cancel some, or use more shards");
    }
    timers = Arrays.copyOf(timers, size * 2);
  }
}
