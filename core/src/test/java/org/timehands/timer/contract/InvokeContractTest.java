package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** ExecutorService's half of the contract: submit, invokeAny and invokeAll. */
@ParameterizedClass
@MethodSource("org.timehands.timer.contract.Kit#all")
class InvokeContractTest extends Contract {
  private final ScheduledExecutorService executor;

  InvokeContractTest(Kit kit) {
    super(kit);
    this.executor = make(2);
  }

  private static Callable<String> failing() {
    return () -> {
      throw new IllegalArgumentException("planted");
    };
  }

  @Test
  void submits() throws Exception {
    assertEquals("a", executor.submit(() -> "a").get());
    assertNull(executor.submit(Contract::nothing).get());
    assertEquals("b", executor.submit(Contract::nothing, "b").get());
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> executor.submit(failing()).get());
    assertEquals("planted", failed.getCause().getMessage());
    CountDownLatch interrupted = latch();
    Future<String> slow = executor.submit(slow(interrupted));
    assertThrows(TimeoutException.class, () -> slow.get(1, MILLISECONDS));
    slow.cancel(true);
    assertThrows(CancellationException.class, slow::get);
  }

  @Test
  void anyOfNothingIsRefused() {
    List<Callable<String>> withNull = Arrays.asList(() -> "a", null);
    assertThrows(NullPointerException.class, () -> executor.invokeAny(null));
    assertThrows(IllegalArgumentException.class, () -> executor.invokeAny(List.of()));
    assertThrows(NullPointerException.class, () -> executor.invokeAny(nullFirst()));
    assertThrows(NullPointerException.class, () -> executor.invokeAny(null, 1, SECONDS));
    assertThrows(
        IllegalArgumentException.class, () -> executor.invokeAny(List.of(), 1, SECONDS));
    assertThrows(
        NullPointerException.class, () -> executor.invokeAny(List.of(() -> "a"), 1, null));
    assertThrows(
        NullPointerException.class, () -> executor.invokeAny(nullFirst(), 1, SECONDS));
    assertThrows(NullPointerException.class, () -> executor.invokeAll(withNull));
  }

  private static List<Callable<String>> nullFirst() {
    return Arrays.asList(null, () -> "a");
  }

  @Test
  void anyGivesAResultIfThereIsOne() throws Exception {
    assertEquals("a", executor.invokeAny(List.of(() -> "a", () -> "a")));
    assertEquals("a", executor.invokeAny(List.of(failing(), failing(), () -> "a")));
    assertEquals("a", executor.invokeAny(List.of(failing(), () -> "a"), 100, SECONDS));
    List<Callable<String>> bad = List.of(failing(), failing());
    for (int i = 0; i < 2; i++) {
      boolean timed = i == 1;
      ExecutionException failed =
          assertThrows(
              ExecutionException.class,
              () -> {
                if (timed) {
                  executor.invokeAny(bad, 100, SECONDS);
                } else {
                  executor.invokeAny(bad);
                }
              });
      assertEquals(IllegalArgumentException.class, failed.getCause().getClass());
    }
  }

  @Test
  void anyInterruptsTheOthers() throws Exception {
    CountDownLatch entered = latch();
    CountDownLatch interrupted = latch();
    Callable<String> slow = slow(interrupted);
    Callable<String> first =
        () -> {
          entered.countDown();
          return slow.call();
        };
    Callable<String> second =
        () -> {
          await(entered);
          return "second";
        };
    assertEquals("second", executor.invokeAny(List.of(first, second)));
    await(interrupted);
  }

  @Test
  void anyGivesUpAtItsLimit() {
    CountDownLatch interrupted = new CountDownLatch(2);
    List<Callable<String>> slow = List.of(slow(interrupted), slow(interrupted));
    assertThrows(
        TimeoutException.class, () -> executor.invokeAny(slow, SHORT_MILLIS, MILLISECONDS));
    assertThrows(TimeoutException.class, () -> executor.invokeAny(slow, 0, SECONDS));
    assertThrows(TimeoutException.class, () -> executor.invokeAny(slow, -1, SECONDS));
  }

  @Test
  void allOfNothing() throws Exception {
    assertEquals(List.of(), executor.invokeAll(List.of()));
    assertEquals(List.of(), executor.invokeAll(List.of(), 1, SECONDS));
    assertThrows(NullPointerException.class, () -> executor.invokeAll(null));
    assertThrows(NullPointerException.class, () -> executor.invokeAll(nullFirst()));
    assertThrows(NullPointerException.class, () -> executor.invokeAll(null, 1, SECONDS));
    assertThrows(
        NullPointerException.class, () -> executor.invokeAll(List.of(() -> "a"), 1, null));
    assertThrows(
        NullPointerException.class, () -> executor.invokeAll(nullFirst(), 1, SECONDS));
  }

  @Test
  void allWaitForEachAndKeepTheOrder() throws Exception {
    List<Callable<String>> calls = List.of(() -> "a", failing(), () -> "c", () -> "d");
    for (boolean timed : new boolean[] {false, true}) {
      List<Future<String>> done =
          timed ? executor.invokeAll(calls, 100, SECONDS) : executor.invokeAll(calls);
      assertEquals(4, done.size());
      done.forEach(each -> assertTrue(each.isDone()));
      assertEquals("a", done.get(0).get());
      assertThrows(ExecutionException.class, () -> done.get(1).get());
      assertEquals("c", done.get(2).get());
      assertEquals("d", done.get(3).get());
    }
  }

  @Test
  void allCancelAtTheLimitWhatIsNotDone() throws Exception {
    CountDownLatch interrupted = latch();
    for (long limit : new long[] {SHORT_MILLIS, 0, -1}) {
      List<Future<String>> done =
          executor.invokeAll(
              List.of(() -> "a", slow(interrupted), slow(interrupted)), limit, MILLISECONDS);
      assertEquals(3, done.size());
      done.forEach(each -> assertTrue(each.isDone()));
      assertTrue(done.get(1).isCancelled());
      assertTrue(done.get(2).isCancelled());
    }
  }
}
