package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.timehands.bench.bed.PinnedExecutor;
import org.timehands.bench.bed.Pins;

/** Threads bound to CPUs that cancel and arm a peer's timers for a while, each its own share. */
/*
 * Taken in no order, timers are taken in another one at each pass. If all passes had the same, what
 * is allocated for each arming would lie in memory as the next pass finds it, and the processor
 * would fetch it ahead: a peer who allocates would be measured in sequence, and one who keeps its
 * timers in no order.
 */
final class Slices implements AutoCloseable {
  /** How timers are taken. */
  enum Taken {
    /** In no order. */
    SHUFFLED,
    /** First armed, first cancelled; kept timers as they lie in memory. */
    IN_SEQUENCE
  }

  private static final int BATCH = 64;
  private static final int PASSES = 8;

  /** What a timer costs each thread, and the whole process. */
  record Cost(double cancelNanos, double armNanos, double cpuNanos, double bytes) {}

  /** What one thread has done. */
  private record Done(long operations, long cancelNanos, long armNanos, long bytes) {}

  private final int threads;
  private final PinnedExecutor pool;
  /** By thread and pass. */
  private final int[][][] orders;
  private final Delays[] delays;
  private final int[] passes;
  private final int[] positions;

  Slices(int threads, int armed, long seed, Taken taken) throws Exception {
    this.threads = threads;
    this.pool = new PinnedExecutor(threads, "bench-timer-");
    this.positions = new int[threads];
    this.passes = new int[threads];
    this.orders = new int[threads][taken == Taken.SHUFFLED ? PASSES : 1][];
    this.delays = new Delays[threads];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < threads; i++) {
      int from = (int) ((long) armed * i / threads);
      int to = (int) ((long) armed * (i + 1) / threads);
      for (int pass = 0; pass < orders[i].length; pass++) {
        orders[i][pass] =
            taken == Taken.SHUFFLED
                ? shuffled(from, to, random)
                : IntStream.range(from, to).toArray();
      }
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

  /** Arming one and cancelling it at once, beside what is armed. */
  Cost requests(Peer peer, long millis) throws Exception {
    return slice(thread -> requests(peer, thread, millis * 1_000_000));
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

  /** Where a thread's next batch begins, in the {@link #order} of its pass. */
  private int next(int thread, int batch) {
    int at = positions[thread];
    if (at + batch > order(thread).length) {
      passes[thread] = (passes[thread] + 1) % orders[thread].length;
      at = 0;
    }
    positions[thread] = at + batch;
    return at;
  }

  private int[] order(int thread) {
    return orders[thread][passes[thread]];
  }

  private Done churn(Peer peer, int thread, long lastsNanos) {
    Delays mine = delays[thread];
    int batch = Math.min(BATCH, order(thread).length);
    long cancelNanos = 0;
    long armNanos = 0;
    long operations = 0;
    long bytes = Costs.allocatedBytes();
    long begin = System.nanoTime();
    long at = begin;
    while (at - begin < lastsNanos) {
      int from = next(thread, batch);
      int[] order = order(thread);
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
    Delays mine = delays[thread];
    int batch = Math.min(BATCH, order(thread).length);
    long operations = 0;
    long bytes = Costs.allocatedBytes();
    long begin = System.nanoTime();
    long at = begin;
    while (at - begin < lastsNanos) {
      int from = next(thread, batch);
      peer.rearm(order(thread), from, batch, mine);
      operations += batch;
      at = System.nanoTime();
    }
    return new Done(operations, 0, at - begin, Costs.allocatedBytes() - bytes);
  }

  private Done requests(Peer peer, int thread, long lastsNanos) {
    Delays mine = delays[thread];
    long operations = 0;
    long bytes = Costs.allocatedBytes();
    long begin = System.nanoTime();
    long at = begin;
    while (at - begin < lastsNanos) {
      peer.armAndCancel(BATCH, mine);
      operations += BATCH;
      at = System.nanoTime();
    }
    return new Done(operations, 0, at - begin, Costs.allocatedBytes() - bytes);
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
