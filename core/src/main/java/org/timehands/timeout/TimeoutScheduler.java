package org.timehands.timeout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.timehands.clockevent.Passage;
import org.timehands.waits.AwaitedTask;
import org.timehands.waits.BulkCalls;

/**
 * A {@link ScheduledExecutorService} whose delays lie on a wheel: coarse, and cheap to cancel.
 *
 * <p>For delays that are mostly cancelled, as of requests: never early, late by up to an eighth of
 * the delay and a few ticks. What must be precise belongs to a timer. Tasks run on the given
 * workers; a task that is cancelled leaves the wheel at once.
 *
 * <p>As {@link java.util.concurrent.ScheduledThreadPoolExecutor}: a periodic task never runs beside
 * itself, ends when it throws, and at a fixed rate makes up for runs that it missed, here no faster
 * than one each few ticks; after {@link #shutdown} what was scheduled once still runs and what is
 * periodic does not. Unlike there its own threads, the wheel's and the virtual ones, are daemons: a
 * process does not go on for what is scheduled.
 *
 * <p>Thread-safe.
 */
public final class TimeoutScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {
  /*
   * field  | read     | write    | guard
   * state  | volatile | volatile | none: only grows; read again after `open` was raised
   * open   | atomic   | atomic   | none: tasks that are scheduled, waiting for a worker or running
   * handed | set      | set      | concurrent: what the workers were given and have not done yet
   * orders | atomic   | atomic   | none
   */
  private static final int RUNNING = 0;
  private static final int SHUTDOWN = 1;
  private static final int STOP = 2;

  private final Timeouts timeouts;
  private final LongSupplier nanos;
  private final Executor workers;
  private final ExecutorService owned;
  private final Passage passage;
  private final AtomicLong open = new AtomicLong();
  private final Set<HandedWork> handed = ConcurrentHashMap.newKeySet();
  private final AtomicLong orders = new AtomicLong();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private volatile int state = RUNNING;

  private TimeoutScheduler(
      Timeouts timeouts,
      LongSupplier nanos,
      Executor workers,
      ExecutorService owned,
      Passage passage) {
    this.passage = passage;
    this.timeouts = timeouts;
    this.nanos = nanos;
    this.workers = workers;
    this.owned = owned;
  }

  /**
   * A scheduler with a wheel of its own.
   *
   * @param nanos a clock that never goes back, such as {@code clocks::monotonicNanos}
   * @param options of its wheel; their executor is not used
   * @param workers run the tasks; not shut down with this
   */
  public static TimeoutScheduler start(
      LongSupplier nanos, TimeoutsOptions options, Executor workers) {
    Objects.requireNonNull(workers, "workers");
    return start(nanos, options, workers, null);
  }

