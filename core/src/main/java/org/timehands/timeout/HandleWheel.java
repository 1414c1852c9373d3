package org.timehands.timeout;

import java.util.Arrays;

/**
 * The wheel of {@link TimeoutWheel} for numbers: a timeout is a long, and takes 24 bytes of arrays.
 *
 * <p>For those who keep millions, or whose timeouts are rows of a table. The same rules hold: never
 * early, late by less than 8/63, constant time, nothing cascades. Handles of timeouts that are over
 * are recognised (until a place was used 2^30 times) and do nothing.
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
   *   expires: the tick before which it does not run; of a vacant place the next vacant one
   *   state:   generation << 34 | VACANT | FILED | the last 32 bits of the tick of its next look
   *
   * The generation counts how often the place was left; with VACANT it is the upper half of the
   * handle, so a handle is over when the two differ. No place lies further ahead than 2^31 ticks,
   * so 32 bits tell how far that is. Of what was collected and not polled yet they may tell
   * anything: whether that moves or stays, it is not late.
   *
   * Where many are armed, an operation costs what it misses in the cache, and a processor overlaps
   * its misses with those of the next operations as long as it can hold what waits for them. So
   * little waits for a record: whether it is the handle's, and one comparison of its place with the
   * last that will do. The place that was left last is kept aside, and who adds takes that: neither
   * says so in the record. Places that have to move are noted, and move when 64 are, their
   * neighbours' misses together; whatever looks at the wheel settles that first.
   *
   * All that is on that way is to be inlined where a user calls it, in his loop: so methods on it
   * are short, and what is long beside it is called seldom (makeMore, settle).
   *
   * Invariant: what is armed, and what was left last, is filed or noted. (So arming need not ask.)
   */
  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK - 1;
  private static final int GENERATION_SHIFT = 34;
  private static final long GENERATION = 1L << GENERATION_SHIFT;
  private static final int VACANT_SHIFT = 33;
  private static final long VACANT = 1L << VACANT_SHIFT;
  private static final long FILED = 1L << 32;
  private static final long TICK = FILED - 1;
  /** The state of a place that was never taken: no handle's. */
  private static final long NEVER_TAKEN = 0x5A5A_5A5AL << GENERATION_SHIFT;
  private static final long[] NO_CHUNK = newChunk();
  private static final int BATCH = 64;
  /** Divides a chunk, and the most there may be. */
  private static final int MADE_AT_ONCE = 64;
  /** No handle: its place is none. */
  private static final long NOWHERE = Wheel.NONE;

  private final Wheel wheel;
  private long[][] records = {NO_CHUNK, NO_CHUNK, NO_CHUNK, NO_CHUNK};
  /** How many places have a record; as many or fewer are made, since none is given back. */
  private int room;
  /** The next handle of the place that was left last, if free: it looks as if it were armed. */
  private long last = NOWHERE;
  /** The first of the others that are vacant, and how many those are. */
  private int vacant = Wheel.NONE;
  private int vacants;
  /** Armed places that may be nowhere, or be looked at too late. */
  private final int[] noted = new int[BATCH];
  private int notes;
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
    return (state ^ handle) >>> VACANT_SHIFT == 0;
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
    long handle = last;
    int e = (int) handle;
    if (e < 0) {
      return addElsewhere(expiresTicks);
    }
    last = NOWHERE;
    arm(e, expiresTicks);
    return handle;
  }

  /** Arms a place that is filed or noted. */
  private void arm(int e, long expiresTicks) {
    long[] chunk = chunk(e);
    int at = at(e);
    chunk[at] = expiresTicks;
    noteIfLate(e, chunk[at + 1], expiresTicks);
  }

  private static long handle(long state, int e) {
    return (state & -GENERATION) | e;
  }

  private long addElsewhere(long expiresTicks) {
    if (vacant < 0) {
      makeMore();
    }
    int e = vacant;
    long[] chunk = chunk(e);
    int at = at(e);
    long state = chunk[at + 1] & ~VACANT;
    vacant = (int) chunk[at];
    vacants--;
    chunk[at] = expiresTicks;
    chunk[at + 1] = state;
    if ((state & FILED) == 0) {
      note(e);
    } else {
      noteIfLate(e, state, expiresTicks);
    }
    return handle(state, e);
  }

  /**
   * Makes vacant places, the lowest the next to take: many at once, so that it is called seldom.
   */
  private void makeMore() {
    // First their records: without memory for those, no place may be left behind without one.
    if (wheel.made() == room) {
      makeRoom(room >>> CHUNK_SHIFT);
    }
    int first = wheel.made();
    for (int i = 0; i < MADE_AT_ONCE; i++) {
      wheel.take();
    }
    for (int e = wheel.made() - 1; e >= first; e--) {
      chunk(e)[at(e) + 1] = GENERATION;
      vacate(e);
    }
  }

  private void makeRoom(int chunk) {
    if (chunk >= records.length) {
      records = Arrays.copyOf(records, 2 * records.length);
      Arrays.fill(records, chunk, records.length, NO_CHUNK);
    }
    records[chunk] = newChunk();
    room += CHUNK;
  }

  /** Puts a place that was left among the vacant ones, filed or not. */
  private void vacate(int e) {
    long[] chunk = chunk(e);
    int at = at(e);
    chunk[at] = vacant;
    chunk[at + 1] |= VACANT;
    vacant = e;
    vacants++;
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
    chunk[at + 1] = state + GENERATION;
    int before = (int) last;
    last = handle + GENERATION;
    if (before >= 0) {
      vacate(before);
    }
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
    arm((int) handle, expiresTicks);
    return handle;
  }

  // --- settling ----------------------------------------------------------------------------------

  /** Notes a place that is looked at later than what expires then may be for sure. */
  private void noteIfLate(int e, long state, long expires) {
    long clock = wheel.clock();
    if (ahead(state, clock) > latest(expires - clock)) {
      note(e);
    }
  }

  /**
   * How far ahead what expires so far ahead may be looked at for sure: an entry filed now could be
   * later still, settle() looks closer. What is due already may lie among what runs now, but is to
   * run in the next call.
   */
  private static long latest(long ahead) {
    return ahead <= 0 ? Long.MIN_VALUE : ahead + (ahead >> 6);
  }

  /** How far ahead a place is looked at, as far as 32 bits tell. */
  private static int ahead(long state, long clock) {
    return (int) state - (int) clock;
  }

  private void note(int e) {
    int n = notes;
    noted[n] = e;
    notes = n + 1;
    if (n + 1 == BATCH) {
      settle();
    }
  }

  /** Files those of the noted places that have to move. */
  private void settle() {
    int count = 0;
    for (int i = 0; i < notes; i++) {
      int e = noted[i];
      if (mustMove(e)) {
        noted[count++] = e;
      }
    }
    notes = 0;
    touched += wheel.touch(noted, count);
    for (int i = 0; i < count; i++) {
      move(noted[i]);
    }
  }

  /** Whether an armed place is nowhere, or looked at later than where it would be filed. */
  private boolean mustMove(int e) {
    long expires = chunk(e)[at(e)];
    long state = chunk(e)[at(e) + 1];
    long clock = wheel.clock();
    long looksAt = Wheel.looksAt(expires, clock, wheel.reachTicks());
    return (state & VACANT) == 0
        && ((state & FILED) == 0 || expires - clock <= 0 || ahead(state, clock) > looksAt - clock);
  }

  private void move(int e) {
    long[] chunk = chunk(e);
    int at = at(e);
    long state = chunk[at + 1];
    // One that was noted twice is filed by now.
    if ((state & FILED) != 0) {
      wheel.unfile(e);
    }
    chunk[at + 1] = filed(state, wheel.file(e, chunk[at]));
  }

  private static long filed(long state, long looksAt) {
    return (state & -GENERATION) | FILED | (looksAt & TICK);
  }

  // --- expiring ----------------------------------------------------------------------------------

  /**
   * Sets the clock, and hands out what is due, tick by tick; looks at eight places for each that
   * may run, and leaves the others due, as {@link TimeoutWheel#advance} does.
   *
   * @param nowTicks the time
   * @param limit how many may run, 0 or more; Integer.MAX_VALUE runs all
   * @param handler told of each; may arm and cancel, must not advance
   * @return how many ran; {@link #hasDue} tells whether more is left
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
      for (long looks = TimeoutWheel.LOOKS_PER_RUN * limit;
          ran < limit && looks > 0 && wheel.hasCollected();
          looks--) {
        ran += look(wheel.poll(), handler);
        if (notes != 0) {
          settle();
        }
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
    if (e == (int) last) {
      last = NOWHERE;
      vacate(e);
      return 0;
    }
    long expires = chunk[at];
    if (expires - wheel.clock() > 0) {
      chunk[at + 1] = filed(state, wheel.putBack(e, expires));
      return 0;
    }
    chunk[at + 1] = state + GENERATION;
    vacate(e);
    handler.expired(handle(state, e));
    return 1;
  }

  /** As {@link TimeoutWheel#hasDue}. */
  public boolean hasDue() {
    settle();
    return size() > 0 && wheel.hasDue();
  }

  /** As {@link TimeoutWheel#nextExpiry}. */
  public long nextExpiry() {
    settle();
    return size() == 0 ? TimeoutWheel.NEVER : wheel.nextTicks();
  }

  /** How many are pending. */
  public int size() {
    return wheel.made() - vacants - ((int) last < 0 ? 0 : 1);
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
