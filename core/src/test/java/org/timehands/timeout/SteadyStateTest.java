package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * Where timeouts are kept, arming, putting off, cancelling and expiring allocate nothing (3-50).
 * One of a single call is an object each time: so the test would notice.
 */
class SteadyStateTest {
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int OPERATIONS = 20_000;
  private static final int KEPT = 64;
  private static final long MILLI = HandTime.MILLI;
  private static final Consumer<Timeout> NOTHING = timeout -> {};

  private final HandTime time = new HandTime();
  private int ran;

  /** Bytes allocated by so many operations, at best: at first the interpreter links call sites. */
  private static long bytes(IntConsumer operation) {
    long least = Long.MAX_VALUE;
    for (int tries = 0; tries < 20 && least > 0; tries++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < OPERATIONS; i++) {
        operation.accept(i);
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static void assertNothing(IntConsumer operation) {
    long bytes = bytes(operation);
    assertTrue(bytes < OPERATIONS, bytes + " bytes in " + OPERATIONS + " operations");
  }

  @Test
  void ofAWheel() {
    TimeoutWheel wheel = new TimeoutWheel();
    Timeout[] kept = new Timeout[KEPT];
    for (int i = 0; i < KEPT; i++) {
      kept[i] = wheel.timeout(timeout -> ran++);
    }
    assertNothing(
        i -> {
          Timeout timeout = kept[i % KEPT];
          wheel.arm(timeout, wheel.now() + 100);
          wheel.arm(timeout, wheel.now() + 50 + i % 100);
          wheel.reduce(timeout, wheel.now() + 40 + i % 100);
          if (i % 3 == 0) {
            timeout.cancel();
          }
          wheel.advance(wheel.now() + i % 4, 8);
        });
    assertTrue(ran > 0);
    assertTrue(bytes(i -> wheel.add(wheel.now() + 100, NOTHING).cancel()) >= 16 * OPERATIONS);
  }

  @Test
  void ofAWheelOfNumbers() {
    HandleWheel wheel = new HandleWheel();
    long[] handles = new long[KEPT];
    long[] now = new long[1];
    HandleWheel.Handler counts = handle -> ran++;
    assertNothing(
        i -> {
          wheel.cancel(handles[i % KEPT]);
          handles[i % KEPT] = wheel.add(now[0] + 100);
          wheel.rearm(handles[i % KEPT], now[0] + 50 + i % 100);
          now[0] += i % 4;
          wheel.advance(now[0], 8, counts);
        });
    assertTrue(ran > 0);
  }

  @Test
  void ofTimeouts() {
    Timeouts timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(2));
    Timeout[] kept = new Timeout[KEPT];
    for (int i = 0; i < KEPT; i++) {
      kept[i] = timeouts.pinned(i % 2, timeout -> ran++);
    }
    assertNothing(
        i -> {
          Timeout timeout = kept[i % KEPT];
          timeouts.arm(timeout, 100 * MILLI);
          timeouts.postpone(timeout, 120 * MILLI);
          timeouts.reduce(timeout, 50 * MILLI);
          timeouts.armRounded(timeout, 40 * MILLI);
          timeouts.arm(timeout, (50 + i % 100) * MILLI);
          if (i % 3 == 0) {
            timeout.cancel();
          }
          time.pass(i % 4);
          timeouts.poll();
        });
    assertTrue(ran > 0);
    assertEquals(0, timeouts.stats().failed());
    assertTrue(bytes(i -> timeouts.after(MILLI, NOTHING).cancel()) >= 16 * OPERATIONS);
  }
}
