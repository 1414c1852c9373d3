package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What ScheduledExecutorService promises of tasks: the assertions of the JSR-166 kit's
 * ScheduledExecutorTest in our words, held against the JDK's pool as well, which proves them.
 */
@ParameterizedClass
@MethodSource("org.timehands.timer.contract.Kit#all")
class ScheduleContractTest extends Contract {
  ScheduleContractTest(Kit kit) {
    super(kit);
  }

  @Test
  void executesAtOnce() {
    CountDownLatch ran = latch();
    make(1).execute(ran::countDown);
    await(ran);
  }

  @Test
  void aDelayedCallGivesItsResultAndIsNotEarly() throws Exception {
    long before = kit.nanos();
    ScheduledFuture<Long> call = make(1).schedule(kit::nanos, SHORT_MILLIS, MILLISECONDS);
    assertTrue(call.get() - before >= SHORT_MILLIS * MILLI, "early");
    assertTrue(call.isDone());
    assertFalse(call.isCancelled());
    assertFalse(call.cancel(true), "what is done is not cancelled");
    assertTrue(call.get() > before);
  }

  @Test
  void aDelayedCommandGivesNullAndIsNotEarly() throws Exception {
    AtomicLong at = new AtomicLong();
    long before = kit.nanos();
    ScheduledFuture<?> command =
        make(1).schedule(() -> at.set(kit.nanos()), SHORT_MILLIS, MILLISECONDS);
    assertNull(command.get());
    assertTrue(at.get() - before >= SHORT_MILLIS * MILLI, "early");
  }

  @Test
  void delaysThatAreNotPositiveRunAtOnce() throws Exception {
    ScheduledExecutorService executor = make(1);
    for (long delay : new long[] {0, -1, Long.MIN_VALUE}) {
      assertEquals(7, executor.schedule(() -> 7, delay, SECONDS).get().intValue());
      assertNull(executor.schedule(Contract::nothing, delay, NANOSECONDS).get());
    }
  }

  @Test
  void atAFixedRateNoRunIsEarlyAndNoneIsBesideAnother() throws Exception {
    List<Long> starts = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger inside = new AtomicInteger();
    AtomicBoolean together = new AtomicBoolean();
    CountDownLatch enough = new CountDownLatch(5);
    long before = kit.nanos();
    ScheduledFuture<?> rate =
        make(3).scheduleAtFixedRate(
            () -> {
              starts.add(kit.nanos());
              together.compareAndSet(false, inside.incrementAndGet() > 1);
              Thread.yield();
              inside.decrementAndGet();
              enough.countDown();
            },
            SHORT_MILLIS, 3, MILLISECONDS);
    await(enough);
    assertFalse(rate.isDone());
    assertThrows(TimeoutException.class, () -> rate.get(1, MILLISECONDS));
    assertTrue(rate.cancel(false));
    for (int i = 0; i < 5; i++) {
      assertTrue(starts.get(i) - before >= (SHORT_MILLIS + 3L * i) * MILLI, "run " + i + " early");
    }
    assertFalse(together.get());
    assertThrows(CancellationException.class, rate::get);
  }

  @Test
  void withAFixedDelayEachRunWaitsForTheEndOfTheLast() throws Exception {
    List<Long> starts = Collections.synchronizedList(new ArrayList<>());
    List<Long> ends = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch enough = new CountDownLatch(4);
    ScheduledFuture<?> delay =
        make(3).scheduleWithFixedDelay(
            () -> {
              starts.add(kit.nanos());
              long until = kit.nanos() + 2 * MILLI;
              until(() -> kit.nanos() >= until);
              ends.add(kit.nanos());
              enough.countDown();
            },
            1, 5, MILLISECONDS);
    await(enough);
    assertTrue(delay.cancel(false));
    for (int i = 1; i < 4; i++) {
      assertTrue(starts.get(i) - ends.get(i - 1) >= 5 * MILLI, "run " + i);
    }
  }

