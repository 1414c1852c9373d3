package org.timehands.bench.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Something else to do for the machine, bounded: a thread for each processor that computes for two
 * thirds of its time and allocates some 250 MB a second, of which it keeps 4 MB.
 */
final class Load implements AutoCloseable {
  /*
   * field   | read     | write    | guard
   * stopped | volatile | volatile | none
   * sink    | volatile | volatile | none: keeps the work from being optimised away
   */
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int KEPT = 64;
  private static final long BUSY_NANOS = 1_000_000;
  private static final long REST_NANOS = 500_000;
  private static final int CHUNKS_A_TURN = 6;

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile long sink;

  /** Starts it. */
  static Load start() {
    Load load = new Load();
    int cpus = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < cpus; i++) {
      load.threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(load::run));
    }
    return load;
  }

  private void run() {
    byte[][] kept = new byte[KEPT][];
    int turn = 0;
    while (!stopped) {
      long until = System.nanoTime() + BUSY_NANOS;
      long sum = 0;
      for (int i = 0; i < CHUNKS_A_TURN; i++) {
        kept[turn++ % KEPT] = new byte[CHUNK_BYTES];
      }
      while (System.nanoTime() < until) {
        sum = sum * 31 + turn;
      }
      sink = sum;
      LockSupport.parkNanos(REST_NANOS);
    }
  }

  @Override
  public void close() {
    stopped = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
