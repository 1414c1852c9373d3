package org.timehands.timeout;

import java.util.Arrays;

/**
 * The wheel of {@link TimeoutWheel} for numbers: a timeout is a long, and takes 24 bytes of arrays.
 *
 * <p>For those who keep millions, or whose timeouts are rows of a table. The same rules hold: never
 * early, late by less than 8/63, constant time, nothing cascades. Handles of timeouts that are over
 * are recognised (until a place was used 2^31 times) and do nothing.
 *
 * <p>Cancelling leaves the place where it is on the wheel, vacant, and the next that is added takes
 * it over if it is looked at there in time. Those that have to move do so 64 at a time. Hence order
 * is by tick only, {@link #nextExpiry} may be early for a vacant place, and one that took a place
 * over may go on from there to another bucket once ({@link #moves}).
 *
 * <p>Not thread-safe.
 */
public final class HandleWheel {
  /*
   * A place is an entry of the wheel and a record of two longs that lie side by side:
   *
   *   expires: the tick before which it does not run; of a vacant place what vacant was before
   *   state:   generation << 33 | FILED | VACANT | the last 31 bits of the tick of its next look
   *
   * The generation counts how often the place was left; it is the upper half of the handle, so a
   * handle is over when the two differ. No place lies further ahead than 2^30 ticks, so 31 bits
   * tell which of two ticks comes first. Of what was collected and not polled yet they may tell
   * anything: whether that moves or stays, it is not late.
   *
   * Where many are armed, an operation costs what it misses in the cache. A processor overlaps its
   * misses with those of the next operations as long as its buffers hold them, and as long as it
   * mispredicts no branch that waits for one. So adding stores little and decides nothing. It notes
   * the handle; when 64 more were noted, and the records are in the cache, settle() looks which of
   * them are not looked at in time, and files those. Whatever looks at the wheel settles all of
   * them first. Until then VACANT may still be set for one that is armed.
   */
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;
  private static final int GENERATION_SHIFT = 33;
  private static final long GENERATION = 1L << GENERATION_SHIFT;
  private static final long FILED = 1L << 32;
  private static final long VACANT = 1L << 31;
  private static final long TICK = VACANT - 1;
  /** The state of a place that was never taken: no handle's. */
  private static final long NEVER_TAKEN = 0x5A5A_5A5AL << GENERATION_SHIFT;
  private static final long[] NO_CHUNK = newChunk();
  private static final int BATCH = 64;
  private static final int BATCH_MASK = BATCH - 1;
  private static final int NOTES = 2 * BATCH;
  private static final int NOTES_MASK = NOTES - 1;
  private static final long ONE_VACANT = 1L << Integer.SIZE;

  private final Wheel wheel;
  private long[][] records = {NO_CHUNK, NO_CHUNK, NO_CHUNK, NO_CHUNK};
  /** How many places are vacant, and in the lower half the first of them, or Wheel.NONE. */
  private long vacant = Wheel.NONE & (ONE_VACANT - 1);
  /** The handles that were armed last: note n at n modulo NOTES. */
  private final long[] notes = new long[NOTES];
  private int noted;
  private int settled;
  private final int[] moving = new int[NOTES];
  /** Where the reads ahead end, so that they are not optimised away. */
  @SuppressWarnings("UnusedVariable")
  private int touched;
  private boolean advancing;

