package org.timehands.bench.timeout.subject;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Peers that are a {@link ScheduledExecutorService}, with one thread each. */
final class Executors extends Subject {
  private final ScheduledExecutorService executor;
  private Future<?>[] handles;

  private Executors(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /** The JDK's heap; what is cancelled leaves at once. */
  static Subject stpe() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    executor.setRemoveOnCancelPolicy(true);
    return new Executors(executor);
  }

  /** JDK 25's: a heap of its own thread, with a mailbox. */
  static Subject fjp() {
    return new Executors(new ForkJoinPool(1));
  }

  /** A Netty event loop: a heap, and the loop's task queue for who comes from outside. */
  static Subject nettyLoop() {
    return new Executors(new DefaultEventExecutor());
  }

  @Override
  public void prepare(int places) {
    handles = new Future<?>[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = executor.schedule(() -> {}, delayNanos(more), TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean cancel(int place) {
    return handles[place].cancel(false);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    handles[place].cancel(false);
    arm(place, more);
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
