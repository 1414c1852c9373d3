package org.timehands.timer;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.timehands.clockevent.Passage;
import org.timehands.timekeeping.ClockId;
import org.timehands.waits.BulkCalls;

/**
 * A pool of threads that runs tasks after a delay or periodically, counted on a timekeeper's
 * MONOTONIC: never early by that clock, whatever the host's does. To be used in place of {@link
 * java.util.concurrent.ScheduledThreadPoolExecutor}, whose rules it keeps: tasks for one instant
 * run in the order of submission, a task that throws is not run again, delayed tasks outlive a
 * shutdown and periodic ones do not, unless told otherwise.
 *
 * <p>Threads of the core stay, unless {@link #allowCoreThreadTimeOut} says otherwise. Those beyond
 * it, and the one of a pool without a core, stay 10 s without work, where the JDK's stay 10 ms: so
 * the last one may hold a JVM's exit up for as long. {@link #setKeepAliveTime} changes that.
 *
 * <p>Thread-safe. Closing the timers makes all delayed tasks wait for ever: shut this down before.
 * Where an {@link java.util.concurrent.Executor} is to run the tasks, use {@link TimerScheduler}.
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
public class TimerExecutor extends ThreadPoolExecutor implements ScheduledExecutorService {
  private static final long KEEP_ALIVE_SECONDS = 10;
  private static final RejectedExecutionHandler ABORT = new AbortPolicy();

  private final Object coreLock = new Object();
  private final Timers timers;
  private final TimerWorkQueue queue;
  private volatile boolean periodicAfterShutdown;
  private volatile boolean delayedAfterShutdown = true;
  private volatile boolean removeOnCancel;
  private volatile boolean stopped;

  /** As {@link #TimerExecutor(int, ThreadFactory)}, with the JDK's default threads. */
  public TimerExecutor(int threads) {
    this(Timers.common(), threads);
  }

  /**
   * A pool on the {@linkplain Timers#common timers that this process shares}.
   *
   * @param threads how many threads it grows to, not negative; with 0 there is one as long as there
   *     are tasks
   * @param factory makes them, platform or virtual
   */
  public TimerExecutor(int threads, ThreadFactory factory) {
    this(Timers.common(), threads, factory);
  }

  /** As {@link #TimerExecutor(int, ThreadFactory, RejectedExecutionHandler)}, default threads. */
  public TimerExecutor(int threads, RejectedExecutionHandler handler) {
    this(threads, Executors.defaultThreadFactory(), handler);
  }

  /**
   * As {@link #TimerExecutor(int, ThreadFactory)}, with a handler.
   *
   * @param threads how many threads it grows to, not negative
   * @param factory makes them, platform or virtual
   * @param handler is given what is submitted after a shutdown
   */
  public TimerExecutor(int threads, ThreadFactory factory, RejectedExecutionHandler handler) {
    this(Timers.common(), threads, factory, handler);
  }

  /** As {@link #TimerExecutor(Timers, int, ThreadFactory)}, with the JDK's default threads. */
  public TimerExecutor(Timers timers, int threads) {
    this(timers, threads, Executors.defaultThreadFactory());
  }

  /** As the constructor with a handler, which here throws. */
  public TimerExecutor(Timers timers, int threads, ThreadFactory factory) {
    this(timers, threads, factory, ABORT);
  }

  /**
   * A pool without threads yet.
   *
   * @param timers what wakes it
   * @param threads how many threads it grows to, not negative; with 0 there is one as long as there
   *     are tasks
   * @param factory makes them, platform or virtual
   * @param handler is given what is submitted after a shutdown
   */
  public TimerExecutor(
      Timers timers, int threads, ThreadFactory factory, RejectedExecutionHandler handler) {
    this(timers, threads, factory, handler, new TimerWorkQueue(timers));
  }

  private TimerExecutor(
      Timers timers,
      int threads,
      ThreadFactory factory,
      RejectedExecutionHandler handler,
      TimerWorkQueue queue) {
    super(
        checkThreads(threads),
        Integer.MAX_VALUE,
        KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        factory,
        handler);
    this.timers = timers;
    this.queue = queue;
  }

  private static int checkThreads(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("a pool of " + threads + " threads: 0 or more will do");
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

  /**
   * Makes of a task what is to be queued and handed out for it: the task itself, unless a subclass
   * overrides this.
   *
   * @param runnable what was submitted
   * @param task the task made of it
   */
  protected <V> RunnableScheduledFuture<V> decorateTask(
      Runnable runnable, RunnableScheduledFuture<V> task) {
    return task;
  }

  /**
   * As {@link #decorateTask(Runnable, RunnableScheduledFuture)}, for what has a result.
   *
   * @param callable what was submitted
   * @param task the task made of it
   */
  protected <V> RunnableScheduledFuture<V> decorateTask(
      Callable<V> callable, RunnableScheduledFuture<V> task) {
    return task;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    return submit(command, triggerNanos(delayUnits, unit), 0);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(callable, "callable");
    ScheduledTask<V> task =
        new ScheduledTask<>(this, callable, triggerNanos(delayUnits, unit));
    return submit(task, decorateTask(callable, task));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialUnits, long periodUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long trigger = triggerNanos(initialUnits, unit);
    return submit(command, trigger, checkPeriod(periodUnits, unit));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialUnits, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long trigger = triggerNanos(initialUnits, unit);
    return submit(command, trigger, -checkPeriod(delayUnits, unit));
  }

  private ScheduledFuture<?> submit(Runnable command, long trigger, long periodNanos) {
    ScheduledTask<Void> task = new ScheduledTask<>(this, command, null, trigger, periodNanos);
    return submit(task, decorateTask(command, task));
  }

  static long checkPeriod(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException(
          "period of " + period + " " + unit + " must be positive: give 1 or more");
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

  Passage passage() {
    return timers.passage();
  }

  long nextRank() {
    return queue.nextRank();
  }

  @Override
  public void setCorePoolSize(int threads) {
    synchronized (coreLock) {
      super.setCorePoolSize(checkThreads(threads));
    }
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

  /* Where time is made by hand, the JDK's own would wait on what nobody lets time pass for. */

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
      throws InterruptedException {
    return timers.waits() != null
        ? this.<T>calls(Long.MAX_VALUE).all(tasks)
        : super.invokeAll(tasks);
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long units, TimeUnit unit)
      throws InterruptedException {
    return timers.waits() != null
        ? this.<T>calls(unit.toNanos(units)).all(tasks)
        : super.invokeAll(tasks, units, unit);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return timers.waits() != null
        ? this.<T>calls(Long.MAX_VALUE).anyEver(tasks)
        : super.invokeAny(tasks);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long units, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return timers.waits() != null
        ? this.<T>calls(unit.toNanos(units)).any(tasks)
        : super.invokeAny(tasks, units, unit);
  }

  private <T> BulkCalls<T> calls(long mostNanos) {
    return new BulkCalls<>(this, passage(), this::nowNanos, mostNanos);
  }

  private <V> RunnableScheduledFuture<V> submit(
      ScheduledTask<V> task, RunnableScheduledFuture<V> decorated) {
    task.queued = decorated;
    if (isShutdown()) {
      getRejectedExecutionHandler().rejectedExecution(decorated, this);
    } else {
      enqueue(decorated);
    }
    return decorated;
  }

  /** Queues a task; undoes that if the pool was shut down meanwhile and the policies drop it. */
  private void enqueue(RunnableScheduledFuture<?> task) {
    queue.add(task);
    if (!mayRun(task) && remove(task)) {
      task.cancel(false);
    } else if (getCorePoolSize() > 0) {
      prestartCoreThread();
    } else {
      startOne();
    }
  }

  /** A pool without a core has a thread as long as there are tasks: sees that one is there. */
  private void startOne() {
    synchronized (coreLock) {
      if (getPoolSize() == 0 && getCorePoolSize() == 0) {
        try {
          super.setCorePoolSize(1);
          prestartCoreThread();
        } finally {
          // Also when the factory throws.
          super.setCorePoolSize(0);
        }
      }
    }
  }

  /** Whether a task may run as things stand; one that is due is no delayed one. */
  boolean mayRun(RunnableScheduledFuture<?> task) {
    return !isShutdown() || (!stopped && outlivesShutdown(task));
  }

  private boolean outlivesShutdown(RunnableScheduledFuture<?> task) {
    return task.isPeriodic()
        ? periodicAfterShutdown
        : delayedAfterShutdown || task.getDelay(TimeUnit.NANOSECONDS) <= 0;
  }

  /** Queues a periodic task again after a run. */
  void requeue(RunnableScheduledFuture<?> task) {
    if (mayRun(task)) {
      enqueue(task);
    } else {
      task.cancel(false);
    }
  }

  /** A task was cancelled. */
  void cancelled(ScheduledTask<?> task) {
    if (removeOnCancel) {
      remove(task.queued);
    }
  }

  @Override
  public void shutdown() {
    super.shutdown();
    dropByPolicy();
  }

  private void dropByPolicy() {
    for (Object each : queue.toArray()) {
      RunnableScheduledFuture<?> task = (RunnableScheduledFuture<?>) each;
      if ((!outlivesShutdown(task) || task.isCancelled()) && queue.remove(task)) {
        task.cancel(false);
      }
    }
    // Lets the pool end if that was all.
    purge();
  }

  @Override
  public boolean awaitTermination(long units, TimeUnit unit) throws InterruptedException {
    boolean passed = passage().awaits(this::isTerminated, unit.toNanos(units));
    return super.awaitTermination(passed ? 0 : units, unit);
  }

  @Override
  public List<Runnable> shutdownNow() {
    stopped = true;
    return super.shutdownNow();
  }
}
