package org.timehands.timer;

import java.util.ArrayList;
import java.util.List;

/** What stands in the queues of a shard, for who looks from outside. */
final class ShardQueues {
  /** So many places are looked at with the lock held: a microsecond or two. */
  private static final int BITE = 64;

  /** Between bites: long enough that who tries for the lock finds it free. */
  private static final int PAUSE_SPINS = 16;

  private ShardQueues() {}

  /**
   * How many timers are armed in each queue; the lock is not held. True if nobody changes anything
   * meanwhile. To look at a million takes tens of milliseconds, and delays nobody by more than a
   * bite.
   */
  static int[] armed(ShardLock lock, TimerHeap[] queues) {
    int[] armed = new int[queues.length];
    for (int i = 0; i < queues.length; i++) {
      boolean more = true;
      for (int from = 0; more; from += BITE) {
        lock.lock();
        try {
          armed[i] += queues[i].armed(from, from + BITE);
          more = from + BITE < queues[i].places();
        } finally {
          lock.unlock();
        }
        for (int spin = 0; more && spin < PAUSE_SPINS; spin++) {
          Thread.onSpinWait();
        }
      }
    }
    return armed;
  }

  /** Whether any is armed; the lock is not held. */
  static boolean isAnyArmed(ShardLock lock, TimerHeap[] queues) {
    lock.lock();
    try {
      boolean any = false;
      for (TimerHeap queue : queues) {
        ClockTimer first = queue.first();
        if (first != null) {
          queue.release(first);
          any = true;
        }
      }
      return any;
    } finally {
      lock.unlock();
    }
  }

  /** Describes the queues that are not empty; the shard's lock is held, its clocks were read. */
  static List<QueueStatus> describe(
      int shard, String device, TimerHeap[] queues, int[] armed, ClockView view) {
    List<QueueStatus> all = new ArrayList<>();
    for (int i = 0; i < queues.length; i++) {
      if (armed[i] > 0) {
        long now = view.nanos(i);
        List<QueueStatus.Event> next =
            queues[i].first(QueueStatus.MOST_EVENTS).stream()
                .map(timer -> event(timer, now))
                .toList();
        all.add(new QueueStatus(shard, device, ClockView.id(i), armed[i], next));
      }
    }
    return all;
  }

  private static QueueStatus.Event event(ClockTimer timer, long nowNanos) {
    return new QueueStatus.Event(
        timer.hardNanos(), timer.hardNanos() - nowNanos, timer.isSoft(), timer.callbackName());
  }
}
