package org.timehands.bench.alternatives.queues;

/**
 * A wheel in front of a heap: what is far ahead lies in a bucket, unordered, and is sorted only
 * when its bucket comes first. Arming and cancelling far ahead costs a list's links; but whoever
 * looks when the first bucket is reached pays for all of it at once, with the lock held, and that
 * may be anybody who arms.
 */
public final class WheelHeapQueue implements TimerQueue {
  private static final int BUCKETS = 8192;

  /** The list of what lies beyond the wheel. */
  private static final int BEYOND = BUCKETS;

  private static final class Node extends NodeHeap.Node {
    Node next;
    Node before;
    /** Which list it stands in; -1 if in the heap. */
    int bucket = -1;
  }

  private final int shift;
  private final NodeHeap heap = new NodeHeap();
  private final Node[] nodes;
  private final Node[] buckets = new Node[BUCKETS + 1];
  private final long[] filled = new long[BUCKETS / Long.SIZE];
  private long base;
  /** Where the wheel ends: it does not move while others lie beyond it. */
  private long limit = BUCKETS;
  private int inWheel;
  private int beyond;
  private long ranks;

  /** A queue for timers 0 to count - 1, with buckets of a second (2^30 ns). */
  public WheelHeapQueue(int count) {
    this(count, 30);
  }

  /**
   * As {@link #WheelHeapQueue(int)}, with buckets of another width.
   *
   * @param count how many timers
   * @param shift the width is 2^shift
   */
  public WheelHeapQueue(int count, int shift) {
    this.shift = shift;
    nodes = new Node[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = new Node();
      nodes[i].number = i;
    }
  }

  @Override
  public String title() {
    return "wheel in front of a heap";
  }

  @Override
  public int size() {
    return heap.size() + inWheel + beyond;
  }

  @Override
  public int first() {
    settle();
    return (int) heap.first().number;
  }

  @Override
  public long firstKey() {
    settle();
    return heap.first().key;
  }

  @Override
  public void add(int timer, long key) {
    Node node = nodes[timer];
    node.key = key;
    node.rank = ranks++;
    file(node);
  }

  private void file(Node node) {
    long turn = node.key >> shift;
    if (turn < base) {
      node.bucket = -1;
      heap.add(node);
    } else if (turn < limit) {
      int bucket = (int) (turn & (BUCKETS - 1));
      filled[bucket / Long.SIZE] |= 1L << bucket;
      push(node, bucket);
      inWheel++;
    } else {
      push(node, BEYOND);
      beyond++;
    }
  }

  private void push(Node node, int bucket) {
    Node old = buckets[bucket];
    node.bucket = bucket;
    node.before = null;
    node.next = old;
    if (old != null) {
      old.before = node;
    }
    buckets[bucket] = node;
  }

  @Override
  public void remove(int timer) {
    Node node = nodes[timer];
    int bucket = node.bucket;
    if (bucket < 0) {
      heap.remove(node);
      return;
    }
    if (node.next != null) {
      node.next.before = node.before;
    }
    if (node.before != null) {
      node.before.next = node.next;
    } else {
      buckets[bucket] = node.next;
    }
    node.next = null;
    node.before = null;
    if (bucket == BEYOND) {
      beyond--;
    } else {
      inWheel--;
      if (buckets[bucket] == null) {
        filled[bucket / Long.SIZE] &= ~(1L << bucket);
      }
    }
  }

  /** Sorts buckets until the first timer is certainly in the heap. */
  private void settle() {
    while (inWheel + beyond > 0 && (heap.size() == 0 || heap.first().key >> shift >= base)) {
      if (inWheel == 0) {
        turnOver();
      }
      base = nextFilled();
      int bucket = (int) (base & (BUCKETS - 1));
      base++;
      filled[bucket / Long.SIZE] &= ~(1L << bucket);
      for (Node node = take(bucket); node != null; ) {
        Node next = node.next;
        node.next = null;
        node.bucket = -1;
        inWheel--;
        heap.add(node);
        node = next;
      }
    }
  }

  /** The wheel is empty: begins it where the first of the others is. */
  private void turnOver() {
    long least = Long.MAX_VALUE;
    for (Node node = buckets[BEYOND]; node != null; node = node.next) {
      least = Math.min(least, node.key >> shift);
    }
    base = least;
    limit = least + BUCKETS;
    Node node = take(BEYOND);
    beyond = 0;
    while (node != null) {
      Node next = node.next;
      file(node);
      node = next;
    }
  }

  private Node take(int bucket) {
    Node all = buckets[bucket];
    buckets[bucket] = null;
    return all;
  }

  private long nextFilled() {
    for (long turn = base; ; turn = (turn | (Long.SIZE - 1)) + 1) {
      int bucket = (int) (turn & (BUCKETS - 1));
      long word = filled[bucket / Long.SIZE] >>> bucket;
      if (word != 0) {
        return turn + Long.numberOfTrailingZeros(word);
      }
    }
  }
}
