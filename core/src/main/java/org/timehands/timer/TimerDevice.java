package org.timehands.timer;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.timekeeping.ClockId;

/**
 * A clock event device that one precise timer drives: whoever waits on it is woken when {@link
 * Timers} wake, by their device and in their tick mode.
 *
 * <p>So the coarse programs the next event of the precise, and a process in ticks wakes at ticks
 * only. For the owners of timeouts, which must be closed before the timers are:
 *
 * <pre>{@code
 * Timeouts timeouts =
 *     timehands.timeouts(TimeoutsOptions.DEFAULT.withDevices(() -> new TimerDevice(timers)));
 * }</pre>
 *
 * <p>Its clock is the timers' MONOTONIC. A wait ends at the programmed instant, or with a beat at
 * the first tick at or after it. Threads: as every {@link ClockEventDevice}.
 */
public final class TimerDevice implements ClockEventDevice {
  /*
   * field                    | read         | write        | guard
   * deadline, kicked, closed | synchronized | synchronized | this
   *
   * The lock is never held around a call of the timers: their callback takes it.
   */
  private final Timers timers;
  private final ClockTimer timer;
  private long deadline = NEVER;
  private boolean kicked;
  private boolean closed;

  /**
   * A device that is not programmed.
   *
   * @param timers wake it; one hard timer of theirs is its own
   */
  public TimerDevice(Timers timers) {
    this.timers = Objects.requireNonNull(timers, "timers");
    this.timer = timers.timer((expiring, now) -> expired());
  }

  private synchronized TimerCallback.Next expired() {
    notifyAll();
    return TimerCallback.Next.DONE;
  }

  @Override
  public String name() {
    return "timer";
  }

  @Override
  public Set<Feature> features() {
    return EnumSet.of(Feature.REPROGRAMS_SILENTLY);
  }

  @Override
  public long nowNanos() {
    return timers.nanos(ClockId.MONOTONIC);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the timers are closed
   */
  @Override
  public void program(long deadlineNanos) {
    synchronized (this) {
      deadline = deadlineNanos;
    }
    if (deadlineNanos == NEVER) {
      timer.tryCancel();
    } else {
      timer.arm(ClockId.MONOTONIC, deadlineNanos);
    }
  }

  @Override
  public synchronized boolean await() {
    try {
      while (!closed && !kicked) {
        if (deadline != NEVER && nowNanos() >= deadline) {
          return true;
        }
        wait();
      }
    } catch (InterruptedException ended) {
      return false;
    }
    kicked = false;
    return false;
  }

  @Override
  public synchronized void kick() {
    kicked = true;
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    timer.discard();
  }
}
