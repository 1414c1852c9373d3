package org.timehands.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** What reads allocate, as the JVM itself counts (rule I9). */
public final class Allocations {
  /** How many reads are counted. */
  public static final int READS = 1_000_000;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /** Bytes that this thread allocates in {@link #READS} reads. */
  public static long bytesOf(LongSupplier read) {
    long sum = 0;
    // Warm: until it is compiled, the interpreter links call sites, which allocates.
    for (int i = 0; i < READS / 5; i++) {
      sum += read.getAsLong();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < READS; i++) {
      sum += read.getAsLong();
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(sum != 1);
    return bytes;
  }
}
