package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * The scheduler on the wheel: what the JDK's contract and its own test kit ask of a
 * ScheduledExecutorService, at virtual time; futures and deadlines beside it.
 */
class TimeoutSchedulerTest {
  private static final long MILLI = HandTime.MILLI;

  private final HandTime time = new HandTime();
  private final Timeouts timeouts =
      Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final TimeoutScheduler scheduler =
      TimeoutScheduler.byHand(timeouts, time, work::add);
  private final List<Object> ran = new ArrayList<>();

  private void run(long millis) {
    for (long i = 0; i < millis; i++) {
      time.run(timeouts, 1);
      while (!work.isEmpty()) {
        work.poll().run();
      }
    }
  }

  private long millis() {
    return time.nanos / MILLI;
  }

  @Test
  void runsAfterItsDelayNeverBefore() throws ExecutionException, InterruptedException {
    ScheduledFuture<String> future =
        scheduler.schedule(
            () -> {
              ran.add(millis());
              return "result";
            },
            50,
            TimeUnit.MILLISECONDS);
    assertEquals(50, future.getDelay(TimeUnit.MILLISECONDS));
    run(60);
    assertEquals("result", future.get());
    assertTrue((Long) ran.getFirst() >= 1050 && (Long) ran.getFirst() <= 1054, ran.toString());
    assertTrue(future.getDelay(TimeUnit.NANOSECONDS) <= 0);
  }

  @Test
  void cancelLeavesTheWheelAtOnce() {
    ScheduledFuture<?> future = scheduler.schedule(() -> ran.add("x"), 50, TimeUnit.SECONDS);
    timeouts.poll();
    assertEquals(1, scheduler.stats().places());
    assertTrue(future.cancel(false));
    timeouts.poll();
    assertEquals(0, scheduler.stats().places());
    assertThrows(CancellationException.class, future::get);
    run(10);
    assertEquals(List.of(), ran);
  }

  @Test
  void aFixedRateKeepsItsBeatAndMakesUpWithoutAStorm() {
    scheduler.scheduleAtFixedRate(() -> ran.add(millis()), 100, 100, TimeUnit.MILLISECONDS);
    run(1_010);
    assertEquals(10, ran.size(), ran.toString());
    time.pass(1_000);
    ran.clear();
    run(10);
    assertTrue(ran.size() >= 2 && ran.size() <= 5, "one each few ticks: " + ran);
    run(40);
    assertTrue(ran.size() >= 10, "made up for: " + ran);
    run(950);
    assertTrue(ran.size() >= 18 && ran.size() <= 21, "and in time again: " + ran.size());
  }

  @Test
  void aFixedDelayCountsFromTheEnd() {
    scheduler.scheduleWithFixedDelay(
        () -> {
          ran.add(millis());
          time.pass(30);
        },
        10,
        20,
        TimeUnit.MILLISECONDS);
    run(200);
    for (int i = 1; i < ran.size(); i++) {
      long between = (Long) ran.get(i) - (Long) ran.get(i - 1);
      assertTrue(between >= 50 && between <= 56, ran.toString());
    }
    assertTrue(ran.size() > 4);
  }

  @Test
  void aPeriodicTaskEndsWhenItThrows() {
    ScheduledFuture<?> future =
        scheduler.scheduleAtFixedRate(
            () -> {
              ran.add("once");
              throw new IllegalStateException("planted");
            },
            1,
            1,
            TimeUnit.MILLISECONDS);
    run(50);
    assertEquals(List.of("once"), ran);
    assertThrows(ExecutionException.class, future::get);
  }

