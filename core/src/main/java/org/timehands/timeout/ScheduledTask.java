package org.timehands.timeout;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.timehands.clockevent.Passage;
import org.timehands.waits.AwaitedTask;

/** A task of a {@link TimeoutScheduler}: waits on its wheel, runs on its workers. */
final class ScheduledTask<V> extends AwaitedTask<V> implements RunnableScheduledFuture<V> {
  /*
   * field   | read     | write    | guard
   * atNanos | volatile | volatile | whoever runs the task, before it is armed again
   * gone    | -        | exchange | whoever turns it on counts the task out
   */
  private final TimeoutScheduler scheduler;
  private final Timeout timeout;
  private final long order;
  /** Above 0 a rate, below 0 a delay after each run, 0 for a single run. */
  private final long periodNanos;

  private final AtomicBoolean gone = new AtomicBoolean();
  private volatile long atNanos;

  ScheduledTask(TimeoutScheduler scheduler, Callable<V> task, long atNanos, long periodNanos) {
    super(task);
    this.scheduler = scheduler;
    this.order = scheduler.nextOrder();
    this.atNanos = atNanos;
    this.periodNanos = periodNanos;
    this.timeout = scheduler.timeoutOf(this);
  }

  Timeout timeout() {
    return timeout;
  }

  long atNanos() {
    return atNanos;
  }

  /** True for the first caller. */
  boolean goes() {
    return !gone.getAndSet(true);
  }

  @Override
  public boolean isPeriodic() {
    return periodNanos != 0;
  }

  /** On the wheel's thread. */
  void due() {
    scheduler.hand(this);
  }

  /** On a worker. */
  @Override
  public void run() {
    if (!scheduler.mayRun(this)) {
      cancel(false);
    } else if (!isPeriodic()) {
      super.run();
    } else if (super.runAndReset()) {
      atNanos = periodNanos > 0 ? plus(atNanos, periodNanos) : scheduler.later(-periodNanos);
      scheduler.again(this);
    }
  }

  private static long plus(long at, long more) {
    return at > Long.MAX_VALUE - more ? Long.MAX_VALUE : at + more;
  }

  @Override
  protected Passage passage() {
    return scheduler.passage();
  }

  /** Called once, whether it ran, threw or was cancelled. */
  @Override
  protected void done() {
    scheduler.ended(this);
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(atNanos - scheduler.now(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    if (other instanceof ScheduledTask<?> task) {
      int byTime = Long.compare(atNanos, task.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, task.order);
    }
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
