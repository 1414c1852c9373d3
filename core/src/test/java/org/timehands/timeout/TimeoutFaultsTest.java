package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.timehands.linux.CaughtLog;

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

  /** Says nothing. */
  private static final TimeoutListener QUIET =
      new TimeoutListener() {
        @Override
        public void failed(Object callback, Throwable thrown) {}
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

  /** As callbacks, listeners, executors and clocks of languages that check no exceptions do. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> void checked() throws E {
    throw (E) new IOException("planted");
  }

  @Test
  void aCheckedExceptionThatNobodyDeclaredEndsNothing() {
    TimeoutListener bad =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            TimeoutFaultsTest.<RuntimeException>checked();
          }

          @Override
          public void failed(Object callback, Throwable thrown) {
            TimeoutFaultsTest.<RuntimeException>checked();
          }
        };
    for (boolean refuses : new boolean[] {false, true}) {
      Executor executor = task -> TimeoutFaultsTest.<RuntimeException>checked();
      Timeouts timeouts =
          byHand(
              TimeoutsOptions.DEFAULT
                  .withListener(bad)
                  .withSlowNanos(MILLI)
                  .on(refuses ? executor : null));
      timeouts.after(5 * MILLI, timeout -> TimeoutFaultsTest.<RuntimeException>checked());
      timeouts.after(5 * MILLI, timeout -> time.pass(2));
      timeouts.after(6 * MILLI, timeout -> ran.add("refused " + refuses));
      time.run(timeouts, 20);
    }
    assertEquals(List.of("refused false", "refused true"), ran);
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

  /** An executor that has taken the task, or run it, and throws: it runs once all the same. */
  @Test
  void anExecutorThatTakesTheTaskAndThrowsRunsItOnce() {
    List<Runnable> queue = new ArrayList<>();
    List<Executor> executors =
        List.of(
            task -> {
              task.run();
              throw new IllegalStateException("planted");
            },
            task -> {
              queue.add(task);
              throw new RejectedExecutionException("planted");
            });
    for (Executor each : executors) {
      ran.clear();
      Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT.withListener(QUIET).on(each));
      Timeout kept = timeouts.timeout(timeout -> ran.add("kept"));
      timeouts.arm(kept, 5 * MILLI);
      timeouts.after(6 * MILLI, timeout -> ran.add("once"));
      time.run(timeouts, 20);
      queue.forEach(Runnable::run);
      assertEquals(List.of("kept", "once"), ran);
      assertEquals(2, timeouts.stats().failed());
      timeouts.arm(kept, 5 * MILLI);
      time.run(timeouts, 20);
      assertEquals(List.of("kept", "once", "kept"), ran, "and once for the next arming");
    }
  }

  /**
   * What is due runs, though it is shut down before its executor comes to it: the answer was that
   * it was not pending any more.
   */
  @Test
  void whatIsShutDownAfterItWasDueStillRuns() {
    List<Runnable> queue = new ArrayList<>();
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT.on(queue::add));
    Timeout kept = timeouts.timeout(timeout -> ran.add("kept"));
    timeouts.arm(kept, 5 * MILLI);
    Timeout once = timeouts.after(5 * MILLI, timeout -> ran.add("once " + timeout.attachment()));
    once.attach("x");
    Timeout early = timeouts.timeout(timeout -> ran.add("early"));
    timeouts.arm(early, 5 * MILLI);
    assertTrue(timeouts.shutdown(early), "pending: it does not run");
    time.run(timeouts, 9);
    assertEquals(2, queue.size());
    assertFalse(timeouts.shutdown(kept));
    assertFalse(timeouts.shutdown(once));
    queue.forEach(Runnable::run);
    assertEquals(List.of("kept", "once x"), ran);
    assertThrows(IllegalStateException.class, () -> timeouts.arm(kept, MILLI));
  }

  /** What one callback does to its thread is no business of the next, whoever runs it there. */
  @Test
  void anInterruptOfOneCallbackDoesNotReachTheNext() {
    for (Executor executor : new Executor[] {null, Runnable::run}) {
      Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT.on(executor));
      for (int i = 0; i < 3; i++) {
        timeouts.after(
            5 * MILLI,
            timeout -> {
              ran.add("interrupted " + Thread.currentThread().isInterrupted());
              Thread.currentThread().interrupt();
            });
      }
      timeouts.poll();
      time.pass(9);
      Thread.currentThread().interrupt();
      timeouts.poll();
      assertTrue(Thread.interrupted(), "it is the caller's own thread, which is told");
      assertEquals(Collections.nCopies(3, "interrupted false"), ran);
      ran.clear();
      timeouts.poll();
      assertFalse(Thread.interrupted());
    }
  }

  @Test
  void noInterruptStaysWithTheOwner() throws InterruptedException {
    List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(50);
    try (Timeouts live =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      for (int i = 0; i < 50; i++) {
        live.after(
            i % 5 * MILLI,
            timeout -> {
              seen.add(Thread.currentThread().isInterrupted());
              Thread.currentThread().interrupt();
              all.countDown();
            });
      }
      assertTrue(all.await(60, TimeUnit.SECONDS));
    }
    assertEquals(Collections.nCopies(50, false), seen);
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
                TimeoutFaultsTest.<RuntimeException>checked();
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

  /** Whichever read of the clock fails in a round, by hand: what is due runs, and runs once. */
  @Test
  void aClockThatFailsLosesNoRun() {
    int failures = 0;
    for (int read = 1; read < 12; read++) {
      ran.clear();
      int[] left = {0};
      Timeouts timeouts =
          Timeouts.byHand(
              () -> {
                if (--left[0] == 0) {
                  throw new IllegalStateException("planted");
                }
                return time.nanos;
              },
              TimeoutsOptions.DEFAULT.withShards(1));
      timeouts.after(5 * MILLI, timeout -> ran.add("first"));
      timeouts.after(6 * MILLI, timeout -> ran.add("second"));
      timeouts.poll();
      time.pass(9);
      left[0] = read;
      for (int i = 0; i < 3; i++) {
        try {
          timeouts.poll();
        } catch (IllegalStateException planted) {
          failures++;
        }
      }
      assertEquals(List.of("first", "second"), ran, "where read " + read + " failed");
    }
    assertTrue(failures > 3, failures + " reads failed");
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

  /** What is out of range is told by value, range and remedy. */
  @Test
  void whatIsOutOfRangeIsToldWithItsRemedy() {
    Map<String, Executable> all = new LinkedHashMap<>();
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT);
    long most = timeouts.maxDelayNanos();
    all.put(
        "delay -7 ns: must be 0 to " + most + " ns; ",
        () -> timeouts.after(-7, timeout -> ran.add("x")));
    all.put(
        "delay " + (most + 1) + " ns: must be 0 to " + most + " ns; ",
        () -> timeouts.timeout(new CompletableFuture<>(), Duration.ofNanos(most + 1)));
    all.put("shard 1: must be 0 to 0; ", () -> timeouts.pinned(1, timeout -> ran.add("x")));
    TimeoutsOptions options = TimeoutsOptions.DEFAULT;
    all.put("tickNanos 999: must be 1000 to 10000000000; ", () -> options.withTickNanos(999));
    all.put("shards 65: must be 1 to 64; ", () -> options.withShards(65));
    all.put("budget 0: must be 1 to 1000000; ", () -> options.withBudget(0));
    all.put(
        "slowNanos 0: must be 1 to " + Long.MAX_VALUE + "; ", () -> options.withSlowNanos(0));
    all.put("limit -1: must be 0 or more; ", () -> new TimeoutWheel().advance(0, -1));
    all.put("levels 7: must be 8 or 9; ", () -> new TimeoutWheel(7, 0));
    all.forEach(
        (told, call) -> {
          String message = assertThrows(IllegalArgumentException.class, call).getMessage();
          assertTrue(message.startsWith(told) && message.length() > told.length(), message);
        });
  }

  /** 3-39: without a listener of one's own, the log names them; of slow ones one in 10 s. */
  @Test
  void whatIsSlowOrThrowsIsLoggedByDefault() {
    Timeouts timeouts = byHand(TimeoutsOptions.DEFAULT);
    Consumer<Timeout> slow = timeout -> time.pass(5);
    Consumer<Timeout> bad =
        timeout -> {
          throw new IllegalStateException("planted");
        };
    try (CaughtLog log = new CaughtLog(TimeoutListener.class.getName())) {
      timeouts.after(5 * MILLI, bad);
      timeouts.after(5 * MILLI, timeout -> time.pass(4));
      time.run(timeouts, 30);
      assertEquals(List.of("timeout callback " + bad + " threw"), log.lines);
      log.untilLogged(
          () -> {
            timeouts.after(5 * MILLI, slow);
            time.run(timeouts, 30);
          });
      String line = log.lines.getLast();
      assertTrue(line.startsWith("timeout callback " + slow + " took 5000000 ns"), line);
    }
  }
}
