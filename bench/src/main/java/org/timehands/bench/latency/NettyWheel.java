package org.timehands.bench.latency;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.timehands.linux.HostClocks;

/** Netty's wheel with its finest tick; it ticks only while its slice lasts. */
final class NettyWheel implements Contestant {
  private final Setting setting;

  NettyWheel(Setting setting) {
    this.setting = setting;
  }

  @Override
  public String name() {
    return "Netty wheel, tick 1 ms";
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws InterruptedException {
    HashedWheelTimer wheel =
        new HashedWheelTimer(
            task -> Thread.ofPlatform().daemon().unstarted(() -> tuned(task)),
            1,
            TimeUnit.MILLISECONDS);
    try {
      wheel.start();
      Course course = new Course(System.nanoTime(), intervalNanos, millis);
      long cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME);
      new Step(course).schedule(wheel);
      course.awaitEnd();
      cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME) - cpu;
      return Slice.of(List.of(course), cpu, -1);
    } finally {
      wheel.stop();
    }
  }

  private void tuned(Runnable task) {
    Tuning.apply(setting);
    task.run();
  }

  private record Step(Course course) implements TimerTask {
    void schedule(io.netty.util.Timer wheel) {
      wheel.newTimeout(this, course.nextNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run(Timeout timeout) {
      if (course.woke(System.nanoTime())) {
        schedule(timeout.timer());
      }
    }
  }
}
