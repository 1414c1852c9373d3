package org.timehands.clockevent;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.timehands.linux.HostClocks;

/**
 * The device that works everywhere: parks the waiting thread, platform or virtual, by the JVM's own
 * means. Subject to the thread's timer slack.
 */
public final class ParkDevice implements ClockEventDevice {
  /*
   * field    | read     | write    | guard
   * deadline | volatile | volatile | none: the waiter looks again after each park
   * sleeper  | volatile | volatile | written by the waiter alone
   * kicked   | volatile | volatile | none; the waiter takes it
   * closed   | volatile | volatile | none
   *
   * The waiter stores itself in sleeper, then reads deadline; program stores deadline, then reads
   * sleeper. With all four volatile at least one of them sees the other, so no earlier instant is
   * slept over.
   */
  private volatile long deadline = NEVER;
  private volatile Thread sleeper;
  private volatile boolean kicked;
  private volatile boolean closed;

  /** A device that is not programmed. */
  public ParkDevice() {}

  @Override
  public String name() {
    return "park";
  }

  @Override
  public Set<Feature> features() {
    return EnumSet.noneOf(Feature.class);
  }

  @Override
  public long nowNanos() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  @Override
  public void program(long deadlineNanos) {
    long before = deadline;
    deadline = deadlineNanos;
    if (deadlineNanos < before) {
      LockSupport.unpark(sleeper);
    }
  }

  @Override
  public boolean await() {
    sleeper = Thread.currentThread();
    try {
      while (!closed) {
        if (kicked) {
          kicked = false;
          return false;
        }
        long until = deadline;
        long now = nowNanos();
        if (until != NEVER && now >= until) {
          return true;
        }
        // parkNanos returns at once while the thread is interrupted: this would spin.
        if (Thread.interrupted()) {
          return false;
        }
        LockSupport.parkNanos(this, until == NEVER ? NEVER : until - now);
      }
      return false;
    } finally {
      sleeper = null;
    }
  }

  @Override
  public void kick() {
    kicked = true;
    LockSupport.unpark(sleeper);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sleeper);
  }
}
