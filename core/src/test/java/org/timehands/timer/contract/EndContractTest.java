package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How tasks and executors end: cancellation, interruption, shutdown and its policies. */
@ParameterizedClass
@MethodSource("org.timehands.timer.contract.Kit#all")
class EndContractTest extends Contract {
  EndContractTest(Kit kit) {
    super(kit);
  }

  @Test
  void whatIsCancelledBeforeItsInstantDoesNotRun() throws Exception {
    ScheduledExecutorService executor = make(1);
    AtomicInteger runs = new AtomicInteger();
    // The only thread is busy until all are cancelled, however slow this one is.
    CountDownLatch go = latch();
    executor.execute(() -> await(go));
    ScheduledFuture<?> once =
        executor.schedule(runs::getAndIncrement, SHORT_MILLIS, MILLISECONDS);
    ScheduledFuture<?> rate =
        executor.scheduleAtFixedRate(runs::getAndIncrement, SHORT_MILLIS, 1, MILLISECONDS);
    for (ScheduledFuture<?> each : List.of(once, rate)) {
      assertTrue(each.cancel(false));
      assertFalse(each.cancel(true), "a second time");
      assertTrue(each.isCancelled());
      assertTrue(each.isDone());
      assertThrows(CancellationException.class, each::get);
      assertThrows(CancellationException.class, () -> each.get(1, SECONDS));
    }
    go.countDown();
    aWhile();
    assertEquals(0, runs.get());
  }

  @Test
  void cancellingMayInterruptARun() {
    ScheduledExecutorService executor = make(1);
    for (boolean interrupts : new boolean[] {true, false}) {
      CountDownLatch entered = latch();
      CountDownLatch go = latch();
      CountDownLatch left = latch();
      AtomicBoolean interrupted = new AtomicBoolean();
      Future<?> task =
          executor.submit(
              () -> {
                entered.countDown();
                await(go);
                interrupted.set(Thread.interrupted());
                left.countDown();
              });
      await(entered);
      assertTrue(task.cancel(interrupts));
      assertThrows(CancellationException.class, task::get);
      go.countDown();
      await(left);
      if (!interrupts) {
        assertFalse(interrupted.get());
      }
    }
  }

