package org.timehands.bench.timer;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.timehands.Timehands;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.Timers;

/** Ours: timers that the caller keeps. */
final class TimersPeer extends Peer {
  private static final int REQUESTS = 64;

  private final Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
  private final Timers timers;
  private ClockTimer[] far = new ClockTimer[0];
  private ClockTimer[] near = new ClockTimer[0];
  /** One for each request that is under way, used again for the next. */
  private final ClockTimer[] requests = new ClockTimer[REQUESTS];

  TimersPeer(String name, int shards) {
    super(name);
    timers = Timers.start(timehands.clocks(), Quiet.options(shards));
    Arrays.setAll(requests, i -> timers.timer(0, (timer, nowNanos) -> Next.DONE, false));
  }

  private int shard(int index, int count) {
    return (int) ((long) index * timers.shards() / count);
  }

  @Override
  void fill(int count, Delays delays) {
    far = new ClockTimer[count];
    for (int i = 0; i < count; i++) {
      far[i] = timers.timer(shard(i, count), (timer, nowNanos) -> Next.DONE, false);
      far[i].armIn(ClockId.MONOTONIC, delays.next());
    }
  }

  @Override
  void cancel(int[] order, int from, int count) {
    for (int i = from; i < from + count; i++) {
      far[order[i]].tryCancel();
    }
  }

  @Override
  void arm(int[] order, int from, int count, Delays delays) {
    for (int i = from; i < from + count; i++) {
      far[order[i]].armIn(ClockId.MONOTONIC, delays.next());
    }
  }

  @Override
  void rearm(int[] order, int from, int count, Delays delays) {
    arm(order, from, count, delays);
  }

  @Override
  void armAndCancel(int count, Delays delays) {
    for (int i = 0; i < count; i++) {
      ClockTimer request = requests[i % REQUESTS];
      request.armIn(ClockId.MONOTONIC, delays.next());
      request.tryCancel();
    }
  }

  @Override
  void prepare(int count, IntConsumer fired) {
    near = new ClockTimer[count];
    for (int i = 0; i < count; i++) {
      int index = i;
      near[i] =
          timers.timer(
              shard(i, count),
              (timer, nowNanos) -> {
                fired.accept(index);
                return Next.DONE;
              },
              false);
    }
  }

  @Override
  void armOnce(int index, long delayNanos) {
    near[index].armIn(ClockId.MONOTONIC, delayNanos);
  }

  @Override
  public void close() {
    timers.close();
    timehands.close();
  }
}
