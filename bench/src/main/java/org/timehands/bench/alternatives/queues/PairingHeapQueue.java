package org.timehands.bench.alternatives.queues;

/**
 * A pairing heap of the timers themselves: arming is two stores, and the first removal after many
 * armings pays for them all at once, with the lock held.
 */
/*
 * After Fredman, Sedgewick, Sleator and Tarjan, The pairing heap (1986): two passes, the first
 * from left to right.
 */
public final class PairingHeapQueue implements TimerQueue {
  private static final class Node extends Payload {
    Node child;
    Node next;
    /** The sister before it, or the parent of the first child. */
    Node before;
    long rank;

    boolean precedes(Node other) {
      return key < other.key || (key == other.key && rank < other.rank);
    }
  }

  private final Node[] nodes;
  private Node root;
  private int size;
  private long ranks;

  /** A queue for timers 0 to count - 1. */
  public PairingHeapQueue(int count) {
    nodes = new Node[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = new Node();
      nodes[i].number = i;
    }
  }

  @Override
  public String title() {
    return "pairing heap";
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int first() {
    return (int) root.number;
  }

  @Override
  public long firstKey() {
    return root.key;
  }

  @Override
  public void add(int timer, long key) {
    Node node = nodes[timer];
    node.key = key;
    node.rank = ranks++;
    root = root == null ? node : merged(root, node);
    size++;
  }

  @Override
  public void remove(int timer) {
    Node removed = nodes[timer];
    Node below = paired(removed.child);
    removed.child = null;
    size--;
    if (removed == root) {
      root = below;
      return;
    }
    if (removed.before.child == removed) {
      removed.before.child = removed.next;
    } else {
      removed.before.next = removed.next;
    }
    if (removed.next != null) {
      removed.next.before = removed.before;
    }
    removed.next = null;
    removed.before = null;
    if (below != null) {
      root = merged(root, below);
    }
  }

  /** One tree of two, whose roots have no sisters. */
  private static Node merged(Node one, Node other) {
    Node above = one.precedes(other) ? one : other;
    Node below = above == one ? other : one;
    below.before = above;
    below.next = above.child;
    if (above.child != null) {
      above.child.before = below;
    }
    above.child = below;
    return above;
  }

  /** One tree of a row of sisters. */
  private static Node paired(Node firstSister) {
    Node pairs = null;
    for (Node one = firstSister; one != null; ) {
      Node other = one.next;
      Node rest = other == null ? null : other.next;
      alone(one);
      Node pair = one;
      if (other != null) {
        alone(other);
        pair = merged(one, other);
      }
      pair.next = pairs;
      pairs = pair;
      one = rest;
    }
    Node all = null;
    while (pairs != null) {
      Node rest = pairs.next;
      pairs.next = null;
      all = all == null ? pairs : merged(all, pairs);
      pairs = rest;
    }
    return all;
  }

  private static void alone(Node node) {
    node.next = null;
    node.before = null;
  }
}
