package org.timehands.timer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.clockevent.Passage;
import org.timehands.timekeeping.ClockId;
import org.timehands.waits.AwaitedTask;
import org.timehands.waits.BulkCalls;

/**
 * A {@link ScheduledExecutorService} that has no threads: when a task is due, it is handed to an
 * {@link Executor}, such as a pool, an event loop or {@code Thread::startVirtualThread}.
 *
 * <p>The rules of {@link java.util.concurrent.ScheduledThreadPoolExecutor} hold: never early, here
 * by a timekeeper's MONOTONIC; tasks for one instant are handed over in the order of submission; a
 * periodic task never runs beside itself, and not again after it threw; delayed tasks outlive a
 * shutdown and periodic ones do not, unless told otherwise. A task that is cancelled is forgotten
 * at once. One that the executor rejects when it is due is cancelled, and so is one at which it
 * fails, which the timers report; {@link #execute} and {@code submit} throw what the executor
 * throws.
 *
 * <p>The executor is not shut down with this. Closing the timers makes what is delayed wait for
 * ever: shut this down before. Thread-safe.
 */
/*
 * field                 | read       | write      | guard
 * state, runs, open     | under lock | under lock | lock
 * ranks                 | under lock | under lock | lock
 * periodicAfterShutdown | under lock | under lock | lock
 * delayedAfterShutdown  | under lock | under lock | lock
 *
 * A task is open from its submission until it is done, or given back by shutdownNow. The lock is
 * never held while a task is run, armed, cancelled or handed over: all of those may come back here.
 */
public final class TimerScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {
  private enum State {
    RUNNING,
    SHUTDOWN,
    STOPPED
  }

  private final Timers timers;
  private final Executor executor;
  private final int shard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition terminated = lock.newCondition();
  private final Set<HandedTask<?>> open = new LinkedHashSet<>();
  private State state = State.RUNNING;
  private int runs;
  private long ranks;
  private boolean periodicAfterShutdown;
  private boolean delayedAfterShutdown = true;

  /**
   * A scheduler without tasks.
   *
   * @param timers what says when a task is due
   * @param executor runs the tasks; what runs them on the thread that submits is allowed, but then
   *     a task delays all timers
   */
  public TimerScheduler(Timers timers, Executor executor) {
    this.timers = Objects.requireNonNull(timers, "timers");
    this.executor = Objects.requireNonNull(executor, "executor");
    this.shard = timers.shardOfThread();
  }

  /** Whether periodic tasks go on after {@link #shutdown}; false by default. */
  public boolean getContinueExistingPeriodicTasksAfterShutdownPolicy() {
    lock.lock();
    try {
      return periodicAfterShutdown;
    } finally {
      lock.unlock();
    }
  }

  /** Says whether periodic tasks go on after {@link #shutdown}. */
  public void setContinueExistingPeriodicTasksAfterShutdownPolicy(boolean value) {
    setPolicies(value, getExecuteExistingDelayedTasksAfterShutdownPolicy());
  }

  /** Whether delayed tasks run after {@link #shutdown}; true by default. */
  public boolean getExecuteExistingDelayedTasksAfterShutdownPolicy() {
    lock.lock();
    try {
      return delayedAfterShutdown;
    } finally {
      lock.unlock();
    }
  }

  /** Says whether delayed tasks run after {@link #shutdown}. */
  public void setExecuteExistingDelayedTasksAfterShutdownPolicy(boolean value) {
    setPolicies(getContinueExistingPeriodicTasksAfterShutdownPolicy(), value);
  }

  private void setPolicies(boolean periodic, boolean delayed) {
    lock.lock();
    try {
      periodicAfterShutdown = periodic;
      delayedAfterShutdown = delayed;
    } finally {
      lock.unlock();
    }
    dropByPolicy();
  }

