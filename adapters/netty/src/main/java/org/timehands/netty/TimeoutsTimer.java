package org.timehands.netty;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.timehands.timeout.LateArms;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/**
 * Netty's {@link Timer} on {@link Timeouts}: in the place of {@code HashedWheelTimer}.
 *
 * <pre>{@code
 * // was: Timer timer = new HashedWheelTimer(100, TimeUnit.MILLISECONDS);
 * Timer timer =
 *     new TimeoutsTimer(
 *         clocks::monotonicNanos, TimeoutsOptions.DEFAULT.withTickNanos(100_000_000));
 * }</pre>
 *
 * <p>Never early, asleep when nothing is due, late by up to an eighth of the delay and a tick of
 * the options, or 4 ms if that is shorter. (A wheel may be late by four of its own ticks: so the
 * one below ticks eight times as often, but not more than once a millisecond because of that.)
 * A cancelled timeout leaves the wheel at once, and {@link TimerTask#cancelled} is called by the
 * thread that cancels it, before {@link Timeout#cancel} returns. Tasks run on the wheel's thread,
 * or on the executor of the options; which of them throws or is slow is told to the listener of the
 * options, as the {@link Timeout} that has the task. The wheel's thread is a daemon: unlike Netty's
 * it does not keep a process alive.
 *
 * <p>Thread-safe.
 */
public final class TimeoutsTimer implements Timer {
  /*
   * field   | read   | write    | guard
   * pending | atomic | atomic   | none: pending timeouts, those that are being made included
   * stopped | atomic | exchange | none
   */
  private static final long MILLI = 1_000_000;
  private static final long FINER = 8;

  private final Timeouts timeouts;
  private final LongSupplier nanos;
  private final TimeoutsOptions options;
  private final long mostPending;
  private final AtomicLong pending = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * A timer with a wheel of its own.
   *
   * @param nanos a clock that never goes back, such as {@code clocks::monotonicNanos}
   * @param options of the wheel; what is armed after the stop is refused, whatever they say
   */
  public TimeoutsTimer(LongSupplier nanos, TimeoutsOptions options) {
    this(nanos, options, 0);
  }

  /**
   * A timer with a limit.
   *
   * @param nanos a clock that never goes back
   * @param options of the wheel
   * @param mostPending how many may be pending; 0 or less for any number
   */
  public TimeoutsTimer(LongSupplier nanos, TimeoutsOptions options, long mostPending) {
    TimeoutsOptions finer = options.withTickNanos(wheelTickNanos(options.tickNanos()));
    this.timeouts = Timeouts.start(nanos, finer.withLateArms(LateArms.REFUSE));
    this.nanos = nanos;
    this.options = options;
    this.mostPending = mostPending;
  }

  private static long wheelTickNanos(long tickNanos) {
    return Math.min(tickNanos, Math.max(MILLI, tickNanos / FINER));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException after {@link #stop}
   */
  @Override
  public Timeout newTimeout(TimerTask task, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(unit, "unit");
    long count = pending.incrementAndGet();
    if (mostPending > 0 && count > mostPending) {
      pending.decrementAndGet();
      throw new RejectedExecutionException(
          count + " pending timeouts would be more than the " + mostPending
              + " allowed; cancel some, or make the timer with a higher limit");
    }
    boolean armed = false;
    try {
      long delay = Math.max(0, unit.toNanos(delayUnits));
      long now = nanos.getAsLong();
      long at = delay > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + delay;
      NettyTimeout made = new NettyTimeout(this, task, at);
      arm(made, delay);
      armed = true;
      return made;
    } finally {
      if (!armed) { // stopped, or the clock failed, or there is no memory
        pending.decrementAndGet();
      }
    }
  }

  private static void arm(NettyTimeout made, long delayNanos) {
    try {
      made.arm(delayNanos);
    } catch (IllegalStateException isStopped) {
      throw new IllegalStateException("this timer is stopped: make another", isStopped);
    }
  }

  /**
   * Ends the timer, and waits for a task that the wheel's thread runs; that is not interrupted. One
   * that waits for the executor of the options still runs.
   *
   * @return what was pending and is cancelled now, without a call of {@link TimerTask#cancelled};
   *     empty the second time
   * @throws IllegalStateException from a task of this timer, unless an executor runs it
   */
  @Override
  public Set<Timeout> stop() {
    if (options.executor() == null && NettyTimeout.isRunningOn(this)) {
      throw new IllegalStateException(
          "stop() in a task of this timer would wait for it: call it elsewhere");
    }
    Set<Timeout> left = new HashSet<>();
    if (!stopped.getAndSet(true)) {
      for (org.timehands.timeout.Timeout each : timeouts.shutdown()) {
        NettyTimeout timeout = (NettyTimeout) each.attachment();
        if (timeout != null && timeout.end()) {
          left.add(timeout);
        }
      }
    }
    return left;
  }

  /** How many timeouts are pending. */
  public long pendingTimeouts() {
    return pending.get();
  }

  Timeouts timeouts() {
    return timeouts;
  }

  long now() {
    return nanos.getAsLong();
  }

  void failed(TimerTask task, Throwable thrown) {
    options.listener().failed(task, thrown);
  }

  void left() {
    pending.decrementAndGet();
  }
}
