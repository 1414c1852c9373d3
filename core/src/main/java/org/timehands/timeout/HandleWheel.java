package org.timehands.timeout;

import java.util.Arrays;

/**
 * The wheel of {@link TimeoutWheel} for numbers: a timeout is a long, and takes 20 bytes of arrays.
 *
 * <p>For those who keep millions, or whose timeouts are rows of a table. The same rules hold: never
 * early, late by less than 8/63, constant time, nothing cascades. Handles of timeouts that are over
 * are recognised (until a place was used 2^32 times) and do nothing.
 *
 * <p>Not thread-safe.
 */
public final class HandleWheel {
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;

  private final Wheel wheel;
  /** The tick before which an entry does not run. */
  private long[][] expires = new long[4][];
  /** How often an entry's place was given back: the upper half of its handle. */
  private int[][] generations = new int[4][];

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

  /**
   * Arms a new timeout.
   *
   * @param expiresTicks tick at or after which it runs
   * @return its handle; any long
   * @throws IllegalStateException if 2^30 are armed
   */
  public long add(long expiresTicks) {
    int e = wheel.take();
    int chunk = e >>> CHUNK_SHIFT;
    if (chunk >= expires.length) {
      expires = Arrays.copyOf(expires, 2 * expires.length);
      generations = Arrays.copyOf(generations, expires.length);
    }
    if (expires[chunk] == null) {
      expires[chunk] = new long[CHUNK];
      generations[chunk] = new int[CHUNK];
    }
    expires[chunk][e & CHUNK_MASK] = expiresTicks;
    wheel.file(e, expiresTicks);
    return ((long) generations[chunk][e & CHUNK_MASK] << 32) | e;
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
    wheel.unfile(e);
    leave(e);
    return true;
  }

  /** Whether it has neither run nor been cancelled. */
  public boolean isPending(long handle) {
    int e = (int) handle;
    return e >= 0
        && e < wheel.made()
        && generations[e >>> CHUNK_SHIFT][e & CHUNK_MASK] == (int) (handle >>> 32)
        && wheel.isFiled(e);
  }

  /**
   * Puts a timeout that is pending off: one store. It is filed anew when its place is due, so that
   * it may be late by the granularity of the old place.
   *
   * @param expiresTicks not before what it was armed for, else this cancels and arms
   * @return the handle, the old one if it was put off
   * @throws IllegalStateException if it is not pending
   */
  public long rearm(long handle, long expiresTicks) {
    if (!isPending(handle)) {
      throw new IllegalStateException(
          "handle " + handle + " is over: it has run or was cancelled; add a new one");
    }
    int e = (int) handle;
    long[] chunk = expires[e >>> CHUNK_SHIFT];
    if (expiresTicks - chunk[e & CHUNK_MASK] < 0) {
      cancel(handle);
      return add(expiresTicks);
    }
    chunk[e & CHUNK_MASK] = expiresTicks;
    return handle;
  }

  private void leave(int e) {
    generations[e >>> CHUNK_SHIFT][e & CHUNK_MASK]++;
    wheel.give(e);
  }

  /**
   * Sets the clock, and hands out what is due, in the order of {@link TimeoutWheel#advance}.
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
        int e = wheel.poll();
        long at = expires[e >>> CHUNK_SHIFT][e & CHUNK_MASK];
        if (at - wheel.clock() > 0) {
          wheel.putBack(e, at);
        } else {
          long handle = ((long) generations[e >>> CHUNK_SHIFT][e & CHUNK_MASK] << 32) | e;
          leave(e);
          ran++;
          handler.expired(handle);
        }
      }
      return ran;
    } finally {
      advancing = false;
    }
  }

  /** As {@link TimeoutWheel#nextExpiry}. */
  public long nextExpiry() {
    return wheel.size() == 0 ? TimeoutWheel.NEVER : wheel.nextTicks();
  }

  /** How many are pending. */
  public int size() {
    return wheel.size();
  }

  /** How many times one went from one bucket to another, as {@link TimeoutWheel#moves}. */
  public long moves() {
    return wheel.moves();
  }

  /** Bytes of arrays for each timeout that there is room for. */
  public static int bytesPerTimeout() {
    return Long.BYTES + Long.BYTES + Integer.BYTES;
  }
}
