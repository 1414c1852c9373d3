package org.timehands.timer;

import java.util.ArrayList;
import java.util.List;

/** What stands in the queues of a shard, for who looks from outside. */
final class ShardQueues {
  private ShardQueues() {}

  /** Describes the queues that are not empty; the shard's lock is held, its clocks were read. */
  static List<QueueStatus> describe(
      int shard, String device, TimerHeap[] queues, ClockView view) {
    List<QueueStatus> all = new ArrayList<>();
    for (int i = 0; i < queues.length; i++) {
      if (queues[i].size() > 0) {
        long now = view.nanos(i);
        List<QueueStatus.Event> next =
            queues[i].first(QueueStatus.MOST_EVENTS).stream()
                .map(timer -> event(timer, now))
                .toList();
        all.add(
            new QueueStatus(shard, device, ClockView.id(i), queues[i].size(), next));
      }
    }
    return all;
  }

  private static QueueStatus.Event event(ClockTimer timer, long nowNanos) {
    return new QueueStatus.Event(
        timer.hardNanos, timer.hardNanos - nowNanos, timer.isSoft(), timer.callbackName());
  }
}
