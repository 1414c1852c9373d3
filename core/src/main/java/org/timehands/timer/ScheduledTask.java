package org.timehands.timer;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.timehands.clockevent.Passage;
import org.timehands.waits.AwaitedTask;

/** A task of a {@link TimerExecutor}, with the instant at which it is due. */
/*
 * field        | read             | write             | guard
 * triggerNanos | whoever          | the running thread | not queued while written; the queue's lock
 *              |                  |                    | orders it after
 * position     | queue            | queue              | the queue's lock
 * queued       | whoever          | who submits it     | written once, before it is queued
 */
final class ScheduledTask<V> extends AwaitedTask<V> implements RunnableScheduledFuture<V> {
  private final TimerExecutor owner;
  private final long rank;

  /** Positive: fixed rate; negative: fixed delay; 0: once. */
  private final long periodNanos;

  private long triggerNanos;

  /** Where it stands in the queue's heap; -1 if nowhere. */
  int position = -1;

  /** What is queued for this: itself, unless a subclass of the pool decorates it. */
  RunnableScheduledFuture<?> queued = this;

  ScheduledTask(
      TimerExecutor owner, Runnable command, V result, long triggerNanos, long periodNanos) {
    super(Executors.callable(command, result));
    this.owner = owner;
    this.rank = owner.nextRank();
    this.triggerNanos = triggerNanos;
    this.periodNanos = periodNanos;
  }

  ScheduledTask(TimerExecutor owner, Callable<V> callable, long triggerNanos) {
    super(callable);
    this.owner = owner;
    this.rank = owner.nextRank();
    this.triggerNanos = triggerNanos;
    this.periodNanos = 0;
  }

  long triggerNanos() {
    return triggerNanos;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(triggerNanos - owner.nowNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    if (equals(other)) {
      return 0;
    }
    if (other instanceof ScheduledTask<?> task) {
      int byTime = Long.compare(triggerNanos, task.triggerNanos);
      return byTime != 0 ? byTime : Long.compare(rank, task.rank);
    }
    return Long.compare(
        getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  @Override
  public boolean isPeriodic() {
    return periodNanos != 0;
  }

  @Override
  protected Passage passage() {
    return owner.passage();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      owner.cancelled(this);
    }
    return cancelled;
  }

  @Override
  public void run() {
    if (!owner.mayRun(this)) {
      cancel(false);
    } else if (!isPeriodic()) {
      super.run();
    } else if (super.runAndReset()) {
      triggerNanos =
          periodNanos > 0
              ? Periods.sum(triggerNanos, periodNanos)
              : owner.triggerNanos(-periodNanos);
      owner.requeue(queued);
    }
  }
}
