package org.timehands.timeout;

import java.util.Arrays;

/**
 * The wheel of {@link TimeoutWheel} for numbers: a timeout is a long, and takes 24 bytes of arrays.
 *
 * <p>For those who keep millions, or whose timeouts are rows of a table. The same rules hold: never
 * early, late by less than 8/63, constant time, nothing cascades. Handles of timeouts that are over
 * are recognised (until a place was used 2^32 times) and do nothing.
 *
 * <p>Cancelling leaves the place where it is on the wheel, vacant, and the next that is added takes
 * it over if it is looked at there in time: so neither touches its neighbours, whose memory is far
 * away. Hence order is by tick only, {@link #nextExpiry} may be early for a vacant place, and one
 * that took a place over may go on from there to another bucket once ({@link #moves}).
 *
 * <p>Not thread-safe.
 */
public final class HandleWheel {
  /*
   * A place is an entry of the wheel and a record of two longs that lie side by side:
   *
   *   expires: the tick before which it does not run; of a vacant place the next vacant one
   *   state:   generation << 32 | ARMED or 0 | the bucket where it is filed, or NO_BUCKET
   *
   * The generation counts how often the place was given back; it is the upper half of the handle.
   */
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;
  private static final long GENERATION = 1L << Integer.SIZE;
  private static final long ARMED = 1L << 16;
  private static final int NO_BUCKET = 0xFFFF;

  private final Wheel wheel;
  private long[][] records = new long[4][];
  private int vacant = Wheel.NONE;
  private int pending;
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

  private long[] chunk(int e) {
    return records[e >>> CHUNK_SHIFT];
  }

  private static int at(int e) {
    return (e & CHUNK_MASK) << 1;
  }

  /**
   * Arms a new timeout.
   *
   * @param expiresTicks tick at or after which it runs
   * @return its handle; any long
   * @throws IllegalStateException if 2^30 are armed
   */
  public long add(long expiresTicks) {
    int e = vacant == Wheel.NONE ? make() : vacant;
    long[] chunk = chunk(e);
    int at = at(e);
    vacant = (int) chunk[at];
    long state = chunk[at + 1];
    chunk[at] = expiresTicks;
    chunk[at + 1] = placed(e, state, expiresTicks) | ARMED;
    pending++;
    return (state & -GENERATION) | e;
  }

  private int make() {
    int e = wheel.take();
    int chunk = e >>> CHUNK_SHIFT;
    if (chunk >= records.length) {
      records = Arrays.copyOf(records, 2 * records.length);
    }
    if (records[chunk] == null) {
      records[chunk] = new long[2 * CHUNK];
    }
    records[chunk][at(e)] = Wheel.NONE;
    records[chunk][at(e) + 1] = NO_BUCKET;
    return e;
  }

  /** Leaves a place where it is if it is looked at there in time, else files it; its new state. */
  private long placed(int e, long state, long expiresTicks) {
    int bucket = (int) state & NO_BUCKET;
    if (bucket != NO_BUCKET) {
      long fresh = Wheel.looksAt(expiresTicks, wheel.clock(), wheel.reachTicks());
      if (fresh - wheel.endOf(bucket) >= 0) {
        return state;
      }
      wheel.unfile(e);
    }
    wheel.file(e, expiresTicks);
    return (state & ~NO_BUCKET) | wheel.filedIn();
  }

  /**
   * Keeps a timeout from running.
   *
   * @return whether it was pending
   */
  public boolean cancel(long handle) {
    if (!isPending(handle)) {
      return false;
    }
    int e = (int) handle;
    leave(e, chunk(e)[at(e) + 1]);
    return true;
  }

  /** Gives a place back; its state says where it is filed. */
  private void leave(int e, long state) {
    long[] chunk = chunk(e);
    chunk[at(e)] = vacant;
    chunk[at(e) + 1] = (state & ~ARMED) + GENERATION;
    vacant = e;
    pending--;
  }

  /** Whether it has neither run nor been cancelled. */
  public boolean isPending(long handle) {
    int e = (int) handle;
    if (e < 0 || e >= wheel.made()) {
      return false;
    }
    long state = chunk(e)[at(e) + 1];
    return (state ^ handle) >>> Integer.SIZE == 0 && (state & ARMED) != 0;
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
    long[] chunk = chunk(e);
    int at = at(e);
    chunk[at] = expiresTicks;
    chunk[at + 1] = placed(e, chunk[at + 1], expiresTicks);
    return handle;
  }

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
      throw new IllegalArgumentException("limit " + limit + ": must be 0 or more");
    }
    if (advancing) {
      throw new IllegalStateException("a handler must not advance the wheel that calls it");
    }
    advancing = true;
    try {
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
    long state = chunk[at + 1] | NO_BUCKET;
    if ((state & ARMED) == 0) {
      chunk[at + 1] = state;
      return 0;
    }
    long expires = chunk[at];
    if (expires - wheel.clock() > 0) {
      wheel.putBack(e, expires);
      chunk[at + 1] = (state & ~NO_BUCKET) | wheel.filedIn();
      return 0;
    }
    leave(e, state);
    handler.expired((state & -GENERATION) | e);
    return 1;
  }

  /** As {@link TimeoutWheel#nextExpiry}. */
  public long nextExpiry() {
    return pending == 0 ? TimeoutWheel.NEVER : wheel.nextTicks();
  }

  /** How many are pending. */
  public int size() {
    return pending;
  }

  /**
   * How many times a place went from one bucket to another: zero, but for those that were put off
   * or taken over, and those beyond the last level.
   */
  public long moves() {
    return wheel.moves();
  }

  /** Bytes of arrays for each timeout that there is room for. */
  public static int bytesPerTimeout() {
    return 3 * Long.BYTES;
  }
}
