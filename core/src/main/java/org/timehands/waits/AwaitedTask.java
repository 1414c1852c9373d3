package org.timehands.waits;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.timehands.clockevent.Passage;

/** A task whose {@code get} lets time pass, where the thread that waits is the one to make it. */
public abstract class AwaitedTask<V> extends FutureTask<V> {
  /** A task that is done when it has run. */
  protected AwaitedTask(Callable<V> callable) {
    super(callable);
  }

  /** A task of a passage of its own, for what an executor makes of a submission. */
  public static <V> AwaitedTask<V> of(Callable<V> callable, Passage passage) {
    return new AwaitedTask<>(callable) {
      @Override
      protected Passage passage() {
        return passage;
      }
    };
  }

  /** Asked whenever a thread is going to wait. */
  protected abstract Passage passage();

  @Override
  public V get() throws InterruptedException, ExecutionException {
    if (!isDone()) {
      boolean _ = passage().awaits(this::isDone, Long.MAX_VALUE);
    }
    return super.get();
  }

  @Override
  public V get(long units, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean passed = !isDone() && passage().awaits(this::isDone, unit.toNanos(units));
    return super.get(passed ? 0 : units, unit);
  }
}