  /* ---- submission -------------------------------------------------------------------------- */

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    return schedule(Executors.callable(command), delayUnits, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(callable, "callable");
    return later(new HandedTask<>(this, callable, triggerNanos(unit.toNanos(delayUnits)), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialUnits, long periodUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long trigger = triggerNanos(unit.toNanos(initialUnits));
    long period = TimerExecutor.checkPeriod(periodUnits, unit);
    return later(new HandedTask<>(this, Executors.callable(command), trigger, period));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialUnits, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long trigger = triggerNanos(unit.toNanos(initialUnits));
    long delay = TimerExecutor.checkPeriod(delayUnits, unit);
    return later(new HandedTask<>(this, Executors.callable(command), trigger, -delay));
  }

  /** Hands a command to the executor at once. */
  @Override
  public void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    HandedTask<Object> task =
        new HandedTask<>(this, Executors.callable(command), triggerNanos(0), 0);
    enter(task);
    try {
      executor.execute(task);
    } catch (RuntimeException | Error refused) {
      task.cancel(false);
      throw refused;
    }
  }

  @Override
  protected <V> RunnableFuture<V> newTaskFor(Runnable work, V result) {
    return newTaskFor(Executors.callable(work, result));
  }

  @Override
  protected <V> RunnableFuture<V> newTaskFor(Callable<V> work) {
    return AwaitedTask.of(work, timers.passage());
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

  private <V> HandedTask<V> later(HandedTask<V> task) {
    enter(task);
    try {
      arm(task);
    } catch (IllegalStateException closed) {
      task.cancel(false);
      throw closed;
    }
    return task;
  }

  private void enter(HandedTask<?> task) {
    lock.lock();
    try {
      if (state != State.RUNNING) {
        throw new RejectedExecutionException(
            "this scheduler is shut down: it takes no task any more");
      }
      open.add(task);
    } finally {
      lock.unlock();
    }
  }

  /** Arms a task; one that ended meanwhile is not left armed. */
  private void arm(HandedTask<?> task) {
    task.timer.arm(ClockId.MONOTONIC, task.triggerNanos());
    if (!isOpen(task)) {
      task.timer.discard();
    }
  }

  /** Whether a task is neither done nor given back. */
  boolean isOpen(HandedTask<?> task) {
    lock.lock();
    try {
      return open.contains(task);
    } finally {
      lock.unlock();
    }
  }

  /* ---- what tasks call ---------------------------------------------------------------------- */

  Passage passage() {
    return timers.passage();
  }

  ClockTimer timerOf(HandedTask<?> task) {
    TimerCallback handing =
        (timer, nowNanos) -> {
          hand(task);
          return TimerCallback.Next.DONE;
        };
    return timers.timer(shard, handing, false);
  }

  private void hand(HandedTask<?> task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException refused) {
      task.cancel(false);
    } catch (RuntimeException | Error broken) {
      task.cancel(false);
      throw broken;
    }
  }

  long nowNanos() {
    return timers.nanos(ClockId.MONOTONIC);
  }

  long triggerNanos(long delayNanos) {
    return Periods.sum(nowNanos(), Math.max(0, delayNanos));
  }

  long nextRank() {
    lock.lock();
    try {
      return ranks++;
    } finally {
      lock.unlock();
    }
  }

  /** A thread is about to run a task: false if it may not. */
  boolean begin(HandedTask<?> task) {
    lock.lock();
    try {
      if (!open.contains(task) || !outlives(task)) {
        return false;
      }
      runs++;
      task.runner = Thread.currentThread();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void end(HandedTask<?> task) {
    lock.lock();
    try {
      task.runner = null;
      runs--;
      signalEnd();
    } finally {
      lock.unlock();
    }
  }

  /** A periodic task has run. */
  void again(HandedTask<?> task) {
    boolean goesOn;
    lock.lock();
    try {
      goesOn = outlives(task);
    } finally {
      lock.unlock();
    }
    if (goesOn) {
      arm(task);
    } else {
      task.cancel(false);
    }
  }

  void done(HandedTask<?> task) {
    task.timer.discard();
    lock.lock();
    try {
      open.remove(task);
      signalEnd();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a task may run as things stand; one that is due is no delayed one. Lock held. */
  private boolean outlives(HandedTask<?> task) {
    return switch (state) {
      case RUNNING -> true;
      case STOPPED -> false;
      case SHUTDOWN -> task.isPeriodic()
          ? periodicAfterShutdown
          : delayedAfterShutdown || task.triggerNanos() <= nowNanos();
    };
  }

  /* ---- the end ------------------------------------------------------------------------------ */

  @Override
  public void shutdown() {
    lock.lock();
    try {
      state = state == State.RUNNING ? State.SHUTDOWN : state;
      signalEnd();
    } finally {
      lock.unlock();
    }
    dropByPolicy();
  }

  private void dropByPolicy() {
    List<HandedTask<?>> dropped = new ArrayList<>();
    lock.lock();
    try {
      for (HandedTask<?> task : open) {
        if (task.runner == null && !outlives(task)) {
          dropped.add(task);
        }
      }
    } finally {
      lock.unlock();
    }
    dropped.forEach(task -> task.cancel(false));
  }

  /** Interrupts what runs, and gives back what has not begun; its futures stay undone. */
  @Override
  public List<Runnable> shutdownNow() {
    List<HandedTask<?>> waiting = new ArrayList<>();
    lock.lock();
    try {
      state = State.STOPPED;
      for (HandedTask<?> task : open) {
        if (task.runner == null) {
          waiting.add(task);
        } else {
          task.runner.interrupt();
        }
      }
      waiting.forEach(open::remove);
      signalEnd();
    } finally {
      lock.unlock();
    }
    waiting.forEach(task -> task.timer.discard());
    waiting.sort(null);
    return new ArrayList<>(waiting);
  }

  /** Lock held. */
  private void signalEnd() {
    if (isOver()) {
      terminated.signalAll();
    }
  }

  private boolean isOver() {
    return state != State.RUNNING && open.isEmpty() && runs == 0;
  }

  @Override
  public boolean isShutdown() {
    lock.lock();
    try {
      return state != State.RUNNING;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isTerminated() {
    lock.lock();
    try {
      return isOver();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean awaitTermination(long units, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(units);
    long left = passage().awaits(this::isTerminated, nanos) ? 0 : nanos;
    lock.lockInterruptibly();
    try {
      while (!isOver()) {
        if (left <= 0) {
          return false;
        }
        left = terminated.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