  /** A rate makes up for what it missed; a delay does not. */
  @Test
  void aRateCatchesUp() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch go = latch();
    CountDownLatch caughtUp = new CountDownLatch(20);
    long before = kit.nanos();
    ScheduledFuture<?> rate =
        make(1).scheduleAtFixedRate(
            () -> {
              if (runs.getAndIncrement() == 0) {
                await(go);
              }
              caughtUp.countDown();
            },
            0, 1, MILLISECONDS);
    until(() -> kit.nanos() - before > 25 * MILLI);
    go.countDown();
    await(caughtUp);
    rate.cancel(false);
  }

  @Test
  void longDelaysDoNotOverflow() throws Exception {
    ScheduledExecutorService executor = make(1);
    AtomicInteger runs = new AtomicInteger();
    ScheduledFuture<?> delay =
        executor.scheduleWithFixedDelay(runs::getAndIncrement, 0, Long.MAX_VALUE, NANOSECONDS);
    ScheduledFuture<?> far = executor.schedule(Contract::nothing, Long.MAX_VALUE, SECONDS);
    until(() -> runs.get() == 1);
    assertEquals(1, executor.schedule(() -> 1, SHORT_MILLIS, MILLISECONDS).get().intValue());
    assertEquals(1, runs.get());
    assertFalse(delay.isDone());
    until(() -> delay.getDelay(SECONDS) > LONG_SECONDS);
    assertTrue(far.getDelay(SECONDS) > LONG_SECONDS);
  }

  @Test
  void futuresAreOrderedByTheirInstants() {
    ScheduledExecutorService executor = make(1);
    ScheduledFuture<?> late = executor.schedule(Contract::nothing, LONG_SECONDS * 2, SECONDS);
    ScheduledFuture<?> soon = executor.schedule(Contract::nothing, LONG_SECONDS, SECONDS);
    ScheduledFuture<?> tied = executor.schedule(Contract::nothing, LONG_SECONDS, SECONDS);
    assertTrue(soon.compareTo(late) < 0);
    assertTrue(late.compareTo(soon) > 0);
    assertEquals(0, soon.compareTo(soon));
    assertTrue(soon.compareTo(tied) < 0, "who came first");
    assertTrue(soon.getDelay(SECONDS) <= LONG_SECONDS);
    assertTrue(soon.getDelay(SECONDS) > LONG_SECONDS / 2);
    assertEquals(0, soon.getDelay(java.util.concurrent.TimeUnit.DAYS));
    Delayed foreign = soon(SECONDS.toNanos(LONG_SECONDS * 3 / 2));
    assertTrue(soon.compareTo(foreign) < 0);
    assertTrue(late.compareTo(foreign) > 0);
  }

  private static Delayed soon(long nanos) {
    return new Delayed() {
      @Override
      public long getDelay(java.util.concurrent.TimeUnit unit) {
        return unit.convert(nanos, NANOSECONDS);
      }

      @Override
      public int compareTo(Delayed other) {
        return Long.compare(nanos, other.getDelay(NANOSECONDS));
      }
    };
  }

  @Test
  void oneThreadRunsInTheOrderOfInstantsThenOfSubmission() throws Exception {
    assumeTrue(kit.isBounded());
    ScheduledExecutorService executor = make(1);
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> all = new ArrayList<>();
    CountDownLatch go = latch();
    all.add(executor.submit(() -> await(go)));
    long began = kit.nanos();
    for (int i = 0; i < 20; i++) {
      int mine = i;
      all.add(executor.schedule(() -> order.add(mine), i < 10 ? 400 : 20, MILLISECONDS));
    }
    long before = kit.nanos();
    assumeTrue(before - began < 300 * MILLI, "too slow: what was to be first may not be");
    until(() -> kit.nanos() - before > 410 * MILLI);
    go.countDown();
    for (Future<?> each : all) {
      each.get();
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add((i + 10) % 20);
    }
    assertEquals(expected, order);
  }

  @Test
  void aTaskMaySchedule() throws Exception {
    ScheduledExecutorService executor = make(1);
    CountDownLatch ran = latch();
    executor.schedule(
        () -> {
          executor.schedule(ran::countDown, 1, MILLISECONDS);
        },
        1, MILLISECONDS);
    await(ran);
  }

  @Test
  void nullsAreRefused() {
    ScheduledExecutorService executor = make(1);
    Runnable noCommand = null;
    Callable<String> noCall = null;
    List<Runnable> calls =
        List.of(
            () -> executor.execute(null),
            () -> executor.submit(noCommand),
            () -> executor.submit(noCall),
            () -> executor.submit(noCommand, 1),
            () -> executor.schedule(noCommand, 1, SECONDS),
            () -> executor.schedule(noCall, 1, SECONDS),
            () -> executor.schedule(Contract::nothing, 1, null),
            () -> executor.schedule(() -> 1, 1, null),
            () -> executor.scheduleAtFixedRate(null, 1, 1, SECONDS),
            () -> executor.scheduleAtFixedRate(Contract::nothing, 1, 1, null),
            () -> executor.scheduleWithFixedDelay(null, 1, 1, SECONDS),
            () -> executor.scheduleWithFixedDelay(Contract::nothing, 1, 1, null));
    for (int i = 0; i < calls.size(); i++) {
      assertThrows(NullPointerException.class, calls.get(i)::run, "call " + i);
    }
  }

  /** Of two things that are wrong, the missing task is told. */
  @Test
  void aMissingTaskIsToldBeforeABadPeriod() {
    ScheduledExecutorService executor = make(1);
    assertThrows(
        NullPointerException.class, () -> executor.scheduleAtFixedRate(null, 1, 0, SECONDS));
    assertThrows(
        NullPointerException.class, () -> executor.scheduleWithFixedDelay(null, 1, 0, SECONDS));
  }

  @Test
  void periodsHaveToBePositive() {
    ScheduledExecutorService executor = make(1);
    for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> executor.scheduleAtFixedRate(Contract::nothing, 1, bad, SECONDS));
      assertThrows(
          IllegalArgumentException.class,
          () -> executor.scheduleWithFixedDelay(Contract::nothing, 1, bad, SECONDS));
    }
  }

  @Test
  void aTaskThatThrowsTellsWhyAndHarmsNobody() throws Exception {
    ScheduledExecutorService executor = make(1);
    IllegalStateException planted = new IllegalStateException("planted");
    Future<?> once =
        executor.schedule(
            () -> {
              throw planted;
            },
            1, MILLISECONDS);
    assertEquals(planted, assertThrows(ExecutionException.class, once::get).getCause());
    executor.execute(
        () -> {
          throw new IllegalStateException("planted, and told to nobody");
        });
    assertEquals(1, executor.submit(() -> 1).get().intValue());
  }

  @Test
  void aPeriodicTaskThatThrowsIsNotRunAgain() throws Exception {
    ScheduledExecutorService executor = make(2);
    AtomicInteger runs = new AtomicInteger();
    AssertionError planted = new AssertionError("planted");
    Runnable second =
        () -> {
          if (runs.incrementAndGet() == 2) {
            throw planted;
          }
        };
    ScheduledFuture<?> rate = executor.scheduleAtFixedRate(second, 0, 1, MILLISECONDS);
    ExecutionException told =
        assertThrows(ExecutionException.class, () -> rate.get(patienceSeconds, SECONDS));
    assertEquals(planted, told.getCause());
    assertTrue(rate.isDone());
    assertFalse(rate.isCancelled());
    runs.set(0);
    ScheduledFuture<?> delay = executor.scheduleWithFixedDelay(second, 0, 1, MILLISECONDS);
    assertThrows(ExecutionException.class, () -> delay.get(patienceSeconds, SECONDS));
    aWhile();
    assertEquals(2, runs.get());
  }
}
