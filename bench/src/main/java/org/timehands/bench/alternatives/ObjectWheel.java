package org.timehands.bench.alternatives;

import java.util.function.Consumer;

/**
 * The wheel that never cascades, of linked objects in place of arrays of numbers: what is armed is
 * a link of a ring itself. Taking one out of its bucket touches two other objects, which lie
 * anywhere in the heap; and a collector follows the links.
 *
 * <p>Not thread-safe.
 */
public final class ObjectWheel {
  private static final int LEVELS = 9;
  private static final int BUCKETS = 64;
  private static final int SHIFT = 3;

  /** One that is armed or not. */
  public static final class Link {
    private Link before = this;
    private Link after = this;
    private long expires;
    private int bucket;

    /** One that is not armed. */
    public Link() {}

    /** The tick before which it does not run. */
    public long expires() {
      return expires;
    }
  }

  private final Link[] heads = new Link[LEVELS * BUCKETS];
  private final long[] bits = new long[LEVELS];
  private final Link due = new Link();
  private long clock;

  /** A wheel whose clock stands there. */
  public ObjectWheel(long startTicks) {
    clock = startTicks;
    for (int i = 0; i < heads.length; i++) {
      heads[i] = new Link();
    }
  }

  /** Arms one that is not armed. */
  public void arm(Link link, long expiresTicks) {
    link.expires = expiresTicks;
    long delta = expiresTicks - clock;
    if (delta <= 0) {
      link.bucket = -1;
      join(link, due);
      return;
    }
    int level = 0;
    while (level < LEVELS - 1 && delta > (BUCKETS - 1L) << (SHIFT * level)) {
      level++;
    }
    long reach = (BUCKETS - 1L) << (SHIFT * level);
    long at = clock + Math.min(delta, reach);
    long mask = (1L << (SHIFT * level)) - 1;
    int index = (int) ((at + mask) >> (SHIFT * level)) & (BUCKETS - 1);
    link.bucket = level * BUCKETS + index;
    bits[level] |= 1L << index;
    join(link, heads[link.bucket]);
  }

  private static void join(Link link, Link head) {
    link.before = head.before;
    link.after = head;
    head.before.after = link;
    head.before = link;
  }

  /** Takes one out; whether it was in. */
  public boolean cancel(Link link) {
    if (link.after == link) {
      return false;
    }
    Link after = link.after;
    after.before = link.before;
    link.before.after = after;
    if (link.bucket >= 0 && after.after == after) {
      bits[link.bucket / BUCKETS] &= ~(1L << (link.bucket & (BUCKETS - 1)));
    }
    link.before = link;
    link.after = link;
    return true;
  }

  /** Runs what is due, tick by tick. */
  public void advance(long nowTicks, Consumer<Link> runs) {
    drain(due, runs);
    while (nowTicks - clock > 0) {
      clock++;
      for (int level = LEVELS - 1; level >= 0; level--) {
        int index = (int) (clock >> (SHIFT * level)) & (BUCKETS - 1);
        boolean ends = (clock & ((1L << (SHIFT * level)) - 1)) == 0;
        if (ends && (bits[level] >>> index & 1) != 0) {
          bits[level] &= ~(1L << index);
          drain(heads[level * BUCKETS + index], runs);
        }
      }
    }
  }

  private void drain(Link head, Consumer<Link> runs) {
    Link last = head.before;
    while (head.after != head) {
      Link link = head.after;
      boolean end = link == last;
      link.bucket = -1;
      cancel(link);
      if (link.expires - clock > 0) {
        arm(link, link.expires); // from beyond the last level
      } else {
        runs.accept(link);
      }
      if (end) {
        return; // what was armed meanwhile runs in the next advance
      }
    }
  }
}
