package org.timehands.bench.timer;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.timehands.Timehands;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.TimerExecutor;
import org.timehands.timer.Timers;

/** A scheduled executor of one thread: ours, and the JDK's two. */
final class SchedulerPeer extends Peer {
  private static final Runnable NOTHING = () -> {};

  private final ScheduledExecutorService pool;
  private final Runnable end;
  private Future<?>[] far = new Future<?>[0];
  private IntConsumer fired = index -> {};

  private SchedulerPeer(String name, ScheduledExecutorService pool, Runnable end) {
    super(name);
    this.pool = pool;
    this.end = end;
  }

  static SchedulerPeer ours(String name) {
    Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
    Timers timers = Timers.start(timehands.clocks(), Quiet.options(1));
    TimerExecutor executor = new TimerExecutor(timers, 1);
    executor.setRemoveOnCancelPolicy(true);
    return new SchedulerPeer(
        name,
        executor,
        () -> {
          timers.close();
          timehands.close();
        });
  }

  static SchedulerPeer threadPool(String name) {
    ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1);
    pool.setRemoveOnCancelPolicy(true);
    return new SchedulerPeer(name, pool, () -> {});
  }

  static SchedulerPeer forkJoin(String name) {
    return new SchedulerPeer(name, new ForkJoinPool(1), () -> {});
  }

  private Future<?> far(Delays delays) {
    return pool.schedule(NOTHING, delays.next(), TimeUnit.NANOSECONDS);
  }

  @Override
  void fill(int count, Delays delays) {
    far = new Future<?>[count];
    for (int i = 0; i < count; i++) {
      far[i] = far(delays);
    }
  }

  @Override
  void cancel(int[] order, int from, int count) {
    for (int i = from; i < from + count; i++) {
      far[order[i]].cancel(false);
    }
  }

  @Override
  void arm(int[] order, int from, int count, Delays delays) {
    for (int i = from; i < from + count; i++) {
      far[order[i]] = far(delays);
    }
  }

  @Override
  void rearm(int[] order, int from, int count, Delays delays) {
    for (int i = from; i < from + count; i++) {
      far[order[i]].cancel(false);
      far[order[i]] = far(delays);
    }
  }

  @Override
  void armAndCancel(int count, Delays delays) {
    for (int i = 0; i < count; i++) {
      far(delays).cancel(false);
    }
  }

  @Override
  void prepare(int count, IntConsumer toFire) {
    fired = toFire;
  }

  @Override
  void armOnce(int index, long delayNanos) {
    IntConsumer toFire = fired;
    Future<?> _ = pool.schedule(() -> toFire.accept(index), delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    pool.shutdownNow();
    end.run();
  }
}
