package org.timehands.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.mischief.Mischief;

/**
 * What arming and cancelling touch of a timer that keeps its place, laid out first: fields of a
 * superclass come right behind the object's header, so one line of the cache mostly has them all,
 * where a miss is what a call costs.
 */
/*
 * One word says who decides about a timer.
 *
 *   HELD | slack  the shard's lock does; ClockTimer's fields say what it is armed for
 *   nanos         armed on MONOTONIC without slack; whoever changes the word decides
 *   IDLE | nanos  not armed, by the same rule; nanos is what it was armed for
 *
 * and COUNTED with the latter two, if this arming is one of those whose idle places are counted:
 * see QueueCounts.
 *
 * It is HELD unless it has a place in MONOTONIC's queue and is not running. Who has the shard's
 * lock and wants to know takes hold of it: from then on the fields are true and nobody else changes
 * them, until it is let go (TimerHeap.hold, release). Without the lock:
 *
 *   cancel  nanos -> IDLE | nanos
 *   arm     a new rank; nanos, or IDLE | nanos -> the new nanos; read placeNanos
 *
 * A place is looked at when its own key has come, placeNanos; so who has armed for that or later is
 * done. (Not who has armed for what the word said or later: whoever wrote that may not have seen to
 * the place yet.) A place moves to a later key while its timer is held, and the word may be let go
 * with the value it had. Whoever armed meanwhile did not notice:
 *
 *   arms: word is 50, place 10             owns the lock: holds; place = 50; lets go: word is 50
 *   arms: word 50 -> 20; place is 50: too late
 *
 * which is why placeNanos is read after the word was changed: the place of a timer that was held
 * later follows the new word. Then the one who armed takes the lock and sees to the place
 * (TimerInterleavingTest; planted there: the read before).
 *
 * The rank is written before the word, so whoever sees the arming has it. One whose change of the
 * word fails has written one, too, even while the timer is held; it arms by the lock then, and what
 * came in between only sees the timer change places with others of the same instant a little
 * sooner.
 *
 * field      | read             | write          | guard
 * word       | volatile         | CAS, release   | none; slack: shard lock, while held
 * rank       | opaque           | opaque         | none: before the word
 * placeNanos | volatile, opaque | opaque         | shard lock, while held: the release of the word
 * WORD, RANK, PLACE | -         | -              | -
 */
abstract sealed class TimerHead permits ClockTimer {
  /** The shard's lock decides. */
  static final long HELD = 1L << 62;

  /** Not armed. */
  static final long IDLE_BIT = Long.MIN_VALUE;

  /** While it is not armed, its place is counted. */
  static final long COUNTED = 1L << 61;

  private static final VarHandle WORD;
  private static final VarHandle RANK;
  private static final VarHandle PLACE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(TimerHead.class, "word", long.class);
      RANK = lookup.findVarHandle(TimerHead.class, "rank", long.class);
      PLACE = lookup.findVarHandle(TimerHead.class, "placeNanos", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final TimerShard shard;
  @SuppressWarnings("UnusedVariable") // by their handles
  private long rank;

  private volatile long word = HELD;
  @SuppressWarnings("UnusedVariable")
  private long placeNanos;

  TimerHead(TimerShard shard) {
    this.shard = shard;
  }

  /** The word, to be looked at with {@link #isFree} and {@link #isArmed}. */
  final long word() {
    if (Mischief.ON) {
      Mischief.point("timer.word.read");
    }
    return word;
  }

  /** Whether a word may be changed without the lock. */
  static boolean isFree(long word) {
    return (word & HELD) == 0;
  }

  /** Whether a free word is that of an armed timer. */
  static boolean isArmed(long word) {
    return word >= 0;
  }

  /** What a free word's timer is, or was, armed for; of a held word's the slack. */
  static long nanos(long word) {
    return word & (COUNTED - 1);
  }

  /** Whether a free word's timer is one of those that are counted while they are not armed. */
  static boolean isCounted(long word) {
    return (word & COUNTED) != 0;
  }

  /** Whether an instant fits into a word: 73 years. */
  static boolean fits(long nanos) {
    return nanos >= 0 && nanos < COUNTED;
  }

  /**
   * Whether it has a shard and a place, as every timer does whose word is free. Who cancels asks,
   * to fetch them while it waits for the word: most timers are armed again, and with three of eight
   * these lie on another line of the cache.
   */
  final boolean isWhole() {
    return shard != null && (long) PLACE.getOpaque(this) >= 0;
  }

  final boolean change(long from, long to) {
    if (Mischief.ON) {
      Mischief.point("timer.word");
    }
    return WORD.compareAndSet(this, from, to);
  }

  /** What is allowed beyond the instant, of a timer that is held; of others 0. */
  final long slackNanos() {
    long seen = word;
    return isFree(seen) ? 0 : nanos(seen);
  }

  /** Sets that; the lock is held, and so is this. More than 73 years count as 73. */
  final void setSlackNanos(long slackNanos) {
    if (Mischief.ON) {
      Mischief.point("timer.slack");
    }
    WORD.setRelease(this, HELD | Math.min(slackNanos, COUNTED - 1));
  }

  /** Lets go; the lock is held, and so is this. */
  final void free(long freeWord) {
    if (Mischief.ON) {
      Mischief.point("timer.free");
    }
    WORD.setRelease(this, freeWord);
  }

  final void setRank(long newRank) {
    if (Mischief.ON) {
      Mischief.point("timer.rank");
    }
    RANK.setOpaque(this, newRank);
  }

  final long rank() {
    return (long) RANK.getOpaque(this);
  }

  final void setPlaceNanos(long nanos) {
    if (Mischief.ON) {
      Mischief.point("timer.place");
    }
    PLACE.setOpaque(this, nanos);
  }

  final long placeNanos() {
    if (Mischief.ON) {
      Mischief.point("timer.place.read");
    }
    return (long) PLACE.getVolatile(this);
  }
}
