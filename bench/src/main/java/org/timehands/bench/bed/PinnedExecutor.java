package org.timehands.bench.bed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.timehands.linux.Cpus;

/**
 * The threads of JMH, each bound to one CPU: JMH makes one if {@code jmh.executor} is CUSTOM. Where
 * threads cannot be bound, or there are more threads than CPUs, they are ordinary ones.
 */
public final class PinnedExecutor extends AbstractExecutorService {
  private static final Runnable END = () -> {};

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final CountDownLatch running;
  private final int threads;
  private volatile boolean shut;

  /**
   * Starts the threads; JMH calls this.
   *
   * @param threads how many
   * @param prefix of their names
   */
  public PinnedExecutor(int threads, String prefix) throws IOException {
    this.threads = threads;
    this.running = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      int cpu = threads <= Pins.usable().length ? Pins.measured(i) : -1;
      if (cpu >= 0) {
        Cpus.runOn(cpu, this::work);
      } else {
        Thread.ofPlatform().daemon().name(prefix + i).start(this::work);
      }
    }
  }

  private void work() {
    try {
      for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
        task.run();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      running.countDown();
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void shutdown() {
    if (!shut) {
      shut = true;
      for (int i = 0; i < threads; i++) {
        tasks.add(END);
      }
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    List<Runnable> left = new ArrayList<>();
    tasks.drainTo(left);
    shutdown();
    return left;
  }

  @Override
  public boolean isShutdown() {
    return shut;
  }

  @Override
  public boolean isTerminated() {
    return running.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long limit, TimeUnit unit) throws InterruptedException {
    return running.await(limit, unit);
  }
}
