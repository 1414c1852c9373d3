package org.timehands.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.timeout.LateArms;
import org.timehands.timeout.TimeoutListener;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/**
 * What Netty's own tests demand of {@code HashedWheelTimer}, restated on ours (facts, not code): a
 * task runs once and not early, not after stop or cancel; stop hands back what is left; a throwing
 * task harms nobody; the limit of pending ones holds; stop inside a task is refused; a cancelled
 * task is told so.
 */
class TimeoutsTimerTest {
  private static TimeoutsTimer timer() {
    return new TimeoutsTimer(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1));
  }

  @Test
  void aTaskRunsAfterItsDelay() throws InterruptedException {
    TimeoutsTimer timer = timer();
    BlockingQueue<Long> ran = new LinkedBlockingQueue<>();
    long armedAt = System.nanoTime();
    Timeout timeout =
        timer.newTimeout(t -> ran.add(System.nanoTime() - armedAt), 30, TimeUnit.MILLISECONDS);
    assertEquals(timer, timeout.timer());
    assertTrue(ran.take() >= 30_000_000);
    assertTrue(timeout.isExpired());
    assertFalse(timeout.isCancelled());
    assertFalse(timeout.cancel());
    timer.stop();
  }

  @Test
  void stopHandsBackWhatIsLeftAndNothingRuns() throws InterruptedException {
    TimeoutsTimer timer = timer();
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      timer.newTimeout(t -> three.countDown(), 1, TimeUnit.MILLISECONDS);
    }
    three.await();
    Timeout later = timer.newTimeout(t -> ran.incrementAndGet(), 300, TimeUnit.SECONDS);
    Timeout cancelled = timer.newTimeout(t -> ran.incrementAndGet(), 300, TimeUnit.SECONDS);
    cancelled.cancel();
    assertEquals(1, timer.pendingTimeouts());
    assertEquals(Set.of(later), timer.stop());
    assertEquals(Set.of(), timer.stop());
    assertTrue(later.isCancelled());
    assertEquals(0, timer.pendingTimeouts());
    assertEquals(0, ran.get());
    assertThrows(
        IllegalStateException.class, () -> timer.newTimeout(t -> {}, 1, TimeUnit.MILLISECONDS));
  }

  @Test
  void aStoppedTimerRefusesWhateverItsOptionsSay() {
    TimeoutsTimer timer =
        new TimeoutsTimer(
            System::nanoTime, TimeoutsOptions.DEFAULT.withLateArms(LateArms.IGNORE));
    timer.stop();
    assertThrows(
        IllegalStateException.class, () -> timer.newTimeout(t -> {}, 1, TimeUnit.MILLISECONDS));
    assertEquals(0, timer.pendingTimeouts());
  }

  @Test
  void aThrowingTaskHarmsNobody() throws InterruptedException {
    TimeoutsTimer timer = timer();
    CountDownLatch ran = new CountDownLatch(1);
    timer.newTimeout(
        t -> {
          throw new IllegalStateException("planted");
        },
        1,
        TimeUnit.MILLISECONDS);
    timer.newTimeout(t -> ran.countDown(), 5, TimeUnit.MILLISECONDS);
    assertTrue(ran.await(60, TimeUnit.SECONDS));
    timer.stop();
  }

  @Test
  void theLimitOfPendingOnesHolds() {
    TimeoutsTimer timer =
        new TimeoutsTimer(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1), 2);
    Timeout first = timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS);
    timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS);
    assertThrows(
        RejectedExecutionException.class, () -> timer.newTimeout(t -> {}, 1, TimeUnit.SECONDS));
    assertTrue(first.cancel());
    timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS);
    assertEquals(2, timer.stop().size());
  }

  /** Whichever way one ends, its place under the limit is free; what runs is pending no more. */
  @Test
  void theLimitIsFreeAgainWhenOneHasRun() throws InterruptedException {
    TimeoutsTimer timer =
        new TimeoutsTimer(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1), 1);
    BlockingQueue<Long> pendingInside = new LinkedBlockingQueue<>();
    for (int i = 0; i < 3; i++) {
      timer.newTimeout(
          t -> pendingInside.add(timer.pendingTimeouts()), 1, TimeUnit.MILLISECONDS);
      assertEquals(0, pendingInside.take());
    }
    Timeout last = timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS);
    RejectedExecutionException refused =
        assertThrows(
            RejectedExecutionException.class, () -> timer.newTimeout(t -> {}, 1, TimeUnit.DAYS));
    assertTrue(refused.getMessage().contains("the 1 allowed; "), refused.getMessage());
    assertEquals(1, timer.pendingTimeouts(), "what was refused is not counted");
    assertEquals(Set.of(last), timer.stop());
  }

  @Test
  void nullsAreRefusedAndCountNothing() {
    TimeoutsTimer timer = timer();
    assertThrows(
        NullPointerException.class, () -> timer.newTimeout(null, 1, TimeUnit.SECONDS));
    assertThrows(NullPointerException.class, () -> timer.newTimeout(t -> {}, 1, null));
    assertEquals(0, timer.pendingTimeouts());
    assertEquals(Set.of(), timer.stop());
  }

  /** Its own task finds it expired: it cannot be cancelled any more, and may arm another. */
  @Test
  void aTaskThatRunsIsExpired() throws InterruptedException {
    TimeoutsTimer timer = timer();
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    timer.newTimeout(
        t -> {
          seen.add("expired " + t.isExpired() + ", cancelled " + t.cancel() + t.isCancelled());
          t.timer().newTimeout(t.task(), 1, TimeUnit.MILLISECONDS);
        },
        1,
        TimeUnit.MILLISECONDS);
    assertEquals("expired true, cancelled falsefalse", seen.take());
    assertEquals("expired true, cancelled falsefalse", seen.take());
    timer.stop();
  }

  @Test
  void stopInsideATaskIsRefused() throws InterruptedException {
    TimeoutsTimer timer = timer();
    BlockingQueue<Class<?>> thrown = new LinkedBlockingQueue<>();
    timer.newTimeout(
        t -> {
          try {
            timer.stop();
          } catch (IllegalStateException refused) {
            thrown.add(refused.getClass());
          }
        },
        1,
        TimeUnit.MILLISECONDS);
    assertEquals(IllegalStateException.class, thrown.take());
    timer.stop();
  }

  /** Theirs are late by one tick: four of the wheel's below are less than that. */
  @Test
  void aLongTickIsTheLatenessNotAQuarterOfIt() {
    long milli = 1_000_000;
    for (long[] each : new long[][] {{200, 25}, {100, 12}, {8, 1}, {4, 1}, {1, 1}}) {
      TimeoutsOptions options = TimeoutsOptions.DEFAULT.withTickNanos(each[0] * milli);
      TimeoutsTimer timer = new TimeoutsTimer(System::nanoTime, options);
      assertEquals(each[1], timer.timeouts().tickNanos() / milli);
      timer.stop();
    }
    TimeoutsOptions fine = TimeoutsOptions.DEFAULT.withTickNanos(100_000);
    TimeoutsTimer timer = new TimeoutsTimer(System::nanoTime, fine);
    assertEquals(100_000, timer.timeouts().tickNanos());
    timer.stop();
  }

  /** Netty's executor of tasks: what runs there may stop the timer. */
  @Test
  void stopFromATaskOnAnExecutor() throws InterruptedException {
    TimeoutsTimer timer =
        new TimeoutsTimer(
            System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1).onVirtualThreads());
    BlockingQueue<Set<Timeout>> left = new LinkedBlockingQueue<>();
    Timeout later = timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS);
    timer.newTimeout(t -> left.add(timer.stop()), 1, TimeUnit.MILLISECONDS);
    assertEquals(Set.of(later), left.take());
  }

  /** A task that is told when it is cancelled. */
  private static final class Told implements TimerTask {
    private final AtomicInteger ran = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final BlockingQueue<Timeout> runs = new LinkedBlockingQueue<>();

    @Override
    public void run(Timeout timeout) {
      ran.incrementAndGet();
      runs.add(timeout);
    }

    @Override
    public void cancelled(Timeout timeout) {
      assertTrue(timeout.isCancelled());
      assertEquals(this, timeout.task());
      cancelled.incrementAndGet();
    }
  }

  @Test
  void aCancelledTaskIsToldOnce() throws InterruptedException {
    TimeoutsTimer timer = timer();
    Told told = new Told();
    Timeout timeout = timer.newTimeout(told, 300, TimeUnit.SECONDS);
    assertTrue(timeout.cancel());
    assertFalse(timeout.cancel());
    assertEquals(1, told.cancelled.get());
    Told runs = new Told();
    Timeout ran = timer.newTimeout(runs, 1, TimeUnit.MILLISECONDS);
    assertEquals(ran, runs.runs.take());
    assertFalse(ran.cancel());
    Told stopped = new Told();
    Timeout handedBack = timer.newTimeout(stopped, 300, TimeUnit.SECONDS);
    assertEquals(Set.of(handedBack), timer.stop());
    assertTrue(handedBack.isCancelled());
    assertEquals(0, told.ran.get() + runs.cancelled.get() + stopped.cancelled.get());
  }

  @Test
  void whatATaskThrowsWhenItIsToldIsReported() {
    BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
    TimeoutListener listener =
        new TimeoutListener() {
          @Override
          public void failed(Object callback, Throwable thrown) {
            reported.add(thrown);
          }
        };
    TimeoutsTimer timer =
        new TimeoutsTimer(System::nanoTime, TimeoutsOptions.DEFAULT.withListener(listener));
    IllegalStateException planted = new IllegalStateException("planted");
    TimerTask throwing =
        new TimerTask() {
          @Override
          public void run(Timeout timeout) {}

          @Override
          public void cancelled(Timeout timeout) {
            throw planted;
          }
        };
    assertTrue(timer.newTimeout(throwing, 300, TimeUnit.SECONDS).cancel());
    assertEquals(planted, reported.poll());
    assertEquals(0, timer.pendingTimeouts());
    assertEquals(Set.of(), timer.stop());
  }

  /** By its task, not by an object of the adapter that nobody knows. */
  @Test
  void whatThrowsOrIsSlowIsNamed() throws InterruptedException {
    BlockingQueue<Object> reported = new LinkedBlockingQueue<>();
    TimeoutListener listener =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            reported.add(((Timeout) callback).task());
          }

          @Override
          public void failed(Object callback, Throwable thrown) {
            reported.add(((Timeout) callback).task());
            reported.add(callback.toString().contains("task: " + ((Timeout) callback).task()));
          }
        };
    TimeoutsTimer timer =
        new TimeoutsTimer(
            System::nanoTime, TimeoutsOptions.DEFAULT.withListener(listener).withSlowNanos(1));
    TimerTask throwing =
        t -> {
          throw new IllegalStateException("planted");
        };
    timer.newTimeout(throwing, 1, TimeUnit.MILLISECONDS);
    assertEquals(throwing, reported.take(), "failed");
    assertEquals(true, reported.take());
    assertEquals(throwing, reported.take(), "slow");
    timer.stop();
  }

  /** A clock that fails, as a daemon's may that is gone: what was not armed is not pending. */
  @Test
  void whatCouldNotBeArmedIsNotCounted() {
    AtomicInteger reads = new AtomicInteger();
    Thread caller = Thread.currentThread();
    TimeoutsTimer timer =
        new TimeoutsTimer(
            () -> {
              if (Thread.currentThread().equals(caller) && reads.incrementAndGet() > 10) {
                throw new IllegalStateException("planted");
              }
              return System.nanoTime();
            },
            TimeoutsOptions.DEFAULT,
            1);
    reads.set(10);
    assertThrows(
        IllegalStateException.class, () -> timer.newTimeout(t -> {}, 1, TimeUnit.SECONDS));
    assertEquals(0, timer.pendingTimeouts());
    reads.set(0);
    assertTrue(timer.newTimeout(t -> {}, 300, TimeUnit.SECONDS).cancel());
    timer.stop();
  }

  /** Ten that are due at the tick of one that keeps the wheel busy, cancelled meanwhile. */
  @Test
  void whatIsCancelledAtItsTickIsCountedOnce() throws InterruptedException {
    TimeoutsTimer timer = timer();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    timer.newTimeout(
        t -> {
          busy.countDown();
          go.await();
        },
        20, TimeUnit.MILLISECONDS);
    List<Timeout> same = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      same.add(timer.newTimeout(t -> {}, 20, TimeUnit.MILLISECONDS));
    }
    busy.await();
    same.forEach(Timeout::cancel);
    go.countDown();
    CountDownLatch after = new CountDownLatch(1);
    timer.newTimeout(t -> after.countDown(), 30, TimeUnit.MILLISECONDS);
    after.await();
    assertEquals(0, timer.pendingTimeouts());
    assertEquals(Set.of(), timer.stop());
  }

  @Test
  void overflowingAndNegativeDelays() throws InterruptedException {
    TimeoutsTimer timer = timer();
    Timeout never = timer.newTimeout(t -> {}, Long.MAX_VALUE, TimeUnit.MILLISECONDS);
    CountDownLatch ran = new CountDownLatch(1);
    timer.newTimeout(t -> ran.countDown(), -5, TimeUnit.SECONDS);
    assertTrue(ran.await(60, TimeUnit.SECONDS));
    assertFalse(never.isExpired());
    assertEquals(Set.of(never), timer.stop());
  }

  /** The same program on Netty's timer and on ours: the same things run, in the same order. */
  @Test
  void aProgramRunsOnOursAsOnTheirs() throws InterruptedException {
    assertEquals(
        program(new HashedWheelTimer(1, TimeUnit.MILLISECONDS)), program(timer()));
  }

  private static List<String> program(Timer timer) throws InterruptedException {
    BlockingQueue<String> ran = new LinkedBlockingQueue<>();
    Timeout cancelled =
        timer.newTimeout(t -> ran.add("cancelled"), 500, TimeUnit.MILLISECONDS);
    timer.newTimeout(t -> ran.add("second"), 700, TimeUnit.MILLISECONDS);
    timer.newTimeout(
        t -> {
          ran.add("first");
          cancelled.cancel();
          t.timer().newTimeout(u -> ran.add("third"), 1400, TimeUnit.MILLISECONDS);
        },
        10,
        TimeUnit.MILLISECONDS);
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      order.add(ran.take());
    }
    timer.stop();
    return order;
  }

  @Test
  void theTickerSleepsByTheWheel() throws InterruptedException {
    try (Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT)) {
      ClockTicker ticker = new ClockTicker(System::nanoTime, timeouts);
      long before = ticker.nanoTime();
      assertTrue(before >= ticker.initialNanoTime());
      ticker.sleep(5, TimeUnit.MILLISECONDS);
      assertTrue(ticker.nanoTime() - before >= 5_000_000);
    }
  }

  @Test
  void aSleeperThatIsInterruptedLeavesNothingBehind() throws InterruptedException {
    try (Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT)) {
      ClockTicker ticker = new ClockTicker(System::nanoTime, timeouts);
      Thread.currentThread().interrupt();
      assertThrows(
          InterruptedException.class, () -> ticker.sleep(Long.MAX_VALUE, TimeUnit.DAYS));
      ticker.sleep(0, TimeUnit.DAYS);
      ticker.sleep(Long.MIN_VALUE, TimeUnit.DAYS);
      assertEquals(List.of(), timeouts.drain());
    }
  }

  @Test
  void whoSleepsOnWhatIsShutDownIsTold() {
    Timeouts timeouts =
        Timeouts.start(
            System::nanoTime, TimeoutsOptions.DEFAULT.withLateArms(LateArms.IGNORE));
    ClockTicker ticker = new ClockTicker(System::nanoTime, timeouts);
    timeouts.close();
    assertThrows(IllegalStateException.class, () -> ticker.sleep(1, TimeUnit.DAYS));
  }
}
