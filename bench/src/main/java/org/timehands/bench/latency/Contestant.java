package org.timehands.bench.latency;

import java.io.IOException;

/** Something that waits for instants. One slice at a time; the caller's thread only looks on. */
interface Contestant extends AutoCloseable {
  /** Its row's name. */
  String name();

  /**
   * Waits for instants for a while.
   *
   * @param intervalNanos from each instant to the next
   * @param millis for how long
   */
  Slice run(long intervalNanos, long millis) throws IOException, InterruptedException;

  /** CPU nanoseconds of a process of its own; 0 if it is in ours. */
  default long ownCpuNanos() {
    return 0;
  }

  /** Whether it needs to be warmed up: it is compiled as it runs. */
  default boolean isJava() {
    return true;
  }

  @Override
  default void close() throws IOException {}
}
