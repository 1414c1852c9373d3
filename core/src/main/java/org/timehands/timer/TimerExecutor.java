package org.timehands.timer;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.timehands.timekeeping.ClockId;

/**
 * A pool of threads that runs tasks after a delay or periodically, counted on a timekeeper's
 * MONOTONIC: never early by that clock, whatever the host's does. To be used in place of {@link
 * java.util.concurrent.ScheduledThreadPoolExecutor}, whose rules it keeps: tasks for one instant
 * run in the order of submission, a task that throws is not run again, delayed tasks outlive a
 * shutdown and periodic ones do not, unless told otherwise.
 *
 * <p>Thread-safe. Closing the timers makes all delayed tasks wait for ever: shut this down before.
 */
/*
 * field                       | read     | write      | guard
 * periodicAfterShutdown       | volatile | volatile   | none
 * delayedAfterShutdown        | volatile | volatile   | none
 * removeOnCancel              | volatile | volatile   | none
 * stopped                     | volatile | once, true | none
 *
 * Shape: as the JDK's, a ThreadPoolExecutor over a queue that gives a task away when it is due.
 * What that class does by package-private methods is done by public ones: a shutdown first stops
 * the pool from taking tasks, then takes out those that the policies drop; purge() lets it end.
 */
public final class TimerExecutor extends ThreadPoolExecutor implements ScheduledExecutorService {
  private static final long KEEP_ALIVE_SECONDS = 10;

  private final Timers timers;
  private final TimerWorkQueue queue;
  private volatile boolean periodicAfterShutdown;
  private volatile boolean delayedAfterShutdown = true;
  private volatile boolean removeOnCancel;
  private volatile boolean stopped;

  /** As {@link #TimerExecutor(Timers, int, ThreadFactory)}, with the JDK's default threads. */
  public TimerExecutor(Timers timers, int threads) {
    this(timers, threads, Executors.defaultThreadFactory());
  }

  /**
   * A pool without threads yet.
   *
   * @param timers what wakes it
   * @param threads how many threads it grows to, at least 1
   * @param factory makes them, platform or virtual
   */
  public TimerExecutor(Timers timers, int threads, ThreadFactory factory) {
    this(timers, threads, factory, new TimerWorkQueue(timers));
  }

  private TimerExecutor(
      Timers timers, int threads, ThreadFactory factory, TimerWorkQueue queue) {
    super(
        checkThreads(threads),
        Integer.MAX_VALUE,
        KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        factory);
    this.timers = timers;
    this.queue = queue;
  }

  private static int checkThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool of " + threads + " threads must have 1 at least");
    }
    return threads;
  }

  /** Whether periodic tasks go on after {@link #shutdown}; false by default. */
  public boolean getContinueExistingPeriodicTasksAfterShutdownPolicy() {
    return periodicAfterShutdown;
  }

  /** Says whether periodic tasks go on after {@link #shutdown}. */
  public void setContinueExistingPeriodicTasksAfterShutdownPolicy(boolean value) {
    periodicAfterShutdown = value;
    if (!value && isShutdown()) {
      dropByPolicy();
    }
  }

  /** Whether delayed tasks run after {@link #shutdown}; true by default. */
  public boolean getExecuteExistingDelayedTasksAfterShutdownPolicy() {
    return delayedAfterShutdown;
  }

  /** Says whether delayed tasks run after {@link #shutdown}. */
  public void setExecuteExistingDelayedTasksAfterShutdownPolicy(boolean value) {
    delayedAfterShutdown = value;
    if (!value && isShutdown()) {
      dropByPolicy();
    }
  }

  /** Whether a cancelled task is taken out of the queue at once; false by default. */
  public boolean getRemoveOnCancelPolicy() {
    return removeOnCancel;
  }

  /** Says whether a cancelled task is taken out of the queue at once. */
  public void setRemoveOnCancelPolicy(boolean value) {
    removeOnCancel = value;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    return submit(new ScheduledTask<>(this, command, null, triggerNanos(delayUnits, unit), 0));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(callable, "callable");
    return submit(new ScheduledTask<>(this, callable, triggerNanos(delayUnits, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialUnits, long periodUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    return submit(
        new ScheduledTask<>(
            this, command, null, triggerNanos(initialUnits, unit), checkPeriod(periodUnits, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialUnits, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    return submit(
        new ScheduledTask<>(
            this, command, null, triggerNanos(initialUnits, unit), -checkPeriod(delayUnits, unit)));
  }

  private static long checkPeriod(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException(
          "period of " + period + " " + unit + " must be positive");
    }
    return unit.toNanos(period);
  }

  private long triggerNanos(long delay, TimeUnit unit) {
    return triggerNanos(unit.toNanos(delay));
  }

  long triggerNanos(long delayNanos) {
    return Periods.sum(nowNanos(), Math.max(0, delayNanos));
  }

  long nowNanos() {
    return timers.nanos(ClockId.MONOTONIC);
  }

  long nextRank() {
    return queue.nextRank();
  }

  /**
   * Sets how many threads there are.
   *
   * @param threads at least 1: a pool without threads would never run a task
   */
  @Override
  public void setCorePoolSize(int threads) {
    super.setCorePoolSize(checkThreads(threads));
  }

  @Override
  public void execute(Runnable command) {
    Future<?> _ = schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return schedule(task, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public <T> Future<T> submit(Runnable task, T result) {
    return schedule(Executors.callable(task, result), 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public <T> Future<T> submit(Callable<T> task) {
    return schedule(task, 0, TimeUnit.NANOSECONDS);
  }

  private <V> ScheduledTask<V> submit(ScheduledTask<V> task) {
    if (isShutdown()) {
      getRejectedExecutionHandler().rejectedExecution(task, this);
      return task;
    }
    enqueue(task);
    return task;
  }

  /** Queues a task; undoes that if the pool was shut down meanwhile and the policies drop it. */
  private void enqueue(ScheduledTask<?> task) {
    queue.add(task);
    if (!mayRun(task) && remove(task)) {
      task.cancel(false);
    } else {
      prestartCoreThread();
    }
  }

  /** Whether a task may run as things stand. */
  boolean mayRun(ScheduledTask<?> task) {
    if (!isShutdown()) {
      return true;
    }
    return !stopped && (task.isPeriodic() ? periodicAfterShutdown : keepsDelayed(task));
  }

  /** A task that is due is no delayed one. */
  private boolean keepsDelayed(ScheduledTask<?> task) {
    return delayedAfterShutdown || task.getDelay(TimeUnit.NANOSECONDS) <= 0;
  }

  /** Queues a periodic task again after a run. */
  void requeue(ScheduledTask<?> task) {
    if (mayRun(task)) {
      enqueue(task);
    } else {
      task.cancel(false);
    }
  }

  /** A task was cancelled. */
  void cancelled(ScheduledTask<?> task) {
    if (removeOnCancel) {
      remove(task);
    }
  }

  @Override
  public void shutdown() {
    super.shutdown();
    dropByPolicy();
  }

  private void dropByPolicy() {
    for (Object each : queue.toArray()) {
      if (each instanceof RunnableScheduledFuture<?> task) {
        boolean keep =
            task.isPeriodic()
                ? periodicAfterShutdown
                : delayedAfterShutdown || task.getDelay(TimeUnit.NANOSECONDS) <= 0;
        if ((!keep || task.isCancelled()) && queue.remove(task)) {
          task.cancel(false);
        }
      }
    }
    // Lets the pool end if that was all.
    purge();
  }

  @Override
  public List<Runnable> shutdownNow() {
    stopped = true;
    return super.shutdownNow();
  }
}
