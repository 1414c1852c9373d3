package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.List;

/** The peers, by the names in the tables. */
final class Peers {
  static final String TIMERS = "Timers";
  static final String SHARDED = "Timers, 2 shards";
  static final String EXECUTOR = "TimerExecutor";
  static final String THREAD_POOL = "ScheduledThreadPoolExecutor";
  static final String FORK_JOIN = "ForkJoinPool scheduler";

  private Peers() {}

  /** All of them, started: those with one shard first. */
  static List<Peer> start() {
    return new ArrayList<>(
        List.of(
            new TimersPeer(TIMERS, 1),
            new TimersPeer(SHARDED, 2),
            SchedulerPeer.ours(EXECUTOR),
            SchedulerPeer.threadPool(THREAD_POOL),
            SchedulerPeer.forkJoin(FORK_JOIN)));
  }

  static Peer start(String name) {
    return switch (name) {
      case TIMERS -> new TimersPeer(TIMERS, 1);
      case SHARDED -> new TimersPeer(SHARDED, 2);
      case EXECUTOR -> SchedulerPeer.ours(EXECUTOR);
      case THREAD_POOL -> SchedulerPeer.threadPool(THREAD_POOL);
      default -> SchedulerPeer.forkJoin(FORK_JOIN);
    };
  }
}
