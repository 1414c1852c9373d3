package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Await;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/** Timers and threads: waiting cancels, deadlocks that are refused, deferred callbacks. */
class TimerThreadsTest {
  private static final long MILLI = 1_000_000;

  private final Deque<Runnable> handed = new ArrayDeque<>();

  private VirtualTimers byHandedTasks() {
    return new VirtualTimers(options -> options.withDeferred(handed::add));
  }

  private void runHanded() {
    while (!handed.isEmpty()) {
      handed.poll().run();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException planted) {
      throw new AssertionError(planted);
    }
  }

  @Test
  void cancelWaitsForTheCallbackAndEndsItsRestarts() throws Exception {
    VirtualTimers virtual = new VirtualTimers();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    ClockTimer timer =
        virtual.timers.softTimer(
            (expiring, now) -> {
              runs.incrementAndGet();
              entered.countDown();
              await(leave);
              expiring.forward(now, MILLI);
              return Next.AGAIN;
            });
    timer.armIn(ClockId.MONOTONIC, MILLI);
    virtual.advance(MILLI);
    entered.await();
    assertEquals(ClockTimer.Cancel.RUNNING, timer.tryCancel());
    assertTrue(timer.isRunning());
    FutureTask<Boolean> cancel = new FutureTask<>(timer::cancel);
    Thread waiter = Thread.ofPlatform().start(cancel);
    Await.state(waiter, Thread.State.WAITING);
    assertFalse(cancel.isDone());
    leave.countDown();
    assertTrue(cancel.get(), "it was kept from running again");
    assertFalse(timer.isActive());
    virtual.advance(100 * MILLI);
    assertEquals(1, runs.get());
  }

  /** A timer that has armed itself and still runs cannot be cancelled; then it is armed. */
  @Test
  void aTimerThatHasArmedItselfRunsUntilItReturns() throws Exception {
    for (boolean soft : new boolean[] {false, true}) {
      VirtualTimers virtual = new VirtualTimers();
      CountDownLatch armed = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      ClockTimer timer =
          virtual.timers.timer(
              0,
              (same, now) -> {
                same.arm(ClockId.MONOTONIC, now + 5 * MILLI);
                armed.countDown();
                await(leave);
                return Next.DONE;
              },
              soft);
      timer.armIn(ClockId.MONOTONIC, MILLI);
      virtual.pass(MILLI);
      Thread expiring = Thread.ofPlatform().start(virtual.timers::expire);
      armed.await();
      assertEquals(ClockTimer.Cancel.RUNNING, timer.tryCancel());
      assertEquals(ClockTimer.Cancel.RUNNING, timer.discard());
      assertTrue(timer.isQueued() && timer.isRunning());
      leave.countDown();
      expiring.join();
      Await.until(() -> !timer.isRunning(), "the callback has ended");
      assertTrue(timer.isActive());
      assertEquals(5 * MILLI, timer.remainingNanos());
      assertEquals(ClockTimer.Cancel.CANCELLED, timer.tryCancel());
      assertEquals(ClockTimer.Cancel.INACTIVE, timer.tryCancel());
      assertFalse(timer.isActive());
    }
  }

  @Test
  void cancelInItsOwnCallbackIsRefused() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers
        .timer(
            (timer, now) -> {
              timer.cancel();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    assertEquals(1, virtual.reports.size());
    assertTrue(virtual.reports.getFirst().contains("would wait for itself"));
  }

  /** Two callbacks that cancel each other: one of them is refused, neither waits for ever. */
  @Test
  void aRingOfWaitsIsRefused() throws Exception {
    VirtualTimers virtual = new VirtualTimers();
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(2);
    ClockTimer[] pair = new ClockTimer[2];
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      pair[i] =
          virtual.timers.softTimer(
              (timer, now) -> {
                try {
                  both.await();
                  pair[other].cancel();
                } catch (IllegalStateException ring) {
                  refused.incrementAndGet();
                } catch (Exception planted) {
                  throw new AssertionError(planted);
                } finally {
                  done.countDown();
                }
                return Next.DONE;
              });
    }
    pair[0].armIn(ClockId.MONOTONIC, 0);
    pair[1].armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    done.await();
    assertEquals(1, refused.get());
    assertEquals(0, virtual.reports.size());
  }

