package org.timehands.stress.interleave;

import java.util.concurrent.locks.ReentrantLock;

/** A lock between simulated threads: who finds it taken gives the turn away and tries again. */
public final class TurnLock extends ReentrantLock {
  private static final long serialVersionUID = 1L;

  private transient Object holder;

  /** A free lock. */
  public TurnLock() {}

  @Override
  public void lock() {
    Object me = KeepingRun.worker();
    while (holder != null && holder != me) {
      KeepingRun.yieldTurn();
    }
    holder = me;
  }

  @Override
  public void unlock() {
    holder = null;
  }

  @Override
  public boolean isHeldByCurrentThread() {
    return holder != null && holder == KeepingRun.worker();
  }
}