  @Test
  void anInterruptReachesTheRunThatIsCancelled() {
    CountDownLatch entered = latch();
    CountDownLatch interrupted = latch();
    Future<?> task =
        make(1).schedule(
            () -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException ended) {
                interrupted.countDown();
              }
            },
            1, MILLISECONDS);
    await(entered);
    assertTrue(task.cancel(true));
    await(interrupted);
  }

  /** A task that leaves its thread interrupted does not interrupt the next. */
  @Test
  void interruptsAreNotInherited() throws Exception {
    ScheduledExecutorService executor = make(1);
    executor.submit(() -> Thread.currentThread().interrupt()).get();
    assertFalse(executor.submit(Thread::interrupted).get());
    executor.schedule(() -> Thread.currentThread().interrupt(), 1, MILLISECONDS).get();
    assertFalse(executor.schedule(Thread::interrupted, 1, MILLISECONDS).get());
  }

  @Test
  void aPeriodicTaskThatIsCancelledWhileItRunsDoesNotRunAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch entered = latch();
    CountDownLatch go = latch();
    ScheduledFuture<?> rate =
        make(2).scheduleAtFixedRate(
            () -> {
              runs.incrementAndGet();
              entered.countDown();
              await(go);
            },
            0, 1, MILLISECONDS);
    await(entered);
    assertTrue(rate.cancel(false));
    go.countDown();
    aWhile();
    assertEquals(1, runs.get());
  }

  @Test
  void whoWaitsForAResultMayBeInterrupted() throws Exception {
    ScheduledFuture<?> far = make(1).schedule(Contract::nothing, LONG_SECONDS, SECONDS);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    far.get();
                  } catch (InterruptedException ended) {
                    interrupted.set(true);
                  } catch (java.util.concurrent.ExecutionException impossible) {
                    throw new AssertionError(impossible);
                  }
                });
    waiting.interrupt();
    waiting.join();
    assertTrue(interrupted.get());
    assertFalse(far.isDone());
  }

  /* ---- shutdown ----------------------------------------------------------------------------- */

  @Test
  void afterAShutdownEverythingIsRejected() throws Exception {
    ScheduledExecutorService executor = make(1);
    assertFalse(executor.isShutdown());
    assertFalse(executor.isTerminated());
    assertFalse(executor.awaitTermination(1, MILLISECONDS));
    executor.shutdown();
    executor.shutdown();
    assertTrue(executor.isShutdown());
    List<Runnable> calls =
        List.of(
            () -> executor.execute(Contract::nothing),
            () -> executor.submit(Contract::nothing),
            () -> executor.submit(Contract::nothing, 1),
            () -> executor.submit(() -> 1),
            () -> executor.schedule(Contract::nothing, 1, SECONDS),
            () -> executor.schedule(() -> 1, 1, SECONDS),
            () -> executor.scheduleAtFixedRate(Contract::nothing, 1, 1, SECONDS),
            () -> executor.scheduleWithFixedDelay(Contract::nothing, 1, 1, SECONDS));
    for (int i = 0; i < calls.size(); i++) {
      assertThrows(RejectedExecutionException.class, calls.get(i)::run, "call " + i);
    }
    end(executor);
  }

  /** All four policies: what is waiting when the shutdown comes, and what still runs. */
  @Test
  void shutdownPolicies() throws Exception {
    assumeTrue(kit.hasPolicies());
    for (int policy = 0; policy < 8; policy++) {
      boolean periodic = (policy & 1) != 0;
      boolean delayed = (policy & 2) != 0;
      ScheduledExecutorService executor = make(2);
      kit.setPolicies(executor, periodic, delayed);
      kit.setRemoveOnCancel(executor, (policy & 4) != 0);
      CountDownLatch periods = new CountDownLatch(3);
      String what = "periodic " + periodic + ", delayed " + delayed;
      ScheduledFuture<?> once = executor.schedule(() -> 1, SHORT_MILLIS, MILLISECONDS);
      ScheduledFuture<?> rate =
          executor.scheduleAtFixedRate(
              periods::countDown, SHORT_MILLIS, SHORT_MILLIS, MILLISECONDS);
      ScheduledFuture<?> cancelled = executor.schedule(() -> 1, LONG_SECONDS, SECONDS);
      cancelled.cancel(false);
      // On a machine that stood still meanwhile, the shutdown came too late to drop it.
      boolean early = once.getDelay(MILLISECONDS) > 0 && rate.getDelay(MILLISECONDS) > 0;
      executor.shutdown();
      if (early && !once.isDone()) {
        assertEquals(!periodic, rate.isCancelled(), what);
      }
      if (periodic) {
        await(periods);
        assertFalse(executor.isTerminated(), what);
        assertTrue(rate.cancel(false), what);
      }
      end(executor);
      assertTrue(once.isDone(), what);
      if (delayed) {
        assertEquals(1, once.get(), what);
      } else if (once.isCancelled()) {
        assertThrows(CancellationException.class, once::get, what);
      }
      assertTrue(rate.isDone(), what);
    }
  }

  @Test
  void whatIsFarAwayIsDroppedOrKeptByPolicy() throws Exception {
    assumeTrue(kit.hasPolicies());
    for (boolean keep : new boolean[] {false, true}) {
      ScheduledExecutorService executor = make(1);
      kit.setPolicies(executor, keep, keep);
      ScheduledFuture<?> once = executor.schedule(Contract::nothing, LONG_SECONDS, SECONDS);
      ScheduledFuture<?> rate =
          executor.scheduleAtFixedRate(Contract::nothing, LONG_SECONDS, 1, SECONDS);
      executor.shutdown();
      assertEquals(!keep, once.isCancelled());
      assertEquals(!keep, rate.isCancelled());
      assertEquals(!keep, executor.awaitTermination(keep ? 1 : 100_000, MILLISECONDS));
      // A policy that is changed afterwards counts, too.
      kit.setPolicies(executor, false, false);
      assertTrue(once.isCancelled());
      assertTrue(rate.isCancelled());
      end(executor);
    }
  }

  @Test
  void whatRunsWhenItIsShutDownRunsToItsEnd() throws Exception {
    ScheduledExecutorService executor = make(1);
    CountDownLatch entered = latch();
    CountDownLatch go = latch();
    AtomicBoolean interrupted = new AtomicBoolean(true);
    Future<?> running =
        executor.submit(
            () -> {
              entered.countDown();
              await(go);
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    await(entered);
    executor.shutdown();
    assertFalse(executor.isTerminated());
    assertFalse(executor.awaitTermination(1, MILLISECONDS));
    go.countDown();
    running.get();
    assertFalse(interrupted.get());
    end(executor);
  }

  @Test
  void shutdownNowInterruptsWhatRunsAndHandsBackWhatWaits() throws Exception {
    ScheduledExecutorService executor = make(2);
    CountDownLatch entered = new CountDownLatch(2);
    AtomicInteger interrupted = new AtomicInteger();
    Runnable waits =
        () -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException ended) {
            interrupted.incrementAndGet();
          }
        };
    Future<?> running = executor.submit(waits);
    ScheduledFuture<?> rate = executor.scheduleAtFixedRate(waits, 0, 1, MILLISECONDS);
    await(entered);
    List<ScheduledFuture<?>> waiting = new ArrayList<>();
    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      waiting.add(executor.schedule(runs::getAndIncrement, LONG_SECONDS + i, SECONDS));
    }
    waiting.add(executor.scheduleAtFixedRate(runs::getAndIncrement, 700, 1, SECONDS));
    List<Runnable> back = executor.shutdownNow();
    assertEquals(6, back.size());
    waiting.forEach(each -> assertFalse(each.isDone()));
    assertTrue(executor.isShutdown());
    end(executor);
    assertEquals(2, interrupted.get());
    assertTrue(running.isDone());
    assertTrue(rate.isCancelled(), "it is not run again");
    assertEquals(List.of(), executor.shutdownNow());
    assertEquals(0, runs.get());
    assertThrows(RejectedExecutionException.class, () -> executor.execute(Contract::nothing));
  }

  /** What waits for a thread has not begun: it is handed back, as it was submitted, and not run. */
  @Test
  void shutdownNowHandsBackWhatWaitsForAThread() throws Exception {
    assumeTrue(kit.isBounded());
    ScheduledExecutorService executor = make(1);
    CountDownLatch entered = latch();
    CountDownLatch interrupted = latch();
    executor.execute(
        () -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException ended) {
            interrupted.countDown();
          }
        });
    await(entered);
    AtomicInteger runs = new AtomicInteger();
    Future<?> submitted = executor.submit(runs::getAndIncrement);
    ScheduledFuture<?> due = executor.schedule(runs::getAndIncrement, 0, MILLISECONDS);
    executor.execute(runs::getAndIncrement);
    until(() -> due.getDelay(MILLISECONDS) < -SHORT_MILLIS);
    List<Runnable> back = executor.shutdownNow();
    assertEquals(3, back.size());
    await(interrupted);
    end(executor);
    assertEquals(0, runs.get());
    assertFalse(submitted.isDone());
    assertFalse(due.isDone());
    assertTrue(back.contains(due));
  }

  @Test
  void closingWaitsForWhatIsDelayed() throws Exception {
    ScheduledFuture<Integer> delayed;
    ScheduledFuture<?> rate;
    ScheduledExecutorService closed;
    try (ScheduledExecutorService executor = make(1)) {
      closed = executor;
      delayed = executor.schedule(() -> 7, SHORT_MILLIS, MILLISECONDS);
      rate = executor.scheduleAtFixedRate(Contract::nothing, LONG_SECONDS, 1, SECONDS);
    }
    assertTrue(closed.isTerminated());
    assertEquals(7, delayed.get().intValue());
    assertTrue(rate.isCancelled());
    closed.close();
  }

  @Test
  void whoIsInterruptedWhileClosingStopsEverything() throws Exception {
    ScheduledExecutorService executor = make(1);
    CountDownLatch entered = latch();
    CountDownLatch interrupted = latch();
    executor.execute(
        () -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException ended) {
            interrupted.countDown();
          }
        });
    await(entered);
    Thread closer = Thread.ofPlatform().start(executor::close);
    closer.interrupt();
    await(interrupted);
    closer.join();
    assertTrue(executor.isTerminated());
  }
}
