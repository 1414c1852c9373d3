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
 */
final class CoarseClock {
  /*
   * field     | read           | write           | guard
   * coarse    | volatile       | volatile, owner | the owner's read of the clock after its store
   * used      | opaque         | opaque          | none: a hint, the same value by all users
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
   */
  static final long SLACK_TICKS = 2;

  /** For clocks that processors agree on to less than this. */
  private static final long MARGIN_NANOS = 1000;

  static final long ASLEEP = Long.MIN_VALUE;
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

  private final LongSupplier nanos;
  private final long tickNanos;
  private final LateTicks late = new LateTicks();
  private volatile long coarse = ASLEEP;
  @SuppressWarnings("UnusedVariable") // by its handle
  private long used;
  private int fineReads;
  private long lastTick;

  CoarseClock(LongSupplier nanos, long tickNanos) {
    this.nanos = nanos;
    this.tickNanos = tickNanos;
    this.lastTick = Math.floorDiv(nanos.getAsLong(), tickNanos);
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
    return tick == (long) USED.getOpaque(this);
  }

  /** Says that this tick is used, so that the owner moves it on. */
  void use(long tick) {
    USED.setOpaque(this, tick);
  }

  /** The same from the real clock. */
  long fineTick() {
    fineReads++;
    return nowTick();
  }

  /** The real clock's, for the owner. */
  long nowTick() {
    return Math.floorDiv(nanos.getAsLong(), tickNanos);
  }

  /** Whether so many read the real clock that the owner should be woken to move this one on. */
  boolean isWanted() {
    return fineReads >= FINE_READS;
  }

  // --- the owner ---------------------------------------------------------------------------------

  /** Reads the real clock; never less than before. */
  long advance() {
    lastTick = Math.max(lastTick, Math.floorDiv(nanos.getAsLong(), tickNanos));
    long old = coarse;
    if (old == lastTick || (old == ASLEEP && !isWanted())) {
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
      long replacedAt = Math.ceilDiv(nanos.getAsLong() + MARGIN_NANOS, tickNanos);
      // A word tells its tick within 2^29 only: after a longer absence it is taken for a later one.
      long seen = SharedTimeout.tick(old, lastTick);
      long extra = replacedAt - (seen + SLACK_TICKS);
      if (extra > 0) {
        late.note(seen, extra);
      }
    }
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