  /** A scheduler with a wheel of its own, and a virtual thread for each run. */
  public static TimeoutScheduler start(LongSupplier nanos, TimeoutsOptions options) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    return start(nanos, options, threads, threads);
  }

  private static TimeoutScheduler start(
      LongSupplier nanos, TimeoutsOptions options, Executor workers, ExecutorService owned) {
    Timeouts own = Timeouts.start(nanos, options.on(null));
    return new TimeoutScheduler(own, nanos, workers, owned, Passage.BY_ITSELF);
  }

  /** As below, where no thread that waits is the one that makes time pass. */
  public static TimeoutScheduler byHand(Timeouts timeouts, LongSupplier nanos, Executor workers) {
    return byHand(timeouts, nanos, workers, Passage.BY_ITSELF);
  }

  /**
   * A scheduler over timeouts run by hand, for tests at virtual time.
   *
   * @param timeouts of {@link Timeouts#byHand}, for nothing else: its end drains and closes them
   * @param nanos their clock
   * @param workers run the tasks; not shut down with this
   * @param passage is asked by threads that wait for tasks here, or for the end
   */
  public static TimeoutScheduler byHand(
      Timeouts timeouts, LongSupplier nanos, Executor workers, Passage passage) {
    return new TimeoutScheduler(timeouts, nanos, workers, null, passage);
  }

  // --- scheduling --------------------------------------------------------------------------------

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delayUnits, TimeUnit unit) {
    return schedule(Executors.callable(command), delayUnits, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(
      Callable<V> callable, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(callable, "callable");
    return begin(new ScheduledTask<>(this, callable, later(unit.toNanos(delayUnits)), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long firstUnits, long periodUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long periodNanos = positive("period", unit.toNanos(periodUnits));
    return begin(periodic(command, unit.toNanos(firstUnits), periodNanos));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long firstUnits, long delayUnits, TimeUnit unit) {
    Objects.requireNonNull(command, "command");
    long delayNanos = positive("delay", unit.toNanos(delayUnits));
    return begin(periodic(command, unit.toNanos(firstUnits), -delayNanos));
  }

  private static long positive(String name, long periodNanos) {
    if (periodNanos <= 0) {
      throw new IllegalArgumentException(
          name + " " + periodNanos + " ns: must be more than 0; what runs once is for schedule()");
    }
    return periodNanos;
  }

  private ScheduledTask<?> periodic(Runnable task, long firstNanos, long periodNanos) {
    Callable<Object> callable = Executors.callable(task);
    return new ScheduledTask<>(this, callable, later(firstNanos), periodNanos);
  }

  private <T extends ScheduledTask<?>> T begin(T task) {
    enter();
    arm(task);
    return task;
  }

  /** Counts a task in, or refuses it. */
  private void enter() {
    open.incrementAndGet();
    // Raised first, then looked: the last to leave after the shutdown sees it, or it sees that.
    if (state != RUNNING) {
      leave();
      throw refused();
    }
  }

  private static RejectedExecutionException refused() {
    return new RejectedExecutionException("the scheduler is shut down: nothing can be scheduled");
  }

  private void leave() {
    if (open.decrementAndGet() == 0 && state != RUNNING) {
      terminate();
    }
  }

  Timeout timeoutOf(ScheduledTask<?> task) {
    Timeout made = timeouts.timeout(TimeoutScheduler::due);
    made.attach(task);
    return made;
  }

  private void arm(ScheduledTask<?> task) {
    long left = Math.max(0, task.atNanos() - nanos.getAsLong());
    try {
      timeouts.arm(task.timeout(), Math.min(left, timeouts.maxDelayNanos()));
    } catch (IllegalStateException shutDown) {
      task.cancel(false); // cancelled, or stopped, between
    }
    if (!mayRun(task)) {
      task.cancel(false); // shut down before it was armed: the drain did not meet it
    }
  }

  private static void due(Timeout timeout) {
    ScheduledTask<?> task = (ScheduledTask<?>) timeout.attachment();
    if (task != null) {
      task.due();
    }
  }

  /** On the wheel's thread. */
  void hand(ScheduledTask<?> task) {
    if (task.atNanos() > nanos.getAsLong()) {
      arm(task); // beyond the wheel's longest delay
      return;
    }
    HandedWork work = new HandedWork(this, task, false);
    handed.add(work);
    try {
      workers.execute(work);
    } catch (Throwable refused) {
      handed.remove(work);
      task.cancel(false);
      throw refused;
    }
  }

  /** A worker has done what it was given. */
  void done(HandedWork work) {
    handed.remove(work);
    if (work.isCommand()) {
      leave();
    }
  }

  /** A periodic task has run. */
  void again(ScheduledTask<?> task) {
    if (state == RUNNING) {
      arm(task);
    } else {
      task.cancel(false);
    }
  }

  boolean mayRun(ScheduledTask<?> task) {
    int now = state;
    return now == RUNNING || (now == SHUTDOWN && !task.isPeriodic());
  }

  void ended(ScheduledTask<?> task) {
    timeouts.shutdown(task.timeout());
    if (task.goes()) {
      leave();
    }
  }

  Passage passage() {
    return passage;
  }

  long now() {
    return nanos.getAsLong();
  }

  /** So long from now, without overflow. */
  long later(long delayNanos) {
    long now = nanos.getAsLong();
    long delay = Math.max(0, delayNanos);
    return delay > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + delay;
  }

  long nextOrder() {
    return orders.getAndIncrement();
  }

  /** Hands a command to the workers at once. */
  @Override
  public void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    enter();
    HandedWork work = new HandedWork(this, command, true);
    handed.add(work);
    // Added first, then looked: shutdownNow hands it back, or this does.
    if (state == STOP && work.takes()) {
      done(work);
      throw refused();
    }
    try {
      workers.execute(work);
    } catch (Throwable refused) {
      if (work.takes()) {
        done(work);
      }
      throw refused;
    }
  }

  /** What happened on the wheel. */
  public TimeoutStats stats() {
    return timeouts.stats();
  }

  @Override
  protected <V> RunnableFuture<V> newTaskFor(Runnable work, V result) {
    return newTaskFor(Executors.callable(work, result));
  }

  @Override
  protected <V> RunnableFuture<V> newTaskFor(Callable<V> work) {
    return AwaitedTask.of(work, passage);
  }

  /* Where time is made by hand, the JDK's own would wait on what nobody lets time pass for. */

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
      throws InterruptedException {
    return !passage.equals(Passage.BY_ITSELF)
        ? this.<T>calls(Long.MAX_VALUE).all(tasks)
        : super.invokeAll(tasks);
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long units, TimeUnit unit)
      throws InterruptedException {
    return !passage.equals(Passage.BY_ITSELF)
        ? this.<T>calls(unit.toNanos(units)).all(tasks)
        : super.invokeAll(tasks, units, unit);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return !passage.equals(Passage.BY_ITSELF)
        ? this.<T>calls(Long.MAX_VALUE).anyEver(tasks)
        : super.invokeAny(tasks);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long units, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return !passage.equals(Passage.BY_ITSELF)
        ? this.<T>calls(unit.toNanos(units)).any(tasks)
        : super.invokeAny(tasks, units, unit);
  }

  private <T> BulkCalls<T> calls(long mostNanos) {
    return new BulkCalls<>(this, passage, nanos, mostNanos);
  }

  // --- the end -----------------------------------------------------------------------------------

  @Override
  public void shutdown() {
    enterForGood(SHUTDOWN);
    for (Timeout each : timeouts.drain()) {
      ScheduledTask<?> task = (ScheduledTask<?>) each.attachment();
      if (task != null && task.isPeriodic()) {
        task.cancel(false);
      } else if (task != null) {
        arm(task);
      }
    }
    leave();
  }

  /**
   * Interrupts what runs, and gives back what has not begun, on the wheel or with the workers,
   * which then run none of it; its futures stay undone.
   */
  @Override
  public List<Runnable> shutdownNow() {
    enterForGood(STOP);
    List<Runnable> waiting = new ArrayList<>();
    for (Timeout each : timeouts.drain()) {
      giveBack((ScheduledTask<?>) each.attachment(), waiting);
    }
    List<HandedWork> running = new ArrayList<>();
    for (HandedWork each : List.copyOf(handed)) {
      if (!each.takes()) {
        running.add(each);
        continue;
      }
      handed.remove(each);
      if (each.isCommand()) {
        waiting.add(each.work());
        leave();
      } else {
        giveBack((ScheduledTask<?>) each.work(), waiting);
      }
    }
    // Last: a worker that is interrupted goes on with what it was given next.
    running.forEach(HandedWork::interrupt);
    leave();
    return waiting;
  }

  private void giveBack(ScheduledTask<?> task, List<Runnable> waiting) {
    if (task != null && task.goes()) {
      waiting.add(task);
      leave();
    }
  }

  /** Counted in, so that the end waits for whoever makes it. */
  private synchronized void enterForGood(int next) {
    open.incrementAndGet();
    state = Math.max(state, next);
  }

  private void terminate() {
    timeouts.shutdown();
    if (owned != null) {
      owned.shutdown();
    }
    terminated.countDown();
  }

  @Override
  public boolean isShutdown() {
    return state != RUNNING;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long units, TimeUnit unit) throws InterruptedException {
    boolean passed = passage.awaits(this::isTerminated, unit.toNanos(units));
    return terminated.await(passed ? 0 : units, unit);
  }
}
