package org.timehands.stress.interleave;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A lock between simulated threads: who finds it taken gives the turn away and tries again. */
public final class TurnLock extends ReentrantLock {
  private static final long serialVersionUID = 1L;

  private transient Object holder;

  /** A free lock. */
  public TurnLock() {}

  /** The simulated thread that runs, or nobody. */
  public static Object me() {
    return KeepingRun.worker();
  }

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

  /** One that is met again and again, by nobody's call: who waits looks at what it waits for. */
  @Override
  public Condition newCondition() {
    return new Turns();
  }

  private final class Turns implements Condition {
    @Override
    public long awaitNanos(long nanos) {
      awaitUninterruptibly();
      return nanos;
    }

    @Override
    public void awaitUninterruptibly() {
      unlock();
      KeepingRun.yieldTurn();
      lock();
    }

    @Override
    public void await() {
      awaitUninterruptibly();
    }

    @Override
    public boolean await(long time, TimeUnit unit) {
      awaitUninterruptibly();
      return true;
    }

    @Override
    public boolean awaitUntil(Date deadline) {
      awaitUninterruptibly();
      return true;
    }

    @Override
    public void signal() {}

    @Override
    public void signalAll() {}
  }
}