  /** What is told that a timeout runs. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Takes what is due; the handle is over.
     *
     * @param handle as {@link #add} answered it
     */
    void expired(long handle);
  }

  /** A wheel of nine levels whose clock stands at tick 0. */
  public HandleWheel() {
    this(Wheel.MAX_LEVELS, 0);
  }

  /**
   * A wheel.
   *
   * @param levels 8 or 9
   * @param startTicks what its clock shows
   */
  public HandleWheel(int levels, long startTicks) {
    wheel = new Wheel(levels, startTicks);
  }

  private static long[] newChunk() {
    long[] chunk = new long[2 * CHUNK];
    Arrays.fill(chunk, NEVER_TAKEN);
    return chunk;
  }

  private long[] chunk(int e) {
    return records[e >>> CHUNK_SHIFT];
  }

  private static int at(int e) {
    return (e & CHUNK_MASK) << 1;
  }

  private static boolean isOf(long state, long handle) {
    return (state ^ handle) >>> GENERATION_SHIFT == 0;
  }

  // --- arming ------------------------------------------------------------------------------------

  /**
   * Arms a new timeout.
   *
   * @param expiresTicks tick at or after which it runs
   * @return its handle; any long
   * @throws IllegalStateException if 2^30 are armed
   */
  public long add(long expiresTicks) {
    int e = (int) vacant;
    if (e < 0) {
      return addOneMore(expiresTicks);
    }
    long[] chunk = chunk(e);
    int at = at(e);
    vacant = chunk[at];
    chunk[at] = expiresTicks;
    return noted((chunk[at + 1] & -GENERATION) | e);
  }

  private long addOneMore(long expiresTicks) {
    int e = wheel.take();
    int chunk = e >>> CHUNK_SHIFT;
    if (chunk >= records.length) {
      records = Arrays.copyOf(records, 2 * records.length);
      Arrays.fill(records, chunk, records.length, NO_CHUNK);
    }
    if ((e & CHUNK_MASK) == 0) {
      records[chunk] = newChunk();
    }
    leave(e, records[chunk], at(e), 0);
    return add(expiresTicks);
  }

  /** Leaves a place vacant, filed or not. */
  private void leave(int e, long[] chunk, int at, long state) {
    long others = vacant;
    chunk[at] = others;
    chunk[at + 1] = (state | VACANT) + GENERATION;
    vacant = ((others & -ONE_VACANT) + ONE_VACANT) | e;
  }

  /**
   * Keeps a timeout from running.
   *
   * @return whether it was pending
   */
  public boolean cancel(long handle) {
    int e = (int) handle;
    long[][] all = records;
    int c = e >>> CHUNK_SHIFT;
    if (Integer.compareUnsigned(c, all.length) >= 0) {
      return false;
    }
    long[] chunk = all[c];
    int at = at(e);
    long state = chunk[at + 1];
    if (!isOf(state, handle)) {
      return false;
    }
    leave(e, chunk, at, state);
    return true;
  }

  /** Whether it has neither run nor been cancelled. */
  public boolean isPending(long handle) {
    int e = (int) handle;
    return e >>> CHUNK_SHIFT < records.length && isOf(chunk(e)[at(e) + 1], handle);
  }

  /**
   * Arms a timeout that is pending anew, for later by one store: it is filed anew when its place is
   * due.
   *
   * @param expiresTicks tick at or after which it runs
   * @return the handle
   * @throws IllegalStateException if it is not pending
   */
  public long rearm(long handle, long expiresTicks) {
    if (!isPending(handle)) {
      throw new IllegalStateException(
          "handle " + handle + " is over: it has run or was cancelled; add a new one");
    }
    int e = (int) handle;
    chunk(e)[at(e)] = expiresTicks;
    return noted(handle);
  }

  // --- settling ----------------------------------------------------------------------------------

  /** Notes what was armed; settles those before the last 64, whose records may be far away. */
  private long noted(long handle) {
    int n = noted;
    notes[n & NOTES_MASK] = handle;
    noted = n + 1;
    return (n & BATCH_MASK) == BATCH_MASK ? settledBefore(n + 1 - BATCH, handle) : handle;
  }

  private long settledBefore(int end, long handle) {
    settle(end);
    return handle;
  }

  /** Files what was noted and has no place in time; whatever looks at the wheel does this first. */
  private void settle() {
    settle(noted);
  }

  private void settle(int end) {
    long[] handles = notes;
    long[][] all = records;
    int[] candidates = moving;
    long clock = wheel.clock();
    int count = 0;
    for (int i = settled; i - end < 0; i++) {
      long handle = handles[i & NOTES_MASK];
      int e = (int) handle;
      long[] chunk = all[e >>> CHUNK_SHIFT];
      int at = at(e);
      long state = chunk[at + 1];
      if (isOf(state, handle)) {
        chunk[at + 1] = state & ~VACANT;
        long expires = chunk[at];
        // Looked at no later than it expires: that will do, whatever its level. What expires beyond
        // what 31 bits can tell is later than any place.
        if ((state & FILED) == 0
            || expires - clock <= 0
            || isBefore((int) expires, (int) state)) {
          candidates[count++] = e;
        }
      }
    }
    settled = settled - end < 0 ? end : settled;
    if (count != 0) {
      move(count);
    }
  }

  /** Files those of the candidates that have to move. */
  private void move(int candidates) {
    int count = 0;
    for (int i = 0; i < candidates; i++) {
      int e = moving[i];
      if (mustMove(e)) {
        moving[count++] = e;
      }
    }
    touched += wheel.touch(moving, count);
    for (int i = 0; i < count; i++) {
      int e = moving[i];
      long[] chunk = chunk(e);
      int at = at(e);
      long state = chunk[at + 1];
      // One that was noted twice is filed by now.
      if ((state & FILED) != 0) {
        wheel.unfile(e);
      }
      chunk[at + 1] = filed(state, wheel.file(e, chunk[at]));
    }
  }

  /** Whether an armed place is nowhere, or looked at later than where it would be filed. */
  private boolean mustMove(int e) {
    long expires = chunk(e)[at(e)];
    long state = chunk(e)[at(e) + 1];
    // What is due already may lie among what runs now, but is to run in the next call.
    return (state & FILED) == 0
        || expires - wheel.clock() <= 0
        || isBefore(
            (int) Wheel.looksAt(expires, wheel.clock(), wheel.reachTicks()), (int) state);
  }

  /** Whether one tick is before another, as far as 31 bits tell. */
  private static boolean isBefore(int tick, int other) {
    return (tick - other) << 1 < 0;
  }

  private static long filed(long state, long looksAt) {
    return (state & -GENERATION) | FILED | (looksAt & TICK);
  }

  // --- expiring ----------------------------------------------------------------------------------

  /**
   * Sets the clock, and hands out what is due, tick by tick.
   *
   * @param nowTicks the time
   * @param limit how many may run, 0 or more
   * @param handler told of each; may arm and cancel, must not advance
   * @return how many ran; fewer than the limit means that nothing due is left
   */
  public int advance(long nowTicks, int limit, Handler handler) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "limit " + limit + ": must be 0 or more; Integer.MAX_VALUE runs all");
    }
    if (advancing) {
      throw new IllegalStateException("a handler must not advance the wheel that calls it");
    }
    advancing = true;
    try {
      settle();
      wheel.collect(nowTicks);
      int ran = 0;
      while (ran < limit && wheel.hasCollected()) {
        ran += look(wheel.poll(), handler);
      }
      return ran;
    } finally {
      advancing = false;
    }
  }

  /** Looks at a place that was taken out of its bucket; 1 if a timeout ran. */
  private int look(int e, Handler handler) {
    long[] chunk = chunk(e);
    int at = at(e);
    long state = chunk[at + 1] & ~FILED;
    chunk[at + 1] = state;
    if ((state & VACANT) != 0) {
      return 0;
    }
    long expires = chunk[at];
    if (expires - wheel.clock() > 0) {
      chunk[at + 1] = filed(state, wheel.putBack(e, expires));
      return 0;
    }
    leave(e, chunk, at, state);
    handler.expired((state & -GENERATION) | e);
    return 1;
  }

  /** As {@link TimeoutWheel#nextExpiry}. */
  public long nextExpiry() {
    settle();
    return size() == 0 ? TimeoutWheel.NEVER : wheel.nextTicks();
  }

  /** How many are pending. */
  public int size() {
    return wheel.made() - (int) (vacant >>> Integer.SIZE);
  }

  /**
   * How many times a place went from one bucket to another: zero, but for those that were put off
   * or taken over, and those beyond the last level.
   */
  public long moves() {
    return wheel.moves();
  }

  /** For tests: the structure beneath, with all settled. */
  Wheel structure() {
    settle();
    return wheel;
  }

  /**
   * The number of a timeout's place: the row of a table of one's own that says what it is for.
   *
   * @param handle as {@link #add} answered it
   * @return 0 to less than the most that were ever armed at once; no two that are pending share
   *     one, and it goes to another when this is over
   */
  public static int place(long handle) {
    return (int) handle;
  }

  /** Bytes of arrays for each timeout that there is room for. */
  public static int bytesPerTimeout() {
    return 3 * Long.BYTES;
  }
}
