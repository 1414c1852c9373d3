package org.timehands.bench.alternatives.queues;

/**
 * A 4-ary heap of the timers themselves. Whatever moves in the heap is told so: each move touches
 * an object somewhere in memory, and so does each comparison.
 */
public final class ObjectHeapQueue implements TimerQueue {
  private final NodeHeap heap = new NodeHeap();
  private final NodeHeap.Node[] nodes;
  private long ranks;

  /** A queue for timers 0 to count - 1. */
  public ObjectHeapQueue(int count) {
    nodes = new NodeHeap.Node[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = new NodeHeap.Node();
      nodes[i].number = i;
    }
  }

  @Override
  public String title() {
    return "4-ary heap of objects";
  }

  @Override
  public void add(int timer, long key) {
    NodeHeap.Node node = nodes[timer];
    node.key = key;
    node.rank = ranks++;
    heap.add(node);
  }

  @Override
  public void remove(int timer) {
    heap.remove(nodes[timer]);
  }

  @Override
  public int first() {
    return (int) heap.first().number;
  }

  @Override
  public long firstKey() {
    return heap.first().key;
  }

  @Override
  public int size() {
    return heap.size();
  }
}
