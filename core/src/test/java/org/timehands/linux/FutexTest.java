package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class FutexTest {
  private static long now() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  @Test
  void waitsUntilTheInstant() {
    Futex futex = new Futex();
    long deadline = now() + 5_000_000;
    while (now() < deadline) {
      // Ends early only on a signal.
      futex.await(futex.value(), deadline);
    }
    futex.await(futex.value(), 0);
    futex.await(futex.value(), -1);
  }

  @Test
  void doesNotSleepOnAValueThatHasChanged() {
    Futex futex = new Futex();
    int seen = futex.value();
    futex.signal();
    assertEquals(seen + 1, futex.value());
    futex.await(seen, Long.MAX_VALUE);
  }

  @Test
  void aSignalWakes() throws Exception {
    Futex futex = new Futex();
    FutureTask<Integer> wait =
        new FutureTask<>(
            () -> {
              while (futex.value() == 0) {
                futex.await(0, Long.MAX_VALUE);
              }
              return futex.value();
            });
    Thread.ofPlatform().daemon().start(wait);
    futex.signal();
    assertTrue(wait.get() >= 1);
  }
}
