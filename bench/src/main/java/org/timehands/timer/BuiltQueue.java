package org.timehands.timer;

import org.timehands.bench.alternatives.queues.TimerQueue;

/**
 * The queue that was built, as the others are measured: {@link TimerHeap} with its timers. It
 * stands in this package because that class is nobody's business outside.
 */
public final class BuiltQueue implements TimerQueue {
  /** Which timer it is. */
  private record Numbered(int number) implements TimerCallback {
    @Override
    public Next expired(ClockTimer timer, long nowNanos) {
      return Next.DONE;
    }
  }

  private final TimerHeap heap = new TimerHeap(false);
  private final ClockTimer[] timers;

  /** A queue for timers 0 to count - 1. */
  public BuiltQueue(int count) {
    timers = new ClockTimer[count];
    for (int i = 0; i < count; i++) {
      timers[i] = new ClockTimer(null, new Numbered(i), false);
    }
  }

  @Override
  public String title() {
    return "4-ary heap of places (ours)";
  }

  @Override
  public void add(int timer, long key) {
    timers[timer].softNanos = key;
    heap.arm(timers[timer]);
  }

  @Override
  public void remove(int timer) {
    heap.cancel(timers[timer]);
  }

  @Override
  public int first() {
    return ((Numbered) heap.first().callback).number();
  }

  @Override
  public long firstKey() {
    return heap.first().hardNanos();
  }

  @Override
  public int size() {
    return heap.armed(0, heap.places());
  }
}
