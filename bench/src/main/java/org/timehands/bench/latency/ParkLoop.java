package org.timehands.bench.latency;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.timehands.linux.HostClocks;

/** A thread that parks until each instant. */
final class ParkLoop implements Contestant {
  private final Setting setting;

  ParkLoop(Setting setting) {
    this.setting = setting;
  }

  @Override
  public String name() {
    return "LockSupport.parkNanos";
  }

  @Override
  public Slice run(long intervalNanos, long millis) throws InterruptedException {
    Course course = new Course(System.nanoTime(), intervalNanos, millis);
    long cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME);
    Thread thread = Thread.ofPlatform().daemon().start(() -> loop(course));
    course.awaitEnd();
    thread.join();
    cpu = HostClocks.nanos(HostClocks.CLOCK_PROCESS_CPUTIME) - cpu;
    return Slice.of(List.of(course), cpu, -1);
  }

  private void loop(Course course) {
    Tuning.apply(setting);
    boolean goesOn = true;
    while (goesOn) {
      long now = System.nanoTime();
      if (now < course.nextNanos()) {
        LockSupport.parkNanos(this, course.nextNanos() - now);
        now = System.nanoTime();
      }
      // A park that ends early is part of what parking is: the thread parks again.
      goesOn = now < course.nextNanos() || course.woke(now);
    }
  }
}
