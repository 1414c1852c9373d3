package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What callbacks, listeners, executors and clocks throw; what is armed after the end (3-39). */
class TimeoutFaultsTest {
  private static final long MILLI = HandTime.MILLI;

  /** Throws at whatever it hears. */
  private static final TimeoutListener BAD =
      new TimeoutListener() {
        @Override
        public void slow(Object callback, long tookNanos) {
          throw new AssertionError("planted");
        }

        @Override
        public void failed(Object callback, Throwable thrown) {
          throw new AssertionError("planted");
        }
      };

  private final HandTime time = new HandTime();
  private final List<String> ran = new ArrayList<>();

  private Timeouts byHand(TimeoutsOptions options) {
    return Timeouts.byHand(time, options.withShards(1));
  }

  private static void fail(Timeout timeout) {
    throw new AssertionError("planted");
  }

  @Test
  void anErrorOfTheListenerEndsNothing() {
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT.withListener(BAD).withSlowNanos(MILLI));
    timeouts.after(5 * MILLI, TimeoutFaultsTest::fail);
    timeouts.after(5 * MILLI, timeout -> time.pass(2));
    timeouts.after(6 * MILLI, timeout -> ran.add("after"));
    time.run(timeouts, 20);
    assertEquals(List.of("after"), ran);
    assertEquals(3, timeouts.stats().failed(), "the callback's and two of the listener");
  }

  @Test
  void anErrorOfTheExecutorIsARefusal() {
    TimeoutListener quiet =
        new TimeoutListener() {
          @Override
          public void failed(Object callback, Throwable thrown) {
            ran.add("refused");
          }
        };
    Timeouts timeouts =
        byHand(
            TimeoutsOptions.DEFAULT
                .withListener(quiet)
                .on(
                    task -> {
                      throw new InternalError("planted");
                    }));
    timeouts.after(5 * MILLI, timeout -> ran.add("here"));
    time.run(timeouts, 20);
    assertEquals(List.of("refused", "here"), ran);
  }

  @Test
  void theOwnerOutlivesAClockThatFailsAndEndsWithTheShutdown() throws InterruptedException {
    AtomicBoolean broken = new AtomicBoolean();
    AtomicReference<Thread> owner = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    Timeouts timeouts =
        Timeouts.start(
            () -> {
              if (broken.get() && Thread.currentThread() == owner.get()) {
                broken.set(false);
                failed.countDown();
                throw new IllegalStateException("planted");
              }
              return System.nanoTime();
            },
            TimeoutsOptions.DEFAULT.withShards(1));
    timeouts.after(
        MILLI,
        timeout -> {
          owner.set(Thread.currentThread());
          known.countDown();
        });
    assertTrue(known.await(60, TimeUnit.SECONDS));
    broken.set(true);
    timeouts.after(MILLI, timeout -> late.countDown());
    assertTrue(failed.await(60, TimeUnit.SECONDS));
    assertTrue(late.await(60, TimeUnit.SECONDS), "the owner died of its clock");
    timeouts.shutdown();
    owner.get().join(60_000);
    assertFalse(owner.get().isAlive(), "the shutdown left the thread behind");
  }

  @Test
  void whatIsArmedAfterTheEndIsKeptNowhere() {
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT.withLateArms(LateArms.IGNORE));
    timeouts.shutdown();
    for (int i = 0; i < 100; i++) {
      timeouts.after(5 * MILLI, timeout -> ran.add("x"));
      timeouts.shutdown(timeouts.timeout(timeout -> ran.add("x")));
    }
    timeouts.poll();
    assertEquals(0, timeouts.stats().messages(), "left in the mailbox for ever");
  }

  @Test
  void durationsBeyondALongAreOutOfRange() {
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT);
    Duration most = Duration.ofSeconds(Long.MAX_VALUE);
    for (Duration each : List.of(most, most.negated())) {
      assertThrows(
          IllegalArgumentException.class, () -> timeouts.after(each, timeout -> ran.add("x")));
    }
  }
}
