package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.timehands.bench.bed.PinnedExecutor;
import org.timehands.bench.bed.Pins;

/** Threads bound to CPUs that cancel and arm a peer's timers for a while, each its own share. */
final class Slices implements AutoCloseable {
  private static final int BATCH = 64;

  /** What a timer costs each thread, and the whole process. */
  record Cost(double cancelNanos, double armNanos, double cpuNanos, double bytes) {}

  /** What one thread has done. */
  private record Done(long operations, long cancelNanos, long armNanos, long bytes) {}

  private final int threads;
  private final PinnedExecutor pool;
  private final int[][] orders;
  private final Delays[] delays;
  private final int[] positions;

  Slices(int threads, int armed, long seed) throws Exception {
    this.threads = threads;
    this.pool = new PinnedExecutor(threads, "bench-timer-");
    this.positions = new int[threads];
    this.orders = new int[threads][];
    this.delays = new Delays[threads];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < threads; i++) {
      int from = (int) ((long) armed * i / threads);
      int to = (int) ((long) armed * (i + 1) / threads);
      orders[i] = shuffled(from, to, random);
      delays[i] = new Delays(random.nextLong());
    }
  }

  private static int[] shuffled(int from, int to, SplittableRandom random) {
    int[] order = new int[to - from];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = from + i;
    }
    return order;
  }

  int processors() {
    return Math.max(1, Pins.usable().length);
  }

  /** Batches of cancelling and of arming again. */
  Cost churn(Peer peer, long millis) throws Exception {
    return slice(thread -> churn(peer, thread, millis * 1_000_000));
  }

  /** Arming what is armed. */
  Cost rearm(Peer peer, long millis) throws Exception {
    return slice(thread -> rearm(peer, thread, millis * 1_000_000));
  }

  @FunctionalInterface
  private interface Work {
    Done run(int thread) throws Exception;
  }

  private Cost slice(Work work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Future<Done>> all = new ArrayList<>();
    long cpu = Costs.cpuNanos();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      Callable<Done> task =
          () -> {
            start.await();
            return work.run(thread);
          };
      all.add(pool.submit(task));
    }
    double cancelNanos = 0;
    double armNanos = 0;
    long operations = 0;
    long bytes = 0;
    for (Future<Done> each : all) {
      Done done = each.get();
      cancelNanos += (double) done.cancelNanos / done.operations / threads;
      armNanos += (double) done.armNanos / done.operations / threads;
      operations += done.operations;
      bytes += done.bytes;
    }
    double cpuEach = (double) (Costs.cpuNanos() - cpu) / operations;
    return new Cost(cancelNanos, armNanos, cpuEach, (double) bytes / operations);
  }

  private int next(int thread, int batch) {
    int at = positions[thread];
    int from = at + batch > orders[thread].length ? 0 : at;
    positions[thread] = from + batch;
    return from;
  }

  private Done churn(Peer peer, int thread, long lastsNanos) {
    int[] order = orders[thread];
    Delays mine = delays[thread];
    int batch = Math.min(BATCH, order.length);
    long cancelNanos = 0;
    long armNanos = 0;
    long operations = 0;
    long bytes = Costs.allocatedBytes();
    long begin = System.nanoTime();
    long at = begin;
    while (at - begin < lastsNanos) {
      int from = next(thread, batch);
      long before = System.nanoTime();
      peer.cancel(order, from, batch);
      long between = System.nanoTime();
      peer.arm(order, from, batch, mine);
      at = System.nanoTime();
      cancelNanos += between - before;
      armNanos += at - between;
      operations += batch;
    }
    return new Done(operations, cancelNanos, armNanos, Costs.allocatedBytes() - bytes);
  }

  private Done rearm(Peer peer, int thread, long lastsNanos) {
    int[] order = orders[thread];
    Delays mine = delays[thread];
    int batch = Math.min(BATCH, order.length);
    long operations = 0;
    long bytes = Costs.allocatedBytes();
    long begin = System.nanoTime();
    long at = begin;
    while (at - begin < lastsNanos) {
      peer.rearm(order, next(thread, batch), batch, mine);
      operations += batch;
      at = System.nanoTime();
    }
    return new Done(operations, 0, at - begin, Costs.allocatedBytes() - bytes);
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
