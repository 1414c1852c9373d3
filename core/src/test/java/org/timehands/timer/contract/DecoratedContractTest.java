package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.timer.TimerExecutor;

/**
 * Pools that decorate their tasks: the JSR-166 kit's ScheduledExecutorSubclassTest in our words,
 * against the JDK's pool as well.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class DecoratedContractTest extends Contract {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  DecoratedContractTest(boolean ours) {
    super(ours ? Kit.OURS : Kit.JDK);
    this.pool = keep(ours ? new Ours() : new Jdk());
  }

  /** Counts the runs of a task, and knows where it came from. */
  private final class Counted<V> implements RunnableScheduledFuture<V> {
    private final RunnableScheduledFuture<V> inner;

    Counted(RunnableScheduledFuture<V> inner) {
      this.inner = inner;
    }

    @Override
    public void run() {
      runs.incrementAndGet();
      inner.run();
    }

    @Override
    public boolean isPeriodic() {
      return inner.isPeriodic();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return inner.getDelay(unit);
    }

    @Override
    @SuppressWarnings("unchecked")
    public int compareTo(Delayed other) {
      return inner.compareTo(other instanceof Counted<?> task ? task.inner : other);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return inner.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
      return inner.isCancelled();
    }

    @Override
    public boolean isDone() {
      return inner.isDone();
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
      return inner.get();
    }

    @Override
    public V get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      return inner.get(timeout, unit);
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

  private final class Jdk extends ScheduledThreadPoolExecutor {
    Jdk() {
      super(1);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Runnable runnable, RunnableScheduledFuture<V> task) {
      return new Counted<>(task);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Callable<V> callable, RunnableScheduledFuture<V> task) {
      calls.incrementAndGet();
      return new Counted<>(task);
    }
  }

  private final class Ours extends TimerExecutor {
    Ours() {
      super(1);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Runnable runnable, RunnableScheduledFuture<V> task) {
      return new Counted<>(task);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Callable<V> callable, RunnableScheduledFuture<V> task) {
      calls.incrementAndGet();
      return new Counted<>(task);
    }
  }

  private ScheduledExecutorService timed() {
    return (ScheduledExecutorService) pool;
  }

  @Test
  void whatIsHandedOutIsTheDecoratedTask() throws Exception {
    ScheduledFuture<Integer> call = timed().schedule(() -> 7, 1, MILLISECONDS);
    assertTrue(call instanceof Counted<?>);
    assertEquals(7, call.get().intValue());
    assertEquals(1, calls.get());
    assertTrue(timed().schedule(Contract::nothing, 1, SECONDS) instanceof Counted<?>);
    assertTrue(pool.submit(() -> 1) instanceof Counted<?>);
    assertTrue(pool.submit(Contract::nothing) instanceof Counted<?>);
    until(() -> runs.get() >= 3);
  }

  @Test
  void eachRunOfAPeriodicTaskIsThatOfTheDecoratedOne() {
    ScheduledFuture<?> rate =
        timed().scheduleAtFixedRate(Contract::nothing, 1, 1, MILLISECONDS);
    until(() -> runs.get() >= 4);
    rate.cancel(false);
    ScheduledFuture<?> delay =
        timed().scheduleWithFixedDelay(Contract::nothing, 1, 1, MILLISECONDS);
    int before = runs.get();
    until(() -> runs.get() >= before + 3);
    delay.cancel(false);
    assertTrue(delay.isCancelled());
  }

  @Test
  void theQueueHoldsDecoratedTasksInOrder() throws Exception {
    ScheduledFuture<?> late = timed().schedule(Contract::nothing, 2 * LONG_SECONDS, SECONDS);
    ScheduledFuture<?> soon = timed().schedule(Contract::nothing, LONG_SECONDS, SECONDS);
    assertSame(soon, pool.getQueue().peek());
    assertTrue(pool.getQueue().contains(late));
    assertTrue(pool.remove((Runnable) late));
    assertFalse(pool.getQueue().contains(late));
    assertEquals(1, pool.getQueue().size());
    soon.cancel(false);
    pool.purge();
    assertEquals(0, pool.getQueue().size());
    ScheduledFuture<?> kept = timed().schedule(Contract::nothing, LONG_SECONDS, SECONDS);
    List<Runnable> back = pool.shutdownNow();
    assertEquals(1, back.size());
    assertSame(kept, back.getFirst());
    assertFalse(kept.isDone());
    end(timed());
  }

  @Test
  void policiesHold() throws Exception {
    ScheduledFuture<?> once = timed().schedule(Contract::nothing, SHORT_MILLIS, MILLISECONDS);
    ScheduledFuture<?> rate =
        timed().scheduleAtFixedRate(Contract::nothing, LONG_SECONDS, 1, SECONDS);
    pool.shutdown();
    assertTrue(rate.isCancelled());
    end(timed());
    assertTrue(once.isDone());
    assertFalse(once.isCancelled());
    assertEquals(1, runs.get());
  }
}
