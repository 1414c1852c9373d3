package org.timehands.clockevent;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A device that a test drives by hand: it says what it was programmed to, and wakes when it is told
 * to, in time, late, twice, or for nothing.
 *
 * <p>A single-threaded test does not call {@link #await} at all: it looks at {@link
 * #deadlineNanos}, moves its clock and has the timers expire. Thread-safe, for tests with a waiting
 * thread.
 */
public final class SimulatedDevice implements ClockEventDevice {
  /*
   * field         | read         | write        | guard
   * all of them   | synchronized | synchronized | this
   */
  private final LongSupplier clock;
  private long deadline = NEVER;
  private long programs;
  private boolean delivered;
  private boolean kicked;
  private boolean closed;

  /**
   * A device that is not programmed.
   *
   * @param clock the device's clock in nanoseconds, which stands for the host's
   */
  public SimulatedDevice(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Set<Feature> features() {
    return EnumSet.of(Feature.SIMULATED, Feature.REPROGRAMS_SILENTLY, Feature.SLACK_FREE);
  }

  @Override
  public long nowNanos() {
    return clock.getAsLong();
  }

  @Override
  public synchronized void program(long deadlineNanos) {
    deadline = deadlineNanos;
    delivered = false;
    programs++;
    notifyAll();
  }

  /** What it is programmed to; {@link #NEVER} if nothing. */
  public synchronized long deadlineNanos() {
    return deadline;
  }

  /** Whether the programmed instant has passed on the device's clock. */
  public synchronized boolean isDue() {
    return deadline != NEVER && clock.getAsLong() >= deadline;
  }

  /** How often it was programmed or cancelled. */
  public synchronized long programs() {
    return programs;
  }

  /** Wakes who waits, due or not. */
  public synchronized void deliver() {
    delivered = true;
    notifyAll();
  }

  @Override
  public synchronized boolean await() {
    try {
      while (!delivered && !kicked && !closed) {
        wait();
      }
    } catch (InterruptedException ended) {
      return false;
    }
    kicked = false;
    delivered = false;
    return isDue();
  }

  @Override
  public synchronized void kick() {
    kicked = true;
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
