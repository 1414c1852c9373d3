package org.timehands.bench.latency;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.timehands.Timehands;
import org.timehands.linux.ThreadSwitches;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/**
 * How often threads wake while nothing is due: each peer has one task an hour ahead, all in one
 * process, at the same time. Wakes are counted by the kernel, as the context switches of the
 * threads that each peer has started.
 */
final class IdleExperiment {
  private static final long SETTLE_NANOS = 1_000_000_000;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  /**
   * What the threads of one did.
   *
   * @param name whose
   * @param threads how many it has
   * @param wakes how often they woke
   */
  record Row(String name, int threads, long wakes) {}

  private record Peer(String name, List<Integer> threads) {}

  private final List<Peer> peers = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  /**
   * Runs it.
   *
   * @param nanos how long to count
   */
  static List<Row> run(long nanos) throws Exception {
    IdleExperiment experiment = new IdleExperiment();
    try {
      experiment.start();
      return experiment.count(nanos);
    } finally {
      for (AutoCloseable each : experiment.open.reversed()) {
        each.close();
      }
    }
  }

  private void start() throws Exception {
    Timehands clock = peer("timehands, clock that follows the host", Timehands::open);
    Timers timers =
        peer(
            "timehands, timers",
            () -> Timers.start(clock.clocks(), TimerOptions.defaults()));
    timers
        .timer((timer, now) -> TimerCallback.Next.DONE)
        .armIn(ClockId.MONOTONIC, HOUR_NANOS);
    peer(Contestants.THREAD_POOL, () -> armed(new ScheduledThreadPoolExecutor(1)));
    peer(Contestants.FORK_JOIN, () -> armed(new ForkJoinPool(1)));
  }

  /** A scheduler with a task; its own close would wait for that. */
  private static AutoCloseable armed(ScheduledExecutorService scheduler) {
    scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
    return scheduler::shutdownNow;
  }

  /** Makes a peer, and notes which threads that has started. */
  private <T extends AutoCloseable> T peer(String name, Callable<T> maker) throws Exception {
    List<Integer> before = ThreadSwitches.threads();
    T made = maker.call();
    open.add(made);
    pause(SETTLE_NANOS / 4);
    List<Integer> threads = new ArrayList<>(ThreadSwitches.threads());
    threads.removeAll(before);
    peers.add(new Peer(name, threads));
    return made;
  }

  private List<Row> count(long nanos) throws IOException {
    pause(SETTLE_NANOS);
    List<Long> before = new ArrayList<>();
    for (Peer peer : peers) {
      before.add(switches(peer));
    }
    pause(nanos);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      Peer peer = peers.get(i);
      rows.add(new Row(peer.name, peer.threads.size(), switches(peer) - before.get(i)));
    }
    return rows;
  }

  private static long switches(Peer peer) throws IOException {
    long sum = 0;
    for (int thread : peer.threads) {
      sum += ThreadSwitches.of(thread);
    }
    return sum;
  }

  private static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
