package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import org.timehands.mischief.Mischief;

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
 * goes on counting behind that, and says so by a new anchor ({@link Leap}).
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
   *
   * Told apart. Whatever counts is near the anchor's tick A: up to AHEAD_TICKS ahead, for nobody
   * counts from further; or less than 2^29 - AHEAD_TICKS back. What is old when it is looked at is
   * told anew, and each place is looked at within 2^27 ticks: so where the owner has caught up, at
   * tick C, nothing is told from before C - 2^27 - 2^24. Only then there is a new anchor: at C, or
   * behind a leap, at most AHEAD_TICKS + 2 after C. That is 2^28 + 2^24 + 2^22 back, and 2^27 -
   * 2^24 - 2^23 are left for whoever is stopped within a call.
   *
   * When the owner has caught up behind a leap, all that was filed has been looked at since, and
   * told anew. So a second one takes its place; one that comes earlier waits: the owner stays where
   * it is until it has caught up there. Without a second one it is kept for 2^28 ticks, for whoever
   * was stopped within a call: the count may have gone ahead of the clock, and what is told from
   * before that would run early else (LeapInRoundsTest).
   *
   *   owner:  at 100, much is due | leap | stays at 100: a round, a round, caught up | goes over it
   *   others: counted from 100, arm ......: count from the last tick, that is from the end
   */
  static final long SLACK_TICKS = 2;

  /** For clocks that processors agree on to less than this. */
  private static final long MARGIN_NANOS = 1000;

  static final long ASLEEP = Long.MIN_VALUE;

  /** How far the owner goes before it drops another anchor. */
  private static final long ANCHOR_TICKS = 1L << 20;

  /** For how long a leap is kept: as words reach back, but for how far they may lie ahead. */
  private static final long LEAP_TICKS = 1L << 28;

  /** No place lies further ahead of the owner. */
  private static final long PLACES_TICKS = 1L << 27;

  /** From this age on, a word is counted from a newer tick when it is looked at. */
  private static final long OLD_TICKS = 1L << 24;
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
  /** Nothing that was due by the last tick is left. */
  private boolean caughtUp = true;
  /** The clock has leapt, and the owner has yet to catch up. */
  private boolean stays;

  CoarseClock(Object house, LongSupplier nanos, long tickNanos) {
    this.house = house;
    this.nanos = nanos;
    this.tickNanos = tickNanos;
    this.lastTick = Math.floorDiv(nanos.getAsLong(), tickNanos);
    this.anchor = new Anchor(lastTick, 0, null);
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
    if (Mischief.ON) {
      Mischief.point("timeout.anchor");
    }
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

  /** Of an armed word that was read before: when it may run, by the real clock. */
  long expiresNanos(long word) {
    Anchor by = anchor;
    long from = by.counted(by.told(word)) + by.leaptTicks();
    long begun = from * tickNanos;
    long at = (from + SLACK_TICKS + SharedTimeout.delay(word)) * tickNanos;
    return at < begun ? Long.MAX_VALUE : at; // beyond the clock's end
  }

  /**
   * Whether an armed word that was read before is for no later than a delay from now.
   *
   * @param fromTick what was taken to count that from
   */
  boolean isWithin(long word, long fromTick, long delayTicks) {
    Anchor by = anchor;
    long from = by.counted(fromTick);
    long told = by.told(word);
    long ahead = by.counted(told) + SharedTimeout.delay(word) - from - delayTicks;
    // What has passed since its owner looked, be it a leap, has passed for what was armed before.
    return ahead <= 0 || (told != fromTick && ahead <= nowTick(by) - from);
  }

  /** Where the owner begins. */
  long firstTick() {
    return anchor.tick();
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

  /**
   * Reads the real clock; never less than before. If that has leapt, goes over the leap, or, if
   * there is something left to do, {@link #stays} where it was.
   */
  long advance() {
    Anchor from = anchor;
    long tick = Math.max(lastTick, nowTick(from));
    if (!from.tells(tick)) {
      leap(from, tick);
      return lastTick;
    }
    caughtUp = false;
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
    caughtUp = true;
    Anchor from = anchor;
    if (!stays && lastTick - from.tick() >= ANCHOR_TICKS) {
      Leap leap = from.leap();
      boolean isKept = leap != null && lastTick - leap.lastTick() < LEAP_TICKS;
      drop(from, new Anchor(lastTick, from.leaptTicks(), isKept ? leap : null));
    }
  }

  /** Whether the clock has leapt, and the owner is to catch up before it goes on. */
  boolean stays() {
    return stays;
  }

  /**
   * Goes on behind the last tick of the present anchor and behind all places: so all that is filed
   * is looked at next.
   */
  private void leap(Anchor from, long nowTick) {
    stays = !caughtUp;
    if (stays) {
      return;
    }
    // What is told anew there counts from the slack before it, and is of after the leap.
    long behind = from.lastTick() + 1 + SLACK_TICKS;
    long to = Math.max(behind, lastTick + PLACES_TICKS);
    long by = nowTick - to;
    Leap leap = new Leap(coarse, from.lastTick(), to, by);
    Anchor next = new Anchor(to, from.leaptTicks() + by, leap);
    caughtUp = false;
    lastTick = to;
    drop(from, next);
  }

  /**
   * Replaces the anchor. If its last tick has passed, others may have counted from that.
   *
   * <pre>
   *   other: reads the anchor ........................ reads the clock: past its last tick
   *   owner:                  reads the clock: not yet | stopped | drops the next
   * </pre>
   */
  private void drop(Anchor from, Anchor next) {
    anchor = next;
    if (Mischief.ON) {
      Mischief.point("timeout.anchored");
    }
    if (from.tells(nowTick(from))) {
      return;
    }
    long old = coarse;
    coarse = ASLEEP;
    if (old != ASLEEP) {
      noteUntilNow(old, next);
    }
    noteUntilNow(from.lastTick(), next);
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

  /** When an armed word is due: never before what was asked for, by the real clock. */
  long deadline(long word) {
    return start(word) + SharedTimeout.delay(word);
  }

  /** From when its delay counts. */
  private long start(long word) {
    Anchor by = anchor;
    long told = by.told(word);
    return told - by.nearer(told) + SLACK_TICKS + late.extra(told);
  }

  /** When a timeout is due by its word and by how far it was put off, which is 0 or a word. */
  long deadline(long word, long off) {
    long deadline = deadline(word);
    if (off == 0) {
      return deadline;
    }
    Anchor by = anchor;
    long told = by.told(word);
    if (start(off) < told - by.nearer(told)) {
      return deadline; // who armed after that has yet to take it away, or it is in the word
    }
    return Math.max(deadline, deadline(off));
  }

  /** Whether a word is to be counted from a tick of now, before it is older than it can tell. */
  boolean isOld(long word) {
    Anchor by = anchor;
    long told = by.told(word);
    return lastTick - told >= OLD_TICKS || by.isOld(told);
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
