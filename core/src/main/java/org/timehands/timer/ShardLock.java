package org.timehands.timer;

import java.io.Serial;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.mischief.Mischief;

/**
 * A shard's lock: a reentrant one that tries for two microseconds before it parks.
 *
 * <p>Thread-safe.
 */
/*
 * Who arms or cancels holds the lock for some hundred nanoseconds. Two who meet would both pay for
 * a park and an unpark, a hundred times as much. Who expires drops it around each callback.
 */
final class ShardLock extends ReentrantLock {
  @Serial private static final long serialVersionUID = 1;

  private static final int TRIES = 64;

  ShardLock() {}

  @Override
  public void lock() {
    if (Mischief.ON) {
      Mischief.point("timer.lock");
    }
    for (int i = 0; i < TRIES; i++) {
      if (tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    super.lock();
  }

  /** Does something without this lock, which is held before and after. */
  void drop(Runnable meanwhile) {
    unlock();
    try {
      meanwhile.run();
    } finally {
      lock();
    }
  }
}
