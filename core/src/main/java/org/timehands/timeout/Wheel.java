package org.timehands.timeout;

import java.util.Arrays;

/**
 * The hierarchical wheel itself: entries are numbers, links are ints, nothing ever cascades.
 *
 * <p>Level n has 64 buckets of 8^n ticks each and takes what expires within 63*8^n ticks. An entry
 * goes into the bucket that ends at or after its expiry, and stays there until that bucket is due:
 *
 * <pre>
 * level | bucket, ticks | takes expiries in (ticks)  | late by less than | at 1 ms per tick
 * ------+---------------+----------------------------+-------------------+-----------------
 *     0 |             1 | 1 to 63                    |                 1 | 63 ms
 *     1 |             8 | 64 to 504                  |                 8 | 504 ms
 *     2 |            64 | 505 to 4 032               |                64 | 4 s
 *     3 |           512 | 4 033 to 32 256            |               512 | 32 s
 *     4 |         4 096 | 32 257 to 258 048          |             4 096 | 4 min
 *     5 |        32 768 | 258 049 to 2 064 384       |            32 768 | 34 min
 *     6 |       262 144 | 2 064 385 to 16 515 072    |           262 144 | 4.6 h
 *     7 |     2 097 152 | 16 515 073 to 132 120 576  |         2 097 152 | 1.5 days
 *     8 |    16 777 216 | 132 120 577 to 1 056 964 608 |      16 777 216 | 12 days
 * </pre>
 *
 * <p>So nothing is early, and nothing is later than 8^n - 1 ticks of more than 63*8^(n-1): less
 * than 8/63 = 12.70 % of what was asked for. The shape is that of Linux since 4.8 (Thomas
 * Gleixner); Linux adds a whole bucket where this wheel rounds up.
 *
 * <p>The wheel knows where an entry lies, not when it expires: that stands with whoever owns it.
 * The owner looks when {@link #poll} hands the entry out, and puts it back by {@link #putBack} if
 * it has been postponed meanwhile (which cost one store, and no move), or was armed beyond the last
 * level (and waited in its last bucket). {@link #moves} counts both; nothing else moves.
 *
 * <p>Time is a long that may wrap: only differences count, and they must fit into a long. Not
 * thread-safe.
 */
final class Wheel {
  /*
   * Shape. Entry e is one long in a chunk: its links, next in the upper half, previous in the
   * lower. The head of bucket b is a node of its own, written ~b, so that unlinking has no special
   * cases but where a neighbour's link is stored:
   *
   *   head[b] -> e1 <-> e2 <-> e3 <- tail[b]      e1.previous = ~b, e3.next = ~b; empty: both ~b
   *
   * Two pseudo-buckets follow those of the levels. DUE holds what collect() found due, in order;
   * whole buckets are appended to it without looking at their entries. LATE holds what was already
   * due when it was armed, until the next collect(): a callback that arms what is due cannot keep
   * one round going for ever.
   *
   * Chunks do not move when the wheel grows: no pause for copying, and no slack but in the last.
   *
   * Invariants (checked by WheelCheck after every operation of the tests):
   *   - a bucket's bit is set exactly if the bucket is not empty
   *   - an entry lies in the bucket that file() answered for it
   *   - no bucket of a level that holds anything ends at or before the clock
   */
  static final int BUCKETS = 64;
  static final int LEVEL_SHIFT = 3;
  static final int MAX_LEVELS = 9;
  static final int MIN_LEVELS = 8;

  /** No entry. */
  static final int NONE = -1;

  private static final int LEVEL_BUCKETS_SHIFT = 6;
  private static final int LAST = BUCKETS - 1;
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;
  private static final int MAX_ENTRIES = 1 << 30;
  /** As a previous link: the entry is in no bucket. */
  private static final int NOT_FILED = Integer.MIN_VALUE;
  private static final long PREVIOUS_MASK = 0xFFFF_FFFFL;

  private final int levels;
  private final long reachTicks;
  private final int due;
  private final int late;
  private final int[] head;
  private final int[] tail;
  private final long[] bits;
  private long[][] chunks = new long[4][];
  private int made;
  /** Entries from here to the last made are free as well, in order. */
  private int fresh;
  private int free = NONE;
  private int taken;
  private int size;
  private long clock;
  private long moves;

