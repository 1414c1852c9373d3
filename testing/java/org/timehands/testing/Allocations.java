package org.timehands.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** What reads allocate, as the JVM itself counts (rule I9). */
public final class Allocations {
  /** How many reads are counted. */
  public static final int READS = 1_000_000;

  /** A read that allocates does so each time; what the JVM does beside it, once in a while. */
  private static final int TIMES = 5;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /** Bytes that this thread allocates in {@link #READS} reads, the least of some times. */
  public static long bytesOf(LongSupplier read) {
    long least = bytesOnce(read);
    for (int i = 1; i < TIMES && least != 0; i++) {
      least = Math.min(least, bytesOnce(read));
    }
    return least;
  }

  private static long bytesOnce(LongSupplier read) {
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
