package org.timehands.bench.timer;

import java.lang.management.ManagementFactory;

/** What this process and its threads have used so far. */
final class Costs {
  private Costs() {}

  /** CPU time of all threads, the collector's and the compilers' too, in nanoseconds. */
  static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** Bytes that the calling thread has allocated. */
  static long allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
        ? threads.getCurrentThreadAllocatedBytes()
        : 0;
  }

  /** Bytes of the heap that are in use after a collection. */
  static long liveBytes() {
    for (int i = 0; i < 2; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
