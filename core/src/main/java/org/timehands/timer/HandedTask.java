package org.timehands.timer;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.timehands.clockevent.Passage;
import org.timehands.waits.AwaitedTask;

/** A task of a {@link TimerScheduler}, which is handed to an executor when it is due. */
/*
 * field        | read       | write      | guard
 * triggerNanos | volatile   | volatile   | whoever runs the task, before it is armed again
 * runner       | under lock | under lock | the scheduler's lock
 */
final class HandedTask<V> extends AwaitedTask<V> implements RunnableScheduledFuture<V> {
  private final TimerScheduler owner;
  private final long rank;

  /** Positive: fixed rate; negative: fixed delay; 0: once. */
  private final long periodNanos;

  final ClockTimer timer;
  private volatile long triggerNanos;

  /** Who runs it now; null if nobody. */
  Thread runner;

  HandedTask(TimerScheduler owner, Callable<V> callable, long triggerNanos, long periodNanos) {
    super(callable);
    this.owner = owner;
    this.rank = owner.nextRank();
    this.triggerNanos = triggerNanos;
    this.periodNanos = periodNanos;
    this.timer = owner.timerOf(this);
  }

  long triggerNanos() {
    return triggerNanos;
  }

  @Override
  public boolean isPeriodic() {
    return periodNanos != 0;
  }

  @Override
  public void run() {
    if (!owner.begin(this)) {
      // The executor may still hold what shutdownNow gave back, undone.
      if (owner.isOpen(this)) {
        cancel(false);
      }
      return;
    }
    boolean again = false;
    try {
      if (isPeriodic()) {
        again = super.runAndReset();
      } else {
        super.run();
      }
    } finally {
      owner.end(this);
    }
    if (again) {
      triggerNanos =
          periodNanos > 0
              ? Periods.sum(triggerNanos, periodNanos)
              : owner.triggerNanos(-periodNanos);
      owner.again(this);
    }
  }

  @Override
  protected Passage passage() {
    return owner.passage();
  }

  @Override
  protected void done() {
    owner.done(this);
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
    if (other instanceof HandedTask<?> task) {
      int byTime = Long.compare(triggerNanos, task.triggerNanos);
      return byTime != 0 ? byTime : Long.compare(rank, task.rank);
    }
    return Long.compare(
        getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  /** By identity: two tasks are never the same. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
