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
 * field  | read     | write          | guard
 * ranks  | opaque   | fetch-and-add  | none
 * armed  | opaque   | fetch-and-add  | none: for a moment it may be one off for each thread
 * places | opaque   | opaque         | shard lock
 * RANKS, ARMED, PLACES | - | -       | -
 */
final class QueueCounts extends QueueCountsLine {
  private static final VarHandle RANKS;
  private static final VarHandle ARMED;
  private static final VarHandle PLACES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      RANKS = lookup.findVarHandle(QueueCountsLine.class, "ranks", long.class);
      ARMED = lookup.findVarHandle(QueueCountsLine.class, "armed", long.class);
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

  void addArmed(long more) {
    if (Mischief.ON) {
      Mischief.point("timer.armed");
    }
    ARMED.getAndAdd(this, more);
  }

  long armed() {
    return Math.max(0, (long) ARMED.getOpaque(this));
  }

  void setPlaces(int count) {
    if (Mischief.ON) {
      Mischief.point("timer.places");
    }
    PLACES.setOpaque(this, (long) count);
  }

  /** Whether there are more idle places than are allowed. */
  boolean isCrowded() {
    if (Mischief.ON) {
      Mischief.point("timer.crowded");
    }
    return (long) PLACES.getOpaque(this) > 2 * armed() + TimerHeap.SPARE;
  }
}
