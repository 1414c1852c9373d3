package org.timehands.timer;

import java.util.Objects;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.History;
import org.timehands.timeline.Segment;

/** The clocks of a timekeeper, for timers. Thread-safe. */
final class KeeperClocks implements TimerClocks {
  /** Where nobody tells of a set, an absolute timer is late by this at most after one. */
  static final long BLIND_WAIT_NANOS = 1_000_000_000;

  private final Timekeeper keeper;

  KeeperClocks(Timekeeper keeper) {
    this.keeper = Objects.requireNonNull(keeper, "keeper");
  }

  @Override
  public long longestBlindWaitNanos() {
    return keeper.timekeeping().isPresent() ? Long.MAX_VALUE : BLIND_WAIT_NANOS;
  }

  @Override
  public void read(ClockView into) {
    Snapshot now = keeper.snapshot(into.snapshot());
    into.set(now.monotonicNanos(), now.realtimeNanos(), now.boottimeNanos(), now.taiNanos());
    into.setSequence(now.clockWasSetSeq());
  }

  @Override
  public long monotonicNanos() {
    return keeper.monotonicNanos();
  }

  @Override
  public long nextJumpMonotonicNanos(ClockView view) {
    History history = keeper.history();
    Segment newest = view.segment();
    // A segment that is reused while we look is so old that a newer one has told its listeners.
    return history.segment(history.newest(), newest) == -1 || newest.leapSign() == 0
        ? NO_JUMP
        : newest.leapAtMonoNanos;
  }
}