  Wheel(int levels, long startTicks) {
    if (levels < MIN_LEVELS || levels > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "levels " + levels + ": must be " + MIN_LEVELS + " or " + MAX_LEVELS
              + "; take a longer tick for a wheel that reaches further");
    }
    this.levels = levels;
    this.reachTicks = (long) LAST << (LEVEL_SHIFT * (levels - 1));
    this.due = levels << LEVEL_BUCKETS_SHIFT;
    this.late = due + 1;
    this.head = new int[late + 1];
    this.tail = new int[late + 1];
    Arrays.setAll(head, b -> ~b);
    Arrays.setAll(tail, b -> ~b);
    this.bits = new long[levels];
    this.clock = startTicks;
  }

  /** The last tick that was collected. */
  long clock() {
    return clock;
  }

  /** How many entries are filed. */
  int size() {
    return size;
  }

  /** How often an entry changed its bucket since the wheel was made. */
  long moves() {
    return moves;
  }

  /** How far ahead an entry finds a bucket of its own; beyond, it is looked at on the way. */
  long reachTicks() {
    return reachTicks;
  }

  /** How many entries there is room for. */
  int capacity() {
    return (made + CHUNK_MASK) & ~CHUNK_MASK;
  }

  // --- entries -----------------------------------------------------------------------------------

  /**
   * Takes an entry, not filed.
   *
   * @throws IllegalStateException if 2^30 entries are taken
   */
  int take() {
    int e = free;
    if (e != NONE) {
      free = nextOf(e);
    } else {
      e = fresh;
      if (e == made) {
        make();
      }
      fresh++;
    }
    taken++;
    return e;
  }

  private void make() {
    if (made == MAX_ENTRIES) {
      throw new IllegalStateException(
          "wheel is full: " + MAX_ENTRIES + " timeouts; cancel some, or use several wheels");
    }
    int chunk = made >>> CHUNK_SHIFT;
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunk);
    }
    if (chunks[chunk] == null) {
      chunks[chunk] = new long[CHUNK];
    }
    setLinks(made, links(NONE, NOT_FILED));
    made++;
  }

  /**
   * Gives an entry back; it must not be filed. When none is taken any more, they are handed out in
   * order again: so neighbours in a bucket are neighbours in memory, mostly.
   */
  void give(int e) {
    assert !isFiled(e) : "entry " + e + " is filed";
    taken--;
    boolean isLast = taken == 0;
    setLinks(e, links(isLast ? NONE : free, NOT_FILED));
    free = isLast ? NONE : e;
    fresh = isLast ? 0 : fresh;
  }

  boolean isFiled(int e) {
    return previousOf(e) != NOT_FILED;
  }

  private long links(int e) {
    return chunks[e >>> CHUNK_SHIFT][e & CHUNK_MASK];
  }

  private void setLinks(int e, long links) {
    chunks[e >>> CHUNK_SHIFT][e & CHUNK_MASK] = links;
  }

  private static long links(int next, int previous) {
    return ((long) next << 32) | (previous & PREVIOUS_MASK);
  }

  private void setNext(int node, int next) {
    if (node < 0) {
      head[~node] = next;
    } else {
      setLinks(node, links(next, (int) links(node)));
    }
  }

  private void setPrevious(int node, int previous) {
    if (node < 0) {
      tail[~node] = previous;
    } else {
      setLinks(node, (links(node) & ~PREVIOUS_MASK) | (previous & PREVIOUS_MASK));
    }
  }

  // --- filing ------------------------------------------------------------------------------------

  /**
   * Files an entry that is not filed.
   *
   * @return the tick at which it will be looked at: its expiry rounded up; the clock if it is due
   */
  long file(int e, long expiresTicks) {
    assert !isFiled(e) : "entry " + e + " is filed";
    size++;
    long delta = expiresTicks - clock;
    if (delta <= 0) {
      append(late, e);
      return clock;
    }
    // The clamp: what lies beyond the last level is looked at where the last level ends.
    long at = delta > reachTicks ? clock + reachTicks : expiresTicks;
    int level = level(Math.min(delta, reachTicks));
    int shift = LEVEL_SHIFT * level;
    long bucket = roundUp(at, shift) >> shift;
    int index = (int) bucket & LAST;
    bits[level] |= 1L << index;
    append((level << LEVEL_BUCKETS_SHIFT) | index, e);
    return bucket << shift;
  }

  /** Where a fresh entry would be looked at: what {@link #file} would answer. */
  static long looksAt(long expiresTicks, long clockTicks, long reachTicks) {
    long delta = expiresTicks - clockTicks;
    if (delta <= 0) {
      return clockTicks;
    }
    long at = delta > reachTicks ? clockTicks + reachTicks : expiresTicks;
    return roundUp(at, LEVEL_SHIFT * level(Math.min(delta, reachTicks)));
  }

  /** The level for what expires so many ticks ahead, one or more. */
  static int level(long delta) {
    // Powers of two first: 64 * 8^(n-1) up to 64 * 8^n is level n; only its end belongs to n + 1.
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(delta | LAST);
    int level = log / LEVEL_SHIFT - 1;
    return delta > (long) LAST << (LEVEL_SHIFT * level) ? level + 1 : level;
  }

  private static long roundUp(long ticks, int shift) {
    long mask = (1L << shift) - 1;
    return (ticks + mask) & ~mask;
  }

  /**
   * Reads the links of entries and of their neighbours, before they are unfiled one after the
   * other: where many are filed each is a miss of the cache, and here those overlap.
   *
   * @return nothing of use, but the reads count as needed
   */
  int touch(int[] entries, int count) {
    int read = 0;
    for (int i = 0; i < count; i++) {
      read += nextOf(entries[i]);
    }
    for (int i = 0; i < count; i++) {
      long links = links(entries[i]);
      int next = (int) (links >>> 32);
      int previous = (int) links;
      read += (int) links(Math.max(next, 0)) + (int) links(Math.max(previous, 0));
    }
    return read;
  }

  private void append(int b, int e) {
    int last = tail[b];
    setLinks(e, links(~b, last));
    setNext(last, e);
    tail[b] = e;
  }

  /** Takes a filed entry out of its bucket. */
  void unfile(int e) {
    long links = links(e);
    assert (int) links != NOT_FILED : "entry " + e + " is not filed";
    int previous = (int) links;
    int next = (int) (links >>> 32);
    setNext(previous, next);
    setPrevious(next, previous);
    if (previous < 0 && next < 0) {
      emptied(~previous);
    }
    setLinks(e, links(NONE, NOT_FILED));
    size--;
  }

  private void emptied(int b) {
    if (b < due) {
      bits[b >>> LEVEL_BUCKETS_SHIFT] &= ~(1L << (b & LAST));
    }
  }

  /**
   * Files an entry that was handed out by {@link #poll} and is not to run yet.
   *
   * @return as {@link #file}
   */
  long putBack(int e, long expiresTicks) {
    moves++;
    return file(e, expiresTicks);
  }

  // --- expiring ----------------------------------------------------------------------------------

  /**
   * Moves the clock, and collects whatever became due, in the order of its ticks. A time before the
   * clock changes nothing but to make what was armed too late due.
   */
  void collect(long nowTicks) {
    splice(late);
    for (long next = next(); next != clock && nowTicks - next >= 0; next = next()) {
      clock = next;
      // Coarse levels first: what waits there was armed earlier.
      for (int level = levels - 1; level >= 0; level--) {
        int shift = LEVEL_SHIFT * level;
        int index = (int) (clock >> shift) & LAST;
        if ((clock & ((1L << shift) - 1)) == 0 && (bits[level] >>> index & 1) != 0) {
          splice((level << LEVEL_BUCKETS_SHIFT) | index);
        }
      }
    }
    if (nowTicks - clock > 0) {
      clock = nowTicks;
    }
  }

  /** Appends a whole bucket to what is due. */
  private void splice(int b) {
    int first = head[b];
    if (first < 0) {
      return;
    }
    int last = tail[b];
    int before = tail[due];
    setNext(before, first);
    setPrevious(first, before);
    setNext(last, ~due);
    tail[due] = last;
    head[b] = ~b;
    tail[b] = ~b;
    emptied(b);
  }

  /** The next tick of any level at which a bucket ends; the clock if all are empty. */
  private long next() {
    long nearest = 0;
    for (int level = 0; level < levels; level++) {
      if (bits[level] != 0) {
        int shift = LEVEL_SHIFT * level;
        long bucket = (clock >> shift) + 1;
        // Bit 0 of the turned word is the bucket that ends next.
        long turned = Long.rotateRight(bits[level], (int) bucket);
        long at = (bucket + Long.numberOfTrailingZeros(turned)) << shift;
        long ahead = at - clock;
        nearest = nearest == 0 ? ahead : Math.min(nearest, ahead);
      }
    }
    return clock + nearest;
  }

  /** Takes the next due entry out of its bucket; {@link #NONE} if none was collected. */
  int poll() {
    int e = head[due];
    if (e < 0) {
      return NONE;
    }
    unfile(e);
    return e;
  }

  /** Whether anything waits to be polled or collected at the clock's own tick. */
  boolean hasDue() {
    return head[due] >= 0 || head[late] >= 0;
  }

  /** Whether anything waits to be polled. */
  boolean hasCollected() {
    return head[due] >= 0;
  }

  /**
   * The next tick at which {@link #collect} would find something: the clock if it is due, no
   * earlier than the clock ever, the clock minus one if nothing is filed.
   */
  long nextTicks() {
    if (hasDue()) {
      return clock;
    }
    long next = next();
    return next == clock ? clock - 1 : next;
  }

  // --- for those who look at everything ----------------------------------------------------------

  /** How many buckets there are, with the two that are no place on the wheel. */
  int buckets() {
    return late + 1;
  }

  int levels() {
    return levels;
  }

  boolean bit(int b) {
    return (bits[b >>> LEVEL_BUCKETS_SHIFT] >>> (b & LAST) & 1) != 0;
  }

  int first(int b) {
    return head[b];
  }

  int last(int b) {
    return tail[b];
  }

  int nextOf(int e) {
    return (int) (links(e) >>> 32);
  }

  int previousOf(int e) {
    return (int) links(e);
  }

  /** How many entries were ever made: they are numbered from zero. */
  int made() {
    return made;
  }
}
