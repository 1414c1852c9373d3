package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * The tick that a wheel's users arm by: one load, where a clock costs ten times that.
 *
 * <p>Its owner moves it on at each tick, as long as somebody uses it; left alone, it is put to
 * sleep, and users read the real clock instead, until there are so many of them that waking the
 * owner is cheaper. So an idle wheel wakes nobody.
 *
 * <p>What is counted from a tick gets {@link #SLACK_TICKS} added, and whatever {@link LateTicks}
 * says of it, so that it is never early, however late the owner runs.
 *
 * <p>Ticks are counted without leaps, as a suspend makes them where the clock goes on in it: a word
 * tells its tick only if that is near ({@link SharedTimeout#tick}). Where the real clock is too far
 * beyond the {@link Anchor}, whoever arms counts from the last tick that can be told, and the owner
 * goes on counting from there, once it has brought nearer what was armed before ({@link Leap}).
 */
final class CoarseClock {
  /*
   * field     | read           | write           | guard
   * coarse    | volatile       | volatile, owner | the owner's read of the clock after its store
   * anchor    | volatile       | volatile, owner | the same
   * used      | plain, owner: opaque | opaque   | none: a hint, the same value by all users
   * fineReads | plain          | plain           | none: a hint, lost counts cost a clock read each
   * USED      | -              | -               | -
   *
   * Never early. A user calls at t, then loads tick c; so t is before the moment u at which c was
   * replaced. The owner reads the clock after its store, at u or later, and if that is past c + 2
   * ticks it notes by how much. The deadline c + 2 + extra(c) + delay is then at least u + delay,
   * hence at least t + delay. CoarseClockTest stops the owner in between; without the note
   *
   *   owner:  publishes 100 ........ stopped for 50 ticks ......... publishes 150
   *   user:                    at 140: loads 100, delay 10: deadline 112, runs at 150: early? no,
   *                            at 149: loads 100, delay 60: deadline 162: 47 ticks early
   *
   * Over a leap the same: who finds the anchor passed counts from its last tick, and the owner,
   * when it has dropped a new one, notes by how much that stood too long.
   */
  static final long SLACK_TICKS = 2;

  /** For clocks that processors agree on to less than this. */
  private static final long MARGIN_NANOS = 1000;

  static final long ASLEEP = Long.MIN_VALUE;

  /** What {@link #advance} answers if the clock has leapt. */
  static final long LEAPT = Long.MIN_VALUE;

  /** How far the owner goes before it drops another anchor. */
  private static final long ANCHOR_TICKS = 1L << 20;

  /** No place lies further ahead of the owner. */
  private static final long PLACES_TICKS = 1L << 27;
  private static final int IDLE_TICKS = 16;
  private static final int FINE_READS = 256;
  private static final VarHandle USED;

  static {
    try {
      USED = MethodHandles.lookup().findVarHandle(CoarseClock.class, "used", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Whose clock it is. */
  final Object house;
  private final LongSupplier nanos;
  private final long tickNanos;
  private final LateTicks late = new LateTicks();
  private volatile long coarse = ASLEEP;
  private volatile Anchor anchor;
  @SuppressWarnings("UnusedVariable") // by its handle
  private long used;
  private int fineReads;
  private long lastTick;
  /** The coarse tick at which the last leap began, or ASLEEP; the tick for those who came then. */
  private long leaptFrom = ASLEEP;
  private long leaptTo;

  CoarseClock(Object house, LongSupplier nanos, long tickNanos) {
    this.house = house;
    this.nanos = nanos;
    this.tickNanos = tickNanos;
    this.lastTick = Math.floorDiv(nanos.getAsLong(), tickNanos);
    this.anchor = new Anchor(lastTick, 0);
  }

  // --- users -------------------------------------------------------------------------------------

  /**
   * The tick to count from, for any thread; add the slack to it.
   *
   * @return {@link #ASLEEP} if nobody moves this clock on: then take {@link #fineTick}
   */
  long tick() {
    return coarse;
  }

  /** Whether somebody has said already that this tick is used; of ASLEEP nobody has. */
  boolean isUsed(long tick) {
    return tick == used;
  }

  /** Says that this tick is used, so that the owner moves it on. */
  void use(long tick) {
    USED.setOpaque(this, tick);
  }

  /**
   * The same from the real clock; the anchor's last tick if that has passed it: then the owner is
   * to be woken.
   */
  long fineTick() {
    fineReads++;
    Anchor from = anchor;
    long tick = nowTick(from);
    return from.tells(tick) ? tick : from.lastTick();
  }

  private long nowTick(Anchor from) {
    return Math.floorDiv(nanos.getAsLong(), tickNanos) - from.leaptTicks();
  }

  /**
   * Whether the owner should be woken to move this clock on, because so many read the real one, or
   * because that has leapt.
   *
   * @param fineTick what was read
   */
  boolean isWanted(long fineTick) {
    return fineReads >= FINE_READS || fineTick == anchor.lastTick();
  }

  /** Whether the owner may have yet to see a leap in which somebody has armed for this deadline. */
  boolean hasLeapt(long deadlineTicks) {
    Anchor from = anchor;
    return deadlineTicks - from.lastTick() > 0 && !from.tells(nowTick(from));
  }

  /** All words that anybody may see are near its tick. */
  Anchor anchor() {
    return anchor;
  }

  /** When a tick begins, by the real clock. */
  long nanosOf(long tick) {
    return (tick + leaptTicks()) * tickNanos;
  }

  /** How many ticks of the real clock were not counted. */
  long leaptTicks() {
    return anchor.leaptTicks();
  }

  // --- the owner ---------------------------------------------------------------------------------

  /** Reads the real clock; never less than before, LEAPT if it has leapt. */
  long advance() {
    Anchor from = anchor;
    long tick = Math.max(lastTick, nowTick(from));
    if (!from.tells(tick)) {
      return LEAPT;
    }
    lastTick = tick;
    long old = coarse;
    if (old == lastTick || (old == ASLEEP && fineReads < FINE_READS)) {
      return lastTick;
    }
    if (old == ASLEEP) {
      fineReads = 0;
      USED.setOpaque(this, lastTick);
    }
    replace(old, lastTick);
    return lastTick;
  }

  private void replace(long old, long next) {
    coarse = next;
    if (old != ASLEEP) {
      noteUntilNow(old, anchor);
    }
  }

  /** Nobody takes this tick from the clock any more; notes how long it stood. */
  private void noteUntilNow(long tick, Anchor by) {
    long until = Math.ceilDiv(nanos.getAsLong() + MARGIN_NANOS, tickNanos) - by.leaptTicks();
    long extra = until - (tick + SLACK_TICKS);
    if (extra > 0) {
      late.note(tick, extra);
    }
  }

  /** Nothing that was due by now is left: so no word is older than on its way to its place. */
  void caughtUp() {
    Anchor from = anchor;
    if (lastTick - from.tick() >= ANCHOR_TICKS) {
      anchor = new Anchor(lastTick, from.leaptTicks());
    }
  }

  /**
   * Begins a leap: from now on nobody counts but from the last tick of the present anchor. The
   * count goes on behind that and behind all places, but not ahead of the real clock.
   *
   * @return the new anchor, with how far the clock has leapt in all
   */
  Anchor beginLeap() {
    Anchor from = anchor;
    leaptFrom = coarse;
    leaptTo = from.lastTick();
    long now = nowTick(from);
    long beyond = Math.max(leaptTo + 1, lastTick + PLACES_TICKS);
    lastTick = Math.min(now, beyond);
    Anchor next = new Anchor(lastTick, from.leaptTicks() + now - lastTick);
    coarse = ASLEEP;
    if (leaptFrom != ASLEEP) {
      noteUntilNow(leaptFrom, next);
    }
    return next;
  }

  /** Ends it: what was armed before, and is not counted from its end, has been brought nearer. */
  void endLeap(Anchor next) {
    anchor = next;
    noteUntilNow(leaptTo, next);
  }

  /** Whether what was counted from a tick before the end of a leap counts from that. */
  boolean isCountedFromTheEnd(long tick) {
    return tick == leaptTo || (tick == leaptFrom && leaptFrom != ASLEEP);
  }

  /**
   * Whether the owner is to come back at the next tick for the users' sake; puts the clock to sleep
   * if nobody has used it for a while.
   */
  boolean keepTicking() {
    long old = coarse;
    if (old == ASLEEP) {
      return false;
    }
    if (lastTick - (long) USED.getOpaque(this) <= IDLE_TICKS) {
      return true;
    }
    replace(old, ASLEEP);
    return false;
  }

  /** What to add to a deadline that was counted from this tick, beside the slack. */
  long extra(long tick) {
    return late.extra(tick);
  }

  /** How many ticks stood too long on this clock. */
  long lateTicks() {
    return late.notes();
  }
}
