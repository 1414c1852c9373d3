package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;
import org.timehands.testing.Seeds;

/** The contract of ScheduledThreadPoolExecutor, at virtual time, on real threads. */
@Timeout(60)
class TimerExecutorTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTimers virtual = new VirtualTimers();
  private final TimerExecutor pool = new TimerExecutor(virtual.timers, 2);

  @AfterEach
  void end() {
    pool.shutdownNow();
  }

  private static void nothing() {}

  @Test
  void delayedTasksRunWhenDue() throws Exception {
    ScheduledFuture<String> task = pool.schedule(() -> "done", 5, TimeUnit.SECONDS);
    assertEquals(5, task.getDelay(TimeUnit.SECONDS));
    virtual.advance(5 * SECOND - 1);
    assertFalse(task.isDone());
    assertEquals(1, pool.getQueue().size());
    virtual.advance(1);
    assertEquals("done", task.get());
    assertEquals("now", pool.submit(() -> "now").get());
    assertEquals(7, pool.submit(TimerExecutorTest::nothing, 7).get().intValue());
    assertSame(null, pool.schedule(TimerExecutorTest::nothing, -5, TimeUnit.DAYS).get());
  }

  @Test
  void tasksForOneInstantRunInTheOrderOfSubmission() throws Exception {
    TimerExecutor one = new TimerExecutor(virtual.timers, 1, Thread.ofVirtual().factory());
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<ScheduledFuture<?>> all = new ArrayList<>();
    virtual.device.program(Long.MAX_VALUE);
    for (int i = 0; i < 100; i++) {
      int mine = i;
      all.add(one.schedule(() -> order.add(mine), i % 2 == 0 ? 2 : 1, TimeUnit.SECONDS));
    }
    virtual.advance(3 * SECOND);
    expireUntil(() -> order.size() == 100, "all have run");
    for (ScheduledFuture<?> each : all) {
      each.get();
    }
    List<Integer> expected = new ArrayList<>();
    for (int odd = 1; odd >= 0; odd--) {
      for (int i = odd; i < 100; i += 2) {
        expected.add(i);
      }
    }
    assertEquals(expected, order);
    one.shutdown();
    assertTrue(one.awaitTermination(60, TimeUnit.SECONDS));
  }

  @Test
  void fixedRateAndFixedDelay() throws Exception {
    Semaphore runs = new Semaphore(0);
    ScheduledFuture<?> rate =
        pool.scheduleAtFixedRate(runs::release, 1, 10, TimeUnit.SECONDS);
    virtual.advance(SECOND);
    for (int i = 0; i < 5; i++) {
      runs.acquire();
      awaitQueued(1);
      assertEquals(10 * SECOND, rate.getDelay(TimeUnit.NANOSECONDS));
      virtual.advance(10 * SECOND);
    }
    runs.acquire();
    // One that is cancelled after it has released, before it is queued anew, never is.
    awaitQueued(1);
    rate.cancel(false);
    ScheduledFuture<?> delay =
        pool.scheduleWithFixedDelay(
            () -> {
              virtual.pass(3 * SECOND);
              runs.release();
            },
            0, 10, TimeUnit.SECONDS);
    runs.acquire();
    awaitQueued(2);
    assertTrue(delay.getDelay(TimeUnit.NANOSECONDS) == 10 * SECOND);
    delay.cancel(true);
    assertThrows(CancellationException.class, delay::get);
  }

  /**
   * Expires what is due until it is so. Who takes a task arms the timer for the next; meanwhile
   * that one's instant may pass, and then the device is programmed to the past, which wakes nobody.
   */
  private void expireUntil(BooleanSupplier condition, String what) {
    Await.until(
        () -> {
          virtual.advance(0);
          return condition.getAsBoolean();
        },
        what);
  }

  private void awaitQueued(int count) {
    Await.until(() -> pool.getQueue().size() >= count, count + " tasks are queued");
  }

  @Test
  void aTaskThatThrowsIsNotRunAgain() throws Exception {
    ScheduledFuture<?> periodic =
        pool.scheduleAtFixedRate(
            () -> {
              throw new IllegalStateException("planted");
            },
            0, 1, TimeUnit.SECONDS);
    ExecutionException thrown = assertThrows(ExecutionException.class, periodic::get);
    assertEquals("planted", thrown.getCause().getMessage());
    virtual.advance(10 * SECOND);
    assertEquals(0, pool.getQueue().size());
    ScheduledFuture<?> once =
        pool.schedule(
            () -> {
              throw new IllegalArgumentException("once");
            },
            0, TimeUnit.SECONDS);
    assertThrows(ExecutionException.class, once::get);
  }

  @Test
  void cancelledTasksStayQueuedUnlessAskedOtherwise() {
    ScheduledFuture<?> stays = pool.schedule(TimerExecutorTest::nothing, 9, TimeUnit.SECONDS);
    assertFalse(pool.getRemoveOnCancelPolicy());
    assertTrue(stays.cancel(false));
    assertEquals(1, pool.getQueue().size());
    pool.purge();
    assertEquals(0, pool.getQueue().size());
    pool.setRemoveOnCancelPolicy(true);
    pool.schedule(TimerExecutorTest::nothing, 9, TimeUnit.SECONDS).cancel(true);
    assertEquals(0, pool.getQueue().size());
    ScheduledFuture<?> removed = pool.schedule(TimerExecutorTest::nothing, 9, TimeUnit.SECONDS);
    assertTrue(pool.getQueue().contains(removed));
    assertTrue(pool.remove((Runnable) removed));
    assertFalse(pool.remove((Runnable) removed));
  }

  @Test
  void delayedTasksOutliveAShutdownAndPeriodicOnesDoNot() throws Exception {
    assertTrue(pool.getExecuteExistingDelayedTasksAfterShutdownPolicy());
    assertFalse(pool.getContinueExistingPeriodicTasksAfterShutdownPolicy());
    ScheduledFuture<String> delayed = pool.schedule(() -> "late", 9, TimeUnit.SECONDS);
    ScheduledFuture<?> periodic =
        pool.scheduleAtFixedRate(TimerExecutorTest::nothing, 5, 5, TimeUnit.SECONDS);
    pool.shutdown();
    assertTrue(periodic.isCancelled());
    assertFalse(delayed.isDone());
    assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
    assertFalse(pool.isTerminated());
    virtual.advance(9 * SECOND);
    assertEquals("late", delayed.get());
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
  }

  @Test
  void otherShutdownPolicies() throws Exception {
    pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(true);
    Semaphore runs = new Semaphore(0);
    ScheduledFuture<?> delayed = pool.schedule(TimerExecutorTest::nothing, 9, TimeUnit.SECONDS);
    ScheduledFuture<?> periodic =
        pool.scheduleAtFixedRate(runs::release, 5, 5, TimeUnit.SECONDS);
    pool.shutdown();
    assertTrue(delayed.isCancelled());
    virtual.advance(5 * SECOND);
    runs.acquire();
    assertFalse(pool.isTerminated());
    pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
    assertTrue(periodic.isCancelled());
  }

  @Test
  void shutdownNowHandsBackWhatWaits() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    ScheduledFuture<?> running =
        pool.scheduleAtFixedRate(
            () -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            },
            0, 1, TimeUnit.SECONDS);
    entered.await();
    for (int i = 0; i < 5; i++) {
      pool.schedule(TimerExecutorTest::nothing, 9, TimeUnit.SECONDS);
    }
    assertEquals(5, pool.shutdownNow().size());
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
    assertTrue(running.isCancelled(), "it is not run again");
  }

  @Test
  void refusals() {
    assertThrows(NullPointerException.class, () -> pool.schedule((Runnable) null, 1, null));
    assertThrows(
        NullPointerException.class,
        () -> pool.schedule(TimerExecutorTest::nothing, 1, null));
    assertThrows(NullPointerException.class, () -> pool.execute(null));
    assertThrows(
        IllegalArgumentException.class,
        () -> pool.scheduleAtFixedRate(TimerExecutorTest::nothing, 1, 0, TimeUnit.DAYS));
    assertThrows(
        IllegalArgumentException.class,
        () -> pool.scheduleWithFixedDelay(TimerExecutorTest::nothing, 1, -1, TimeUnit.DAYS));
    assertThrows(
        IllegalArgumentException.class, () -> new TimerExecutor(virtual.timers, -1));
    assertThrows(IllegalArgumentException.class, () -> pool.setCorePoolSize(-1));
    assertThrows(NullPointerException.class, () -> new TimerExecutor(virtual.timers, 1, null));
    assertThrows(NullPointerException.class, () -> new TimerExecutor((Timers) null, 1));
  }

  /** With the arguments of the JDK's pool, on the timers that the process shares. */
  @Test
  void itIsMadeAsTheJdksPoolIs() throws Exception {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    List<Runnable> rejected = new ArrayList<>();
    ThreadFactory factory =
        task -> {
          threads.add(Thread.ofPlatform().daemon().unstarted(task));
          return threads.getLast();
        };
    RejectedExecutionHandler handler = (task, from) -> rejected.add(task);
    for (TimerExecutor made :
        List.of(new TimerExecutor(1, handler), new TimerExecutor(1, factory, handler))) {
      assertEquals("ran", made.schedule(() -> "ran", 1, TimeUnit.NANOSECONDS).get());
      assertSame(handler, made.getRejectedExecutionHandler());
      made.shutdownNow();
      made.execute(TimerExecutorTest::nothing);
    }
    assertEquals(2, rejected.size());
    assertEquals(1, threads.size(), "made by the second one's factory");
  }

  /** Longer than the JDK's 10 ms, with which a pool without a core wakes 100 times a second. */
  @Test
  void threadsOfTheCoreStayAndOthersForTenSeconds() {
    assertFalse(pool.allowsCoreThreadTimeOut());
    assertEquals(10, pool.getKeepAliveTime(TimeUnit.SECONDS));
  }

  @Test
  void longDelaysDoNotOverflow() {
    ScheduledFuture<?> far =
        pool.schedule(TimerExecutorTest::nothing, Long.MAX_VALUE, TimeUnit.DAYS);
    ScheduledFuture<?> near = pool.schedule(TimerExecutorTest::nothing, 1, TimeUnit.DAYS);
    assertTrue(near.compareTo((Delayed) far) < 0);
    assertTrue(far.compareTo((Delayed) near) > 0);
    assertEquals(0, far.compareTo((Delayed) far));
    assertSame(near, pool.getQueue().peek());
    assertTrue(far.getDelay(TimeUnit.DAYS) > 50_000);
  }

  @Test
  void invokeAllAndAny() throws Exception {
    List<Callable<String>> calls = List.of(() -> "a", () -> "b");
    assertEquals("b", pool.invokeAll(calls).get(1).get());
    assertTrue(List.of("a", "b").contains(pool.invokeAny(calls)));
    assertTrue(List.of("a", "b").contains(pool.invokeAny(calls, 60, TimeUnit.SECONDS)));
  }

  /** Each task runs once, not before its instant, whatever the order of submission. */
  @Test
  void manyTasksRunOnceAndNotEarly() {
    Seeds.forEach(
        TimerExecutorTest.class,
        20,
        random -> {
          int count = 200;
          Semaphore runs = new Semaphore(0);
          List<String> early = Collections.synchronizedList(new ArrayList<>());
          int cancelled = 0;
          for (int i = 0; i < count; i++) {
            long due = virtual.monotonicNanos() + random.nextLong(1000);
            ScheduledFuture<?> task =
                pool.schedule(
                    () -> {
                      if (virtual.monotonicNanos() < due) {
                        early.add("at " + (virtual.monotonicNanos() - due));
                      }
                      runs.release();
                    },
                    due - virtual.monotonicNanos(), TimeUnit.NANOSECONDS);
            if (random.nextInt(5) == 0 && task.cancel(false)) {
              cancelled++;
            }
            if (random.nextInt(4) == 0) {
              virtual.advance(random.nextLong(100));
            }
          }
          virtual.advance(2000);
          int most = count - cancelled;
          expireUntil(() -> runs.tryAcquire(most), "all have run");
          assertEquals(List.of(), early);
          virtual.advance(2000);
          assertEquals(0, runs.availablePermits());
        });
  }
}
