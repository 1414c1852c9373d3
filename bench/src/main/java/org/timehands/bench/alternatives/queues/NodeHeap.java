package org.timehands.bench.alternatives.queues;

import java.util.Arrays;

/** A 4-ary heap of objects that know where they stand. Not thread-safe. */
final class NodeHeap {
  private static final int ARITY = 4;

  /** A timer in such a heap. */
  static class Node extends Payload {
    /** In which order it was armed. */
    long rank;

    /** Where it stands in the heap; negative if it does not. */
    int position = -1;

    boolean precedes(Node other) {
      return key < other.key || (key == other.key && rank < other.rank);
    }
  }

  private Node[] heap = new Node[16];
  private int size;

  NodeHeap() {}

  int size() {
    return size;
  }

  Node first() {
    return heap[0];
  }

  void add(Node node) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(size++, node);
  }

  void remove(Node node) {
    int hole = node.position;
    node.position = -1;
    Node last = heap[--size];
    heap[size] = null;
    if (hole != size) {
      down(hole, last);
      if (heap[hole] == last) {
        up(hole, last);
      }
    }
  }

  private void up(int from, Node node) {
    int at = from;
    while (at > 0 && node.precedes(heap[(at - 1) / ARITY])) {
      put(at, heap[(at - 1) / ARITY]);
      at = (at - 1) / ARITY;
    }
    put(at, node);
  }

  private void down(int from, Node node) {
    int at = from;
    for (int child = ARITY * at + 1; child < size; child = ARITY * at + 1) {
      int least = child;
      int end = Math.min(child + ARITY, size);
      for (int other = child + 1; other < end; other++) {
        least = heap[other].precedes(heap[least]) ? other : least;
      }
      if (node.precedes(heap[least])) {
        break;
      }
      put(at, heap[least]);
      at = least;
    }
    put(at, node);
  }

  private void put(int at, Node node) {
    heap[at] = node;
    node.position = at;
  }
}
