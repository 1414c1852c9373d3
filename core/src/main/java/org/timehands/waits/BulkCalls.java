package org.timehands.waits;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.timehands.clockevent.Passage;

/**
 * One {@code invokeAll} or {@code invokeAny} where time is made by hand: the JDK's own wait on what
 * no {@link Passage} is told of, and count their limits on the host's clock.
 */
public final class BulkCalls<T> {
  private final Executor executor;
  private final Passage passage;
  private final LongSupplier nanos;
  private final long mostNanos;
  private final long beginNanos;
  private final BlockingQueue<Future<T>> finished = new LinkedBlockingQueue<>();
  private final List<Future<T>> futures = new ArrayList<>();

  /**
   * Calls that have not begun.
   *
   * @param executor runs them
   * @param passage lets time pass
   * @param nanos the clock that limits are counted on
   * @param mostNanos for how long to wait; Long.MAX_VALUE for ever
   */
  public BulkCalls(Executor executor, Passage passage, LongSupplier nanos, long mostNanos) {
    this.executor = executor;
    this.passage = passage;
    this.nanos = nanos;
    this.mostNanos = mostNanos;
    this.beginNanos = nanos.getAsLong();
  }

  private long leftNanos() {
    return mostNanos == Long.MAX_VALUE
        ? mostNanos
        : mostNanos - (nanos.getAsLong() - beginNanos);
  }

  private void submit(Collection<? extends Callable<T>> tasks) {
    List<FutureTask<T>> made = new ArrayList<>();
    for (Callable<T> each : tasks) {
      made.add(
          new FutureTask<>(each) {
            @Override
            protected void done() {
              finished.add(this);
            }
          });
    }
    futures.addAll(made);
    made.forEach(executor::execute);
  }

  private Future<T> next() throws InterruptedException {
    boolean passed = passage.awaits(() -> !finished.isEmpty(), leftNanos());
    return passed ? finished.poll() : finished.poll(leftNanos(), TimeUnit.NANOSECONDS);
  }

  /** As {@link java.util.concurrent.ExecutorService#invokeAny(Collection)}. */
  public T anyEver(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try {
      return any(tasks);
    } catch (TimeoutException impossible) {
      throw new AssertionError("a wait for ever is over", impossible);
    }
  }

  private void cancel() {
    futures.forEach(each -> each.cancel(true));
  }

  /** As {@link java.util.concurrent.ExecutorService#invokeAll(Collection, long, TimeUnit)}. */
  public List<Future<T>> all(Collection<? extends Callable<T>> tasks) throws InterruptedException {
    boolean over = false;
    try {
      submit(tasks);
      for (int i = 0; i < futures.size() && next() != null; i++) {
        over = i == futures.size() - 1;
      }
    } finally {
      if (!over) {
        cancel();
      }
    }
    return futures;
  }

  /** As {@link java.util.concurrent.ExecutorService#invokeAny(Collection, long, TimeUnit)}. */
  public T any(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("invokeAny of no tasks: give one or more");
    }
    try {
      submit(tasks);
      ExecutionException last = null;
      for (int i = 0; i < futures.size(); i++) {
        Future<T> done = next();
        if (done == null) {
          throw new TimeoutException();
        }
        try {
          return done.get();
        } catch (ExecutionException thrown) {
          last = thrown;
        } catch (CancellationException cancelled) {
          last = new ExecutionException(cancelled);
        }
      }
      throw last;
    } finally {
      cancel();
    }
  }
}
