package org.timehands.bench.alternatives;

import java.util.concurrent.locks.StampedLock;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;

/**
 * The timeline behind {@link StampedLock}: what a Java programmer reaches for. A reader tries
 * without the lock, and takes it if a writer was there.
 *
 * <p>Hazards: all of {@link SeqlockClock}'s, but that a reader parks in place of spinning; and
 *
 * <ul>
 *   <li>a reader that waits allocates a node, and may be put to sleep by the scheduler, so that
 *       the worst read costs two context switches more than the writer's own pause;
 *   <li>readers that hold the lock keep the writer out: the clock is steered late;
 *   <li>it is an object of one heap: other processes cannot share it.
 * </ul>
 */
public final class StampedLockClock implements Alternative {
  private final StampedLock lock = new StampedLock();
  private final LineWords line;

  /** A clock whose MONOTONIC is 0 at a cycle. */
  public StampedLockClock(long startCycles, Slope slope) {
    line = new LineWords(startCycles, slope);
  }

  @Override
  public String title() {
    return "StampedLock";
  }

  @Override
  public long monotonic() {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      long nanos = line.mono(Counter.readOrdered());
      if (lock.validate(stamp)) {
        return nanos;
      }
    }
    stamp = lock.readLock();
    try {
      return line.mono(Counter.readOrdered());
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public long monotonicRelaxed() {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      long nanos = line.mono(Counter.readRelaxed());
      if (lock.validate(stamp)) {
        return nanos;
      }
    }
    return monotonic();
  }

  @Override
  public long realtime() {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      long nanos = line.real(Counter.readOrdered());
      if (lock.validate(stamp)) {
        return nanos;
      }
    }
    stamp = lock.readLock();
    try {
      return line.real(Counter.readOrdered());
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public void sample(AllClocks into) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      line.fill(into, Counter.readOrdered());
      if (lock.validate(stamp)) {
        return;
      }
    }
    stamp = lock.readLock();
    try {
      line.fill(into, Counter.readOrdered());
    } finally {
      lock.unlockRead(stamp);
    }
  }

  @Override
  public void update(Slope slope, Runnable midway) {
    long stamp = lock.writeLock();
    try {
      line.advance(Counter.readOrdered(), slope);
      midway.run();
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
