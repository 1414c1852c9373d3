package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What was cancelled is collected while its tick is an hour away, and its handle still held (3-50);
 * so is what has run, or was cleared, since nobody can arm it again.
 * What is armed is not: so the test would notice if nothing were ever held.
 */
class NoLeakTest {
  private static final int COLLECTIONS = 5;
  private static final long HOUR = 3600L * 1000;
  private static final long HOUR_NANOS = HOUR * HandTime.MILLI;

  private final HandTime time = new HandTime();
  private final Timeouts timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
  private final TimeoutWheel wheel = new TimeoutWheel();
  private Object held = new Object();
  private final WeakReference<Object> seen = new WeakReference<>(held);

  private Consumer<Timeout> callback() {
    Object captured = held;
    return timeout -> captured.hashCode();
  }

  private Object letGo() {
    held = null;
    for (int i = 0; i < COLLECTIONS && seen.get() != null; i++) {
      System.gc();
    }
    return seen.get();
  }

  @Test
  void ofAWheelsTimeoutThatWasCancelled() {
    Timeout timeout = wheel.add(HOUR, callback());
    timeout.attach(held);
    assertNotNull(letGo(), "armed");
    assertTrue(timeout.cancel());
    assertNull(letGo());
    Reference.reachabilityFence(timeout);
  }

  @Test
  void ofAWheelsTimeoutThatHasRun() {
    Timeout timeout = wheel.add(HOUR, callback());
    assertNotNull(letGo(), "armed");
    assertEquals(1, wheel.advance(2 * HOUR, 9));
    assertNull(letGo());
    Reference.reachabilityFence(timeout);
  }

  @Test
  void ofAWheelsTimeoutThatWasCleared() {
    Timeout timeout = wheel.add(HOUR, callback());
    assertNotNull(letGo(), "armed");
    assertEquals(1, wheel.clear().size());
    assertNull(letGo());
    Reference.reachabilityFence(timeout);
  }

  @Test
  void ofATimeoutThatHasRun() {
    Timeout timeout = timeouts.after(HandTime.MILLI, callback());
    timeouts.poll();
    assertNotNull(letGo(), "armed");
    time.run(timeouts, 9);
    assertEquals(1, timeouts.stats().expired());
    assertNull(letGo());
    Reference.reachabilityFence(timeout);
  }

  @Test
  void ofAWheelsKeptOneThatWasShutDown() {
    Timeout timeout = wheel.timeout(callback());
    wheel.arm(timeout, HOUR);
    timeout.attach(held);
    timeout.cancel();
    assertNotNull(letGo(), "may be armed again");
    wheel.shutdown(timeout);
    assertNull(letGo());
    Reference.reachabilityFence(timeout);
    Reference.reachabilityFence(wheel);
  }

  @Test
  void ofATimeoutThatWasCancelled() {
    Timeout timeout = timeouts.after(HOUR_NANOS, callback(), held);
    timeouts.poll();
    assertNotNull(letGo(), "armed");
    assertTrue(timeout.cancel());
    assertNull(letGo(), "before its owner has looked");
    Reference.reachabilityFence(timeout);
  }

  @Test
  void ofAKeptOneThatWasShutDown() {
    Timeout timeout = timeouts.timeout(callback());
    timeout.attach(held);
    timeouts.arm(timeout, HOUR_NANOS);
    timeouts.poll();
    timeout.cancel();
    assertNotNull(letGo(), "may be armed again");
    timeouts.shutdown(timeout);
    assertNull(letGo(), "before its owner has looked");
    Reference.reachabilityFence(timeout);
  }

  private ScheduledFuture<?> scheduled() {
    Object captured = held;
    return TimeoutScheduler.byHand(timeouts, time, Runnable::run)
        .scheduleAtFixedRate(captured::hashCode, 1, 1, TimeUnit.HOURS);
  }

  @Test
  void ofAScheduledTaskThatWasCancelled() {
    ScheduledFuture<?> task = scheduled();
    timeouts.poll();
    assertNotNull(letGo(), "scheduled");
    assertTrue(task.cancel(false));
    assertNull(letGo(), "before the owner has looked");
    Reference.reachabilityFence(task);
  }
}
