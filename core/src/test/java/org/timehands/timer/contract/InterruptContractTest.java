package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is interrupted and who is not: by invoking, closing, cancelling and at a limit. */
@ParameterizedClass
@MethodSource("org.timehands.timer.contract.Kit#all")
class InterruptContractTest extends Contract {
  /** Calls that hold up who invokes them. */
  private interface Invocation {
    Object invoke(List<Callable<String>> calls) throws Exception;
  }

  private final ScheduledExecutorService executor;
  private final CountDownLatch entered = new CountDownLatch(2);
  private final CountDownLatch interrupted = new CountDownLatch(2);

  InterruptContractTest(Kit kit) {
    super(kit);
    this.executor = make(2);
  }

  /** Tells that it has begun, then is stuck until it is interrupted, which it tells. */
  private String stuck() throws Exception {
    entered.countDown();
    return slow(interrupted).call();
  }

  private List<Invocation> invocations() {
    return List.of(
        executor::invokeAny,
        calls -> executor.invokeAny(calls, LONG_SECONDS, SECONDS),
        executor::invokeAll,
        calls -> executor.invokeAll(calls, LONG_SECONDS, SECONDS));
  }

  private void invokeInterrupted(Invocation invocation) throws Exception {
    List<Callable<String>> calls = List.of(this::stuck, this::stuck);
    FutureTask<Boolean> invoking =
        new FutureTask<>(
            () -> {
              assertThrows(InterruptedException.class, () -> invocation.invoke(calls));
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = Thread.ofPlatform().start(invoking);
    await(entered);
    thread.interrupt();
    assertFalse(invoking.get(patienceSeconds, SECONDS), "the exception stands for the interrupt");
    await(interrupted);
  }

  @Test
  void whoWaitsForAnyGivesUpAndInterruptsThem() throws Exception {
    invokeInterrupted(invocations().get(0));
  }

  @Test
  void whoWaitsForAnyWithALimitGivesUpAndInterruptsThem() throws Exception {
    invokeInterrupted(invocations().get(1));
  }

  @Test
  void whoWaitsForAllGivesUpAndInterruptsThem() throws Exception {
    invokeInterrupted(invocations().get(2));
  }

  @Test
  void whoWaitsForAllWithALimitGivesUpAndInterruptsThem() throws Exception {
    invokeInterrupted(invocations().get(3));
  }

  @Test
  void whoIsInterruptedAlreadyDoesNotWait() {
    List<Callable<String>> calls = List.of(this::stuck, this::stuck);
    for (Invocation each : invocations()) {
      Thread.currentThread().interrupt();
      try {
        assertThrows(InterruptedException.class, () -> each.invoke(calls));
        assertFalse(Thread.currentThread().isInterrupted());
      } finally {
        boolean _ = Thread.interrupted();
      }
    }
  }

  @Test
  void atItsLimitAnyInterruptsWhatRuns() {
    AtomicBoolean hasBegun = new AtomicBoolean();
    CountDownLatch told = latch();
    Callable<String> call =
        () -> {
          hasBegun.set(true);
          try {
            return stuck();
          } finally {
            told.countDown();
          }
        };
    assertThrows(
        TimeoutException.class,
        () -> executor.invokeAny(List.of(call, call), SHORT_MILLIS, MILLISECONDS));
    if (hasBegun.get()) {
      await(told);
    }
  }

  @Test
  void atItsLimitAllInterruptsWhatRuns() throws Exception {
    List<Callable<String>> calls = List.of(() -> "a", this::stuck);
    List<Future<String>> done = executor.invokeAll(calls, 3 * SHORT_MILLIS, MILLISECONDS);
    assertTrue(done.get(0).isDone());
    assertTrue(done.get(1).isCancelled());
    until(() -> entered.getCount() == interrupted.getCount());
  }

  @Test
  void theFirstResultInterruptsTheOthersAlsoWithALimit() throws Exception {
    CountDownLatch isStuck = latch();
    Callable<String> second =
        () -> {
          isStuck.countDown();
          return stuck();
        };
    Callable<String> first =
        () -> {
          await(isStuck);
          return "first";
        };
    assertEquals("first", executor.invokeAny(List.of(second, first), LONG_SECONDS, SECONDS));
    until(() -> interrupted.getCount() == 1);
  }

  @Test
  void nothingIsInvokedAfterAShutdown() {
    executor.shutdown();
    List<Callable<String>> calls = List.of(() -> "a", () -> "b");
    for (Invocation each : invocations()) {
      assertThrows(RejectedExecutionException.class, () -> each.invoke(calls));
    }
    assertThrows(RejectedExecutionException.class, () -> executor.submit(() -> "a"));
    assertThrows(RejectedExecutionException.class, () -> executor.submit(Contract::nothing, "a"));
  }

  /** A run that is cancelled politely goes on, whoever asked for its result does not. */
  @Test
  void cancellingWithoutAnInterruptLeavesTheRunAlone() throws Exception {
    CountDownLatch begun = latch();
    CountDownLatch go = latch();
    CountDownLatch over = latch();
    AtomicBoolean wasInterrupted = new AtomicBoolean(true);
    Future<?> running =
        executor.submit(
            () -> {
              begun.countDown();
              await(go);
              wasInterrupted.set(Thread.currentThread().isInterrupted());
              over.countDown();
            });
    await(begun);
    assertTrue(running.cancel(false));
    assertThrows(CancellationException.class, running::get);
    aWhile();
    assertEquals(1, over.getCount(), "it runs on");
    go.countDown();
    await(over);
    assertFalse(wasInterrupted.get());
  }

  @Test
  void closingWithoutTasks() throws Exception {
    executor.close();
    assertTrue(executor.isShutdown());
    end(executor);
  }

  @Test
  void closingWhatHasEnded() throws Exception {
    executor.shutdown();
    end(executor);
    executor.close();
    assertTrue(executor.isTerminated());
    executor.close();
  }

  @Test
  void closingWaitsForWhatRuns() throws Exception {
    for (boolean isShutDown : new boolean[] {false, true}) {
      ScheduledExecutorService closing = make(1);
      CountDownLatch begun = latch();
      CountDownLatch go = latch();
      Future<String> running =
          closing.submit(
              () -> {
                begun.countDown();
                await(go);
                return "a";
              });
      await(begun);
      if (isShutDown) {
        closing.shutdown();
      }
      Thread closer = Thread.ofPlatform().start(closing::close);
      until(closing::isShutdown);
      assertFalse(closing.isTerminated());
      go.countDown();
      closer.join();
      assertTrue(closing.isTerminated());
      assertEquals("a", running.resultNow());
    }
  }

  /** Before and during: what runs is interrupted, and who closes stays so. */
  @Test
  void whoIsInterruptedWhileClosingStaysInterrupted() throws Exception {
    for (boolean before : new boolean[] {true, false}) {
      ScheduledExecutorService closing = make(1);
      CountDownLatch begun = latch();
      Future<String> running =
          closing.submit(
              () -> {
                begun.countDown();
                return stuck();
              });
      await(begun);
      FutureTask<Boolean> close =
          new FutureTask<>(
              () -> {
                if (before) {
                  Thread.currentThread().interrupt();
                }
                closing.close();
                return Thread.currentThread().isInterrupted();
              });
      Thread closer = Thread.ofPlatform().start(close);
      if (!before) {
        until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        closer.interrupt();
      }
      assertTrue(close.get(patienceSeconds, SECONDS));
      assertTrue(closing.isTerminated());
      assertThrows(ExecutionException.class, running::get);
    }
  }
}