  @Test
  void aDelayBeyondTheWheelIsWaitedFor() {
    ScheduledFuture<?> far = scheduler.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.DAYS);
    ScheduledFuture<?> years = scheduler.schedule(() -> ran.add("x"), 400, TimeUnit.DAYS);
    long due = time.nanos + TimeUnit.DAYS.toNanos(400);
    for (int i = 0; i < 20_000 && ran.isEmpty(); i++) {
      long next = timeouts.poll();
      time.nanos = Math.max(time.nanos, next == Long.MIN_VALUE ? time.nanos : next);
      while (!work.isEmpty()) {
        work.poll().run();
      }
    }
    assertTrue(years.isDone() && time.nanos >= due);
    assertFalse(far.isDone());
  }

  @Test
  void shutdownRunsWhatIsScheduledOnceAndNoPeriods() {
    ScheduledFuture<?> once = scheduler.schedule(() -> ran.add("once"), 20, TimeUnit.MILLISECONDS);
    ScheduledFuture<?> beat =
        scheduler.scheduleAtFixedRate(() -> ran.add("beat"), 5, 5, TimeUnit.MILLISECONDS);
    run(2);
    scheduler.shutdown();
    assertTrue(scheduler.isShutdown());
    assertFalse(scheduler.isTerminated());
    assertTrue(beat.isCancelled());
    assertThrows(
        RejectedExecutionException.class,
        () -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS));
    assertThrows(RejectedExecutionException.class, () -> scheduler.execute(() -> {}));
    run(40);
    assertTrue(once.isDone());
    assertEquals(List.of("once"), ran);
    assertTrue(scheduler.isTerminated());
  }

  @Test
  void shutdownNowAnswersWhatWaits() {
    ScheduledFuture<?> a = scheduler.schedule(() -> ran.add("a"), 20, TimeUnit.MILLISECONDS);
    ScheduledFuture<?> b = scheduler.schedule(() -> ran.add("b"), 20, TimeUnit.DAYS);
    b.cancel(false);
    List<Runnable> waiting = scheduler.shutdownNow();
    assertEquals(List.of(a), waiting);
    assertTrue(scheduler.isTerminated());
    assertTrue(a.cancel(false));
    run(40);
    assertEquals(List.of(), ran);
  }

  /** Its drain comes before the task is armed: nothing may wait on the wheel for its time. */
  @Test
  void whatIsScheduledBesideTheEndIsCancelled() {
    TimeoutScheduler[] own = new TimeoutScheduler[1];
    int[] reads = new int[1];
    LongSupplier clock =
        () -> {
          if (++reads[0] == 2) {
            own[0].shutdownNow();
          }
          return time.nanos;
        };
    own[0] = TimeoutScheduler.byHand(timeouts, clock, work::add);
    ScheduledFuture<?> future = own[0].schedule(() -> ran.add("x"), 1, TimeUnit.DAYS);
    assertTrue(reads[0] >= 2 && own[0].isShutdown());
    assertTrue(future.isCancelled());
    assertTrue(own[0].isTerminated());
  }

  @Test
  void aTaskThatNoWorkerCanRunIsCancelled() {
    TimeoutScheduler poor =
        TimeoutScheduler.byHand(
            timeouts,
            time,
            task -> {
              throw new InternalError("planted");
            });
    ScheduledFuture<?> future = poor.schedule(() -> ran.add("x"), 1, TimeUnit.MILLISECONDS);
    time.run(timeouts, 10);
    assertTrue(future.isCancelled());
    poor.shutdown();
    assertTrue(poor.isTerminated());
  }

  @Test
  void badArgumentsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> scheduler.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS));
    assertThrows(
        IllegalArgumentException.class,
        () -> scheduler.scheduleWithFixedDelay(() -> {}, 0, -1, TimeUnit.SECONDS));
    assertThrows(
        NullPointerException.class, () -> scheduler.schedule((Runnable) null, 0, TimeUnit.DAYS));
  }

  @Test
  void onVirtualThreadsForReal() throws Exception {
    CountDownLatch beats = new CountDownLatch(3);
    TimeoutScheduler live = TimeoutScheduler.start(System::nanoTime, TimeoutsOptions.DEFAULT);
    try (live) {
      live.scheduleAtFixedRate(beats::countDown, 1, 1, TimeUnit.MILLISECONDS);
      ScheduledFuture<Boolean> virtual =
          live.schedule(() -> Thread.currentThread().isVirtual(), 1, TimeUnit.MILLISECONDS);
      assertTrue(virtual.get());
      assertEquals("x", live.submit(() -> "x").get());
      assertTrue(beats.await(60, TimeUnit.SECONDS));
    }
    assertTrue(live.isTerminated());
  }

  @Test
  void aFutureIsFailedInTimeOrLeftAlone() {
    CompletableFuture<String> late = new CompletableFuture<>();
    CompletableFuture<String> early = new CompletableFuture<>();
    timeouts.timeout(late, Duration.ofMillis(20));
    timeouts.timeout(early, Duration.ofMillis(20));
    timeouts.poll();
    assertEquals(2, timeouts.stats().places());
    early.complete("done");
    timeouts.poll();
    assertEquals(1, timeouts.stats().places(), "the timeout of a completed one is gone");
    time.run(timeouts, 30);
    ExecutionException failed = assertThrows(ExecutionException.class, late::get);
    assertTrue(failed.getCause() instanceof TimeoutException);
    assertEquals("done", early.join());
  }

  /** What depends on a future runs on the wheel's thread; who is slow is named by it (3-39). */
  @Test
  void whatASlowDependentIsOfIsNamed() {
    TimeoutListener listener =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            ran.add(callback.toString());
          }
        };
    Timeouts named =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withListener(listener));
    CompletableFuture<String> future = new CompletableFuture<>();
    named.timeout(future, Duration.ofMillis(20));
    CompletableFuture<String> _ = future.whenComplete((result, thrown) -> time.pass(6));
    time.run(named, 30);
    assertEquals(List.of("FutureLimit[future=" + future + ", limit=PT0.02S]"), ran);
  }

  /** A deadline that never comes is a limit like any other (3-50). */
  @Test
  void aFutureWithoutADeadlineIsLeftAlone() {
    CompletableFuture<String> future = new CompletableFuture<>();
    assertEquals(future, timeouts.timeout(future, Deadline.NEVER.remaining()));
    timeouts.timeout(future, Duration.ofSeconds(Long.MAX_VALUE));
    timeouts.poll();
    assertEquals(0, timeouts.stats().places());
    timeouts.timeout(future, Duration.ofNanos(timeouts.maxDelayNanos()));
    timeouts.poll();
    assertEquals(1, timeouts.stats().places());
    assertFalse(future.isDone());
    for (long nanos : new long[] {-1, timeouts.maxDelayNanos() + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> timeouts.timeout(future, Duration.ofNanos(nanos)));
    }
  }

  @Test
  void aDeadlineSaysWhatIsLeft() throws TimeoutException {
    Deadline deadline = Deadline.after(time, Duration.ofMillis(10));
    assertEquals(Duration.ofMillis(10), deadline.remaining());
    time.pass(4);
    assertEquals(6 * MILLI, deadline.remainingNanos());
    deadline.check("reading");
    assertEquals(deadline, deadline.min(Deadline.after(time, Duration.ofMillis(7))));
    time.pass(7);
    assertTrue(deadline.isPast());
    assertEquals(Duration.ZERO, deadline.remaining());
    TimeoutException past =
        assertThrows(TimeoutException.class, () -> deadline.check("reading"));
    assertEquals("reading is past its deadline by 1000000 ns", past.getMessage());
    assertEquals(Deadline.NEVER, Deadline.after(time, Duration.ofSeconds(Long.MAX_VALUE)));
    assertFalse(Deadline.NEVER.isPast());
    assertTrue(Deadline.after(time, Duration.ofSeconds(Long.MIN_VALUE)).isPast());
  }
}