  /** 3-15: a deferred callback delays nobody; it runs once at a time. */
  @Test
  void deferredCallbacksDelayNobody() {
    VirtualTimers virtual = byHandedTasks();
    StringBuilder order = new StringBuilder();
    virtual.timers
        .softTimer(
            (timer, now) -> {
              order.append('s');
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 1);
    virtual.timers
        .timer(
            (timer, now) -> {
              order.append('h');
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 2);
    virtual.advance(2);
    assertEquals("h", order.toString());
    runHanded();
    assertEquals("hs", order.toString());
    assertEquals(1, virtual.timers.statistics().deferred());
  }

  /**
   * 3-15: the two classes, measured apart: a hundred soft callbacks that nobody runs make no hard
   * one late, and are counted as what they are.
   */
  @Test
  void whatIsDeferredIsCountedApart() {
    VirtualTimers virtual = byHandedTasks();
    AtomicInteger hard = new AtomicInteger();
    AtomicInteger soft = new AtomicInteger();
    for (int i = 1; i <= 100; i++) {
      virtual.timers
          .softTimer(
              (timer, now) -> {
                soft.incrementAndGet();
                virtual.pass(20 * MILLI);
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, i * MILLI);
      virtual.timers
          .timer(
              (timer, now) -> {
                assertEquals(timer.expiryNanos(), now);
                hard.incrementAndGet();
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, i * MILLI);
    }
    virtual.advance(100 * MILLI);
    assertEquals(100, hard.get());
    assertEquals(0, soft.get());
    TimerStatistics seen = virtual.timers.statistics();
    assertEquals(200, seen.expired());
    assertEquals(100, seen.deferred());
    assertEquals(0, seen.maxLateNanos());
    assertEquals(0, seen.slowCallbacks());
    runHanded();
    assertEquals(100, soft.get());
    assertEquals(100, virtual.timers.statistics().slowCallbacks());
    assertEquals(100, virtual.reports.size(), "each is named, and nothing failed");
  }

  @Test
  void aDeferredTimerCanBeCancelledAndArmedBeforeItRuns() {
    VirtualTimers virtual = byHandedTasks();
    AtomicInteger runs = new AtomicInteger();
    ClockTimer timer =
        virtual.timers.softTimer(
            (expiring, now) -> {
              runs.incrementAndGet();
              return Next.DONE;
            });
    timer.armIn(ClockId.MONOTONIC, 1);
    virtual.advance(1);
    assertTrue(timer.isActive());
    assertEquals(1, timer.remainingNanos());
    assertEquals(ClockTimer.Cancel.CANCELLED, timer.tryCancel());
    runHanded();
    assertEquals(0, runs.get());
    timer.armIn(ClockId.MONOTONIC, 1);
    virtual.advance(1);
    assertTrue(timer.armIn(ClockId.MONOTONIC, MILLI));
    runHanded();
    assertEquals(0, runs.get(), "it waits for the new instant");
    virtual.advance(MILLI);
    runHanded();
    assertEquals(1, runs.get());
  }

  /** A periodic soft timer whose executor does not get to it: one callback waits, not many. */
  @Test
  void anExpiryThatWaitsIsOne() {
    VirtualTimers virtual = byHandedTasks();
    AtomicInteger runs = new AtomicInteger();
    ClockTimer timer =
        virtual.timers.softTimer(
            (expiring, now) -> {
              runs.incrementAndGet();
              return Next.DONE;
            });
    for (int i = 0; i < 10; i++) {
      timer.armIn(ClockId.MONOTONIC, 1);
      virtual.advance(1);
    }
    assertEquals(1, handed.size());
    runHanded();
    assertEquals(1, runs.get());
  }

  @Test
  void whatTheExecutorRejectsRunsAllTheSame() throws Exception {
    VirtualTimers virtual =
        new VirtualTimers(
            options ->
                options.withDeferred(
                    task -> {
                      throw new RejectedExecutionException("planted");
                    }));
    CountDownLatch ran = new CountDownLatch(1);
    virtual.timers
        .softTimer(
            (timer, now) -> {
              ran.countDown();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    ran.await();
  }

  @Test
  void twoThreadsDoNotExpireAtOnce() throws Exception {
    VirtualTimers virtual = new VirtualTimers();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicReference<Thread> runner = new AtomicReference<>();
    virtual.timers
        .timer(
            (timer, now) -> {
              runner.set(Thread.currentThread());
              entered.countDown();
              await(leave);
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    FutureTask<Integer> expiry = new FutureTask<>(virtual.timers::expire);
    Thread.ofPlatform().start(expiry);
    entered.await();
    assertThrows(IllegalStateException.class, virtual.timers::expire);
    // Arming and asking do not wait for the callback.
    ClockTimer other = virtual.timers.timer((timer, now) -> Next.DONE);
    other.armIn(ClockId.MONOTONIC, 1);
    assertEquals(1, virtual.timers.statistics().queued());
    leave.countDown();
    assertEquals(1, expiry.get());
  }

  /** Each of many threads arms, cancels and waits beside the expiring one; nothing is left over. */
  @Test
  void armsAndCancelsOfManyThreads() throws Exception {
    VirtualTimers virtual = new VirtualTimers();
    AtomicInteger armed = new AtomicInteger();
    AtomicInteger over = new AtomicInteger();
    int threads = 4;
    CountDownLatch working = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int salt = t;
      Thread.ofPlatform()
          .start(
              () -> {
                ClockTimer timer =
                    virtual.timers.timer(
                        0,
                        (expiring, now) -> {
                          over.incrementAndGet();
                          return Next.DONE;
                        },
                        salt % 2 == 0);
                for (int i = 0; i < 20_000; i++) {
                  if (!timer.armIn(ClockId.MONOTONIC, (i * 31L + salt) % 200)) {
                    armed.incrementAndGet();
                  }
                  if (i % 3 == 0 && timer.cancel()) {
                    over.incrementAndGet();
                  }
                }
                if (timer.cancel()) {
                  over.incrementAndGet();
                }
                working.countDown();
              });
    }
    Await.until(
        () -> {
          virtual.pass(50);
          virtual.timers.expire();
          return working.getCount() == 0;
        },
        "all threads are through");
    assertEquals(0, virtual.timers.statistics().queued());
    assertEquals(armed.get(), over.get());
  }
}
