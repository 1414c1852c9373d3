package org.timehands.timeout;

import java.util.function.LongSupplier;

/** A clock that shows what the test says. */
final class HandTime implements LongSupplier {
  static final long MILLI = 1_000_000;

  volatile long nanos = 1_000 * MILLI;
  int reads;

  @Override
  public long getAsLong() {
    reads++;
    return nanos;
  }

  void pass(long millis) {
    nanos += millis * MILLI;
  }

  /** Lets time pass tick by tick and runs what is due. */
  void run(Timeouts timeouts, long millis) {
    for (long i = 0; i < millis; i++) {
      pass(1);
      while (timeouts.poll() == Long.MIN_VALUE) {
        Thread.onSpinWait();
      }
    }
  }
}
