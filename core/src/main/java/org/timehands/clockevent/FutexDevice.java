package org.timehands.clockevent;

import java.util.EnumSet;
import java.util.Set;
import org.timehands.linux.Futex;
import org.timehands.linux.HostClocks;

/**
 * A device that waits for an absolute instant of the host's MONOTONIC clock in futex(2), as {@code
 * clock_nanosleep} does, so that being descheduled before the wait begins does not lengthen it.
 * Subject to the thread's timer slack.
 */
public final class FutexDevice implements ClockEventDevice {
  /*
   * field    | read     | write    | guard
   * deadline | volatile | volatile | none: who writes it signals, and the waiter looks again
   * kicked   | volatile | volatile | none; the waiter takes it
   * closed   | volatile | volatile | none
   *
   * The waiter reads the futex's value before it reads the fields, and the kernel sleeps only while
   * that value stands. Every writer changes the value after its field.
   */
  private final Futex futex = new Futex();
  private volatile long deadline = NEVER;
  private volatile boolean kicked;
  private volatile boolean closed;

  /**
   * A device that is not programmed.
   *
   * @throws UnsupportedOperationException where native access is denied
   */
  public FutexDevice() {}

  @Override
  public String name() {
    return "futex";
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
      futex.signal();
    }
  }

  @Override
  public boolean await() {
    for (;;) {
      int seen = futex.value();
      if (kicked || closed) {
        kicked = false;
        return false;
      }
      long until = deadline;
      if (until != NEVER && nowNanos() >= until) {
        return true;
      }
      futex.await(seen, until);
    }
  }

  @Override
  public void kick() {
    kicked = true;
    futex.signal();
  }

  @Override
  public void close() {
    closed = true;
    futex.signal();
  }
}
