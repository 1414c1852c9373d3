package org.timehands.bench.alternatives.queues;

/**
 * A red-black tree of the timers themselves, with its first one remembered: the kernel's choice. An
 * operation walks some twenty objects at 400 000 armed, each of them somewhere else in memory.
 */
/*
 * After Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, chapter 13. Equal keys
 * are inserted to the right, and rotations keep the order: so they stand in the order of arming.
 */
public final class RedBlackQueue implements TimerQueue {
  private static final class Node extends Payload {
    Node left;
    Node right;
    Node parent;
    boolean red;
  }

  private final Node nil = new Node();
  private final Node[] nodes;
  private Node root = nil;
  private Node first = nil;
  private int size;

  /** A queue for timers 0 to count - 1. */
  public RedBlackQueue(int count) {
    nodes = new Node[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = new Node();
      nodes[i].number = i;
    }
  }

  @Override
  public String title() {
    return "red-black tree";
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int first() {
    return (int) first.number;
  }

  @Override
  public long firstKey() {
    return first.key;
  }

  @Override
  public void add(int timer, long key) {
    Node added = nodes[timer];
    added.key = key;
    added.left = nil;
    added.right = nil;
    added.red = true;
    Node above = nil;
    boolean isFirst = true;
    for (Node at = root; at != nil; ) {
      above = at;
      isFirst &= key < at.key;
      at = key < at.key ? at.left : at.right;
    }
    added.parent = above;
    if (above == nil) {
      root = added;
    } else if (key < above.key) {
      above.left = added;
    } else {
      above.right = added;
    }
    first = isFirst ? added : first;
    size++;
    afterAdd(added);
  }

  private void afterAdd(Node added) {
    Node at = added;
    while (at.parent.red) {
      boolean onLeft = at.parent == at.parent.parent.left;
      Node uncle = onLeft ? at.parent.parent.right : at.parent.parent.left;
      if (uncle.red) {
        at.parent.red = false;
        uncle.red = false;
        at.parent.parent.red = true;
        at = at.parent.parent;
      } else {
        if (at == child(at.parent, !onLeft)) {
          at = at.parent;
          rotate(at, onLeft);
        }
        at.parent.red = false;
        at.parent.parent.red = true;
        rotate(at.parent.parent, !onLeft);
      }
    }
    root.red = false;
  }

  private static Node child(Node of, boolean left) {
    return left ? of.left : of.right;
  }

  /** Makes a node the left child of its right one, or the right child of its left one. */
  private void rotate(Node down, boolean left) {
    Node up = child(down, !left);
    Node inner = child(up, left);
    link(down, inner, !left);
    if (inner != nil) {
      inner.parent = down;
    }
    replace(down, up);
    link(up, down, left);
    down.parent = up;
  }

  private static void link(Node above, Node below, boolean left) {
    if (left) {
      above.left = below;
    } else {
      above.right = below;
    }
  }

  private void replace(Node old, Node by) {
    if (old.parent == nil) {
      root = by;
    } else {
      link(old.parent, by, old == old.parent.left);
    }
    by.parent = old.parent;
  }

  private Node least(Node of) {
    Node at = of;
    while (at.left != nil) {
      at = at.left;
    }
    return at;
  }

  private Node next(Node of) {
    if (of.right != nil) {
      return least(of.right);
    }
    Node at = of;
    while (at.parent != nil && at == at.parent.right) {
      at = at.parent;
    }
    return at.parent;
  }

  @Override
  public void remove(int timer) {
    Node removed = nodes[timer];
    if (removed == first) {
      first = next(removed);
    }
    size--;
    boolean lostBlack = !removed.red;
    Node filler;
    if (removed.left == nil || removed.right == nil) {
      filler = removed.left == nil ? removed.right : removed.left;
      replace(removed, filler);
    } else {
      Node heir = least(removed.right);
      lostBlack = !heir.red;
      filler = heir.right;
      if (heir.parent == removed) {
        filler.parent = heir;
      } else {
        replace(heir, filler);
        heir.right = removed.right;
        heir.right.parent = heir;
      }
      replace(removed, heir);
      heir.left = removed.left;
      heir.left.parent = heir;
      heir.red = removed.red;
    }
    if (lostBlack) {
      afterRemove(filler);
    }
  }

  private void afterRemove(Node filler) {
    Node at = filler;
    while (at != root && !at.red) {
      boolean onLeft = at == at.parent.left;
      Node sister = child(at.parent, !onLeft);
      if (sister.red) {
        sister.red = false;
        at.parent.red = true;
        rotate(at.parent, onLeft);
        sister = child(at.parent, !onLeft);
      }
      if (!sister.left.red && !sister.right.red) {
        sister.red = true;
        at = at.parent;
      } else {
        if (!child(sister, !onLeft).red) {
          child(sister, onLeft).red = false;
          sister.red = true;
          rotate(sister, !onLeft);
          sister = child(at.parent, !onLeft);
        }
        sister.red = at.parent.red;
        at.parent.red = false;
        child(sister, !onLeft).red = false;
        rotate(at.parent, onLeft);
        at = root;
      }
    }
    at.red = false;
  }
}
