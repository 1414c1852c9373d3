package org.timehands.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.mischief.Mischief;

/**
 * What is counted of a clock's queue by those who do not hold the shard's lock: a line of the cache
 * of its own, since every arming writes it.
 *
 * <p>Thread-safe.
 */
/*
 * Idle places are counted by sample: to count each would cost who cancels and who arms an atomic
 * addition. Of sixteen armings in a row one is chosen, which one by chance, and its timer's word
 * says so as long as it stands; so exactly those are added whose place becomes idle, and taken off
 * when it is armed or goes. Ranks are given to all armings of the queue in turn: no program can
 * cancel only those that are not counted, except by chance.
 *
 * How many places are left idle beside none that is armed, of 20 million timers that are used once:
 * 34 on average, 120 at most; if other armings come in between, so that chance decides for each, 85
 * on average, and 1157 at most. To count one of eight would halve that, for a nanosecond.
 *
 * field  | read     | write          | guard
 * ranks  | opaque   | fetch-and-add  | none
 * idle   | opaque   | fetch-and-add  | none: for a moment it may be one off for each thread
 * places | opaque   | opaque         | shard lock
 * RANKS, IDLE, PLACES | - | -        | -
 */
final class QueueCounts extends QueueCountsLine {
  /** Of so many armings one is counted while its place is idle: a power of two. */
  static final int ONE_OF = 16;

  /** So many more idle places than armed timers are left alone: a lone timer keeps its place. */
  private static final int SPARE = 2 * ONE_OF;

  private static final VarHandle RANKS;
  private static final VarHandle IDLE;
  private static final VarHandle PLACES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      RANKS = lookup.findVarHandle(QueueCountsLine.class, "ranks", long.class);
      IDLE = lookup.findVarHandle(QueueCountsLine.class, "idle", long.class);
      PLACES = lookup.findVarHandle(QueueCountsLine.class, "places", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  @SuppressWarnings("unused") // the rest of two lines, which the processor fetches together
  private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12;

  QueueCounts() {}

  /** A rank that nobody had before. */
  long takeRank() {
    if (Mischief.ON) {
      Mischief.point("timer.ranks");
    }
    return (long) RANKS.getAndAdd(this, 1L);
  }

  long nextRank() {
    return (long) RANKS.getOpaque(this);
  }

  /** {@link TimerHead#COUNTED} if the arming of a rank, not negative, is one of those, else 0. */
  static long sample(long rank) {
    // Which of its row, as splitmix64 begins (Steele, Lea, Flood 2014): any step is mixed.
    long mixed = (rank / ONE_OF) * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    return ((rank ^ (mixed >>> 40)) & (ONE_OF - 1)) == 0 ? TimerHead.COUNTED : 0;
  }

  /** Counts that a place that is counted has become idle, or no longer is. */
  void addIdle(long more) {
    if (Mischief.ON) {
      Mischief.point("timer.idle");
    }
    IDLE.getAndAdd(this, more);
  }

  void setPlaces(int count) {
    if (Mischief.ON) {
      Mischief.point("timer.places");
    }
    PLACES.setOpaque(this, (long) count);
  }

  /** Whether, by what is counted, there are more idle places than are allowed. */
  boolean isCrowded() {
    if (Mischief.ON) {
      Mischief.point("timer.crowded");
    }
    return isCrowded((long) IDLE.getOpaque(this), (long) PLACES.getOpaque(this));
  }

  /** The same of any numbers: more are idle than are armed, and spared. */
  static boolean isCrowded(long counted, long places) {
    return 2 * ONE_OF * counted > places + SPARE;
  }
}
