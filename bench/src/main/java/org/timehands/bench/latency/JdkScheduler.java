package org.timehands.bench.latency;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.timehands.linux.HostClocks;

/**
 * A scheduler of the JDK: each task schedules the next by what remains until its instant. Its
 * threads have the slack and priority of who started them, as far as it lets one choose.
 */
final class JdkScheduler implements Contestant {
  private final String name;
  private final ScheduledExecutorService scheduler;

  private JdkScheduler(String name, ScheduledExecutorService scheduler) {
    this.name = name;
    this.scheduler = scheduler;
  }

  static JdkScheduler threadPool(String name, Setting setting) {
    return new JdkScheduler(
        name,
        new ScheduledThreadPoolExecutor(
            1,
            task -> Thread.ofPlatform().daemon().unstarted(() -> tuned(task, setting))));
  }

  private static void tuned(Runnable task, Setting setting) {
    Tuning.apply(setting);
    task.run();
  }

  /**
   * The scheduler of ForkJoinPool, which makes its threads itself: they inherit the slack, and
   * cannot have a priority.
   */
  static JdkScheduler forkJoin(String name, Setting setting) throws InterruptedException {
    return Tuning.inherited(
        setting.slackNanos(),
        () -> {
          ForkJoinPool pool = new ForkJoinPool(1);
          // Its two threads begin here, while the slack is as it should be.
          pool.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get();
          return new JdkScheduler(name, pool);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws InterruptedException {
    Course course = new Course(System.nanoTime(), intervalNanos, millis);
    long cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME);
    new Step(scheduler, course).schedule();
    course.awaitEnd();
    cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME) - cpu;
    return Slice.of(List.of(course), cpu, -1);
  }

  private record Step(ScheduledExecutorService scheduler, Course course)
      implements Callable<Void> {
    void schedule() {
      scheduler.schedule(this, course.nextNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Void call() {
      if (course.woke(System.nanoTime())) {
        schedule();
      }
      return null;
    }
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
