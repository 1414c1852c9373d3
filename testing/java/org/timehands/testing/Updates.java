package org.timehands.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** What updates of a timeline allocate, each to a rate that it never had before (0-13). */
public final class Updates {
  /** How many updates are counted. */
  public static final long COUNT = 100_000;

  /** An update that allocates does so each time; what the JVM does beside it, once in a while. */
  private static final int TIMES = 10;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Updates() {}

  /**
   * Checks that updates allocate nothing.
   *
   * @param update makes update number i
   * @param newest the newest segment's number, which each update is to raise
   */
  public static void checkFree(LongConsumer update, LongSupplier newest) {
    assertEquals(0, bytesOf(update, newest), "bytes in " + COUNT + " updates");
  }

  /** Bytes that this thread allocates in {@link #COUNT} updates, the least of some times. */
  public static long bytesOf(LongConsumer update, LongSupplier newest) {
    long least = Long.MAX_VALUE;
    long done = 0;
    for (int time = 0; time < TIMES && least > 0; time++) {
      long first = newest.getAsLong();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (long i = 0; i < COUNT; i++) {
        update.accept(done++);
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      long updated = newest.getAsLong() - first;
      assertTrue(updated >= COUNT * 9 / 10, "only " + updated + " updates have changed the line");
    }
    return least;
  }
}
