package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadSwitchesTest {
  @Test
  void bothKindsAreCounted() {
    String status =
        "Name:\tx\nThreads:\t9\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t7\n";
    assertEquals(157, ThreadSwitches.parse(status));
    assertEquals(0, ThreadSwitches.parse("Name:\tx\n"));
  }

  @Test
  void waitingIsSeen() throws IOException {
    assertFalse(ThreadSwitches.threads().isEmpty());
    // Threads that end meanwhile would take their counts along.
    List<Integer> threads = ThreadSwitches.threads();
    Map<Integer, Long> before = new HashMap<>();
    for (int thread : threads) {
      before.put(thread, ThreadSwitches.of(thread));
    }
    Futex futex = new Futex();
    for (int i = 0; i < 10; i++) {
      long deadline = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) + 1_000_000;
      futex.await(futex.value(), deadline);
    }
    long most = 0;
    for (int thread : threads) {
      most = Math.max(most, ThreadSwitches.of(thread) - before.get(thread));
    }
    assertTrue(most >= 10, "ten waits are ten switches at least, not " + most);
  }

  @Test
  void aThreadThatHasEndedHasNone() throws IOException {
    assertEquals(0, ThreadSwitches.of(Integer.MAX_VALUE));
    assertEquals("", ThreadSwitches.name(Integer.MAX_VALUE));
  }
}
