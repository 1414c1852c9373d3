package org.timehands.bench.latency;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.linux.HostClocks;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** Hard timers of ours, as users have them: device, shard's thread, callback. */
final class OurTimers implements Contestant {
  /** Begins its row's name; the device's follows. */
  static final String NAME = "timehands ";

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String device;
  private final Timekeeper clocks;
  private final Timers timers;
  private final long[] threadIds;

  OurTimers(String device, Timekeeper clocks, Setting setting) {
    this.device = device;
    this.clocks = clocks;
    threadIds = new long[setting.threads()];
    timers =
        Timers.start(
            clocks,
            TimerOptions.defaults()
                .withShards(setting.threads())
                .withDevices(() -> open(device))
                .withTimerSlackNanos(setting.slackNanos())
                .withFifoPriority(setting.priority()));
  }

  private static ClockEventDevice open(String device) {
    try {
      return ClockEventDevices.open(device);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** What the timers wait by, as they call it themselves. */
  String devices() {
    return String.join(", ", timers.devices());
  }

  @Override
  public String name() {
    return NAME + device;
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws InterruptedException {
    List<Course> courses = new ArrayList<>();
    long before = allocated();
    long cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME);
    for (int i = 0; i < timers.shards(); i++) {
      Course course = new Course(clocks.monotonicNanos(), intervalNanos, millis);
      courses.add(course);
      timers
          .timer(i, callback(i, course, intervalNanos), false)
          .arm(ClockId.MONOTONIC, course.nextNanos());
    }
    for (Course course : courses) {
      course.awaitEnd();
    }
    cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME) - cpu;
    // Before the first slice the threads are not known.
    return Slice.of(courses, cpu, before < 0 ? -1 : allocated() - before);
  }

  private TimerCallback callback(int shard, Course course, long intervalNanos) {
    return (ClockTimer timer, long nowNanos) -> {
      // Not nowNanos: what comes between that and this is part of the lateness.
      boolean goesOn = course.woke(clocks.monotonicNanos());
      threadIds[shard] = Thread.currentThread().threadId();
      if (!goesOn) {
        return TimerCallback.Next.DONE;
      }
      timer.forward(course.nextNanos() - 1, intervalNanos);
      return TimerCallback.Next.AGAIN;
    };
  }

  /** What the shards' threads have allocated so far; -1 if that is not known. */
  private long allocated() {
    long sum = 0;
    for (long id : threadIds) {
      long bytes = id == 0 ? -1 : THREADS.getThreadAllocatedBytes(id);
      if (bytes < 0) {
        return -1;
      }
      sum += bytes;
    }
    return sum;
  }

  @Override
  public void close() {
    timers.close();
  }
}
