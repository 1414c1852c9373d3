package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * nanosleep and clock_nanosleep (semantics 2.9, 4.3, 4.4) at virtual time; live: LiveTimersTest.
 */
class SleeperTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTimers virtual = new VirtualTimers();
  private final Sleeper sleeper = new Sleeper(virtual.timers);

  private <T> FutureTask<T> begin(Thread.Builder kind, Callable<T> sleep) {
    long queued = virtual.timers.statistics().queued();
    FutureTask<T> task = new FutureTask<>(sleep);
    kind.start(task);
    Await.until(
        () -> virtual.timers.statistics().queued() != queued || task.isDone(),
        "the sleep has begun");
    return task;
  }

  /** 3-32, 3-33: the 20 s anomaly. 20 s of MONOTONIC, the wall clock set back by 20 s meanwhile. */
  @Test
  void theTwentySecondAnomaly() throws Exception {
    long mono = virtual.nanos(ClockId.MONOTONIC);
    long real = virtual.nanos(ClockId.REALTIME);
    FutureTask<Long> sleep =
        begin(Thread.ofPlatform(), () -> sleeper.sleepFor(ClockId.REALTIME, 20 * SECOND));
    virtual.advance(SECOND);
    virtual.step(-20 * SECOND);
    virtual.advance(19 * SECOND - 1);
    assertFalse(sleep.isDone());
    virtual.advance(1);
    assertEquals(0, sleep.get());
    assertEquals(mono + 20 * SECOND, virtual.nanos(ClockId.MONOTONIC));
    assertEquals(real, virtual.nanos(ClockId.REALTIME));
  }

  /** clock_settime 7-1, 7-2: absolute sleeps follow the clock; 8-1: relative ones do not. */
  @Test
  void absoluteSleepsFollowTheirClock() throws Exception {
    long until = virtual.nanos(ClockId.REALTIME) + 100 * SECOND;
    FutureTask<Boolean> sleep =
        begin(Thread.ofVirtual(), () -> sleeper.sleepUntil(ClockId.REALTIME, until));
    virtual.step(99 * SECOND);
    virtual.advance(SECOND);
    assertTrue(sleep.get());
  }

  @Test
  void interruptedItTellsTheRest() throws Exception {
    Thread[] who = new Thread[1];
    FutureTask<Long> sleep =
        begin(
            Thread.ofPlatform(),
            () -> {
              who[0] = Thread.currentThread();
              long rest = sleeper.sleepFor(ClockId.MONOTONIC, 10 * SECOND);
              assertFalse(Thread.currentThread().isInterrupted());
              return rest;
            });
    virtual.advance(4 * SECOND);
    who[0].interrupt();
    assertEquals(6 * SECOND, sleep.get());
    assertEquals(0, virtual.timers.statistics().queued());
    FutureTask<Boolean> until =
        begin(
            Thread.ofVirtual(),
            () -> {
              who[0] = Thread.currentThread();
              return sleeper.sleepUntil(ClockId.TAI, virtual.nanos(ClockId.TAI) + SECOND);
            });
    who[0].interrupt();
    assertFalse(until.get());
    FutureTask<Object> java =
        begin(
            Thread.ofVirtual(),
            () -> {
              who[0] = Thread.currentThread();
              sleeper.sleep(Duration.ofDays(400_000));
              return null;
            });
    who[0].interrupt();
    ExecutionException ended = assertThrows(ExecutionException.class, java::get);
    assertEquals(InterruptedException.class, ended.getCause().getClass());
  }

  @Test
  void whatIsPastReturnsAtOnce() throws Exception {
    assertEquals(0, sleeper.sleepFor(ClockId.BOOTTIME, 0));
    assertEquals(0, sleeper.sleepFor(ClockId.BOOTTIME, -1));
    assertTrue(sleeper.sleepUntil(ClockId.REALTIME, virtual.nanos(ClockId.REALTIME)));
    assertTrue(sleeper.sleepUntil(ClockId.MONOTONIC, -1));
    sleeper.sleep(Duration.ofSeconds(-1));
    sleeper.sleep(Duration.ofSeconds(Long.MIN_VALUE));
    assertThrows(
        IllegalArgumentException.class, () -> sleeper.sleepFor(ClockId.MONOTONIC_RAW, 0));
    assertThrows(
        IllegalArgumentException.class, () -> sleeper.sleepUntil(ClockId.REALTIME_COARSE, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sleeper(virtual.timers, -1));
  }

  /** Sleepers and timers of a clock in one queue: who was armed first goes first. */
  @Test
  void aTimerArmedBeforeASleepOfTheSameLengthRunsFirst() throws Exception {
    List<String> order = new ArrayList<>();
    FutureTask<Long> first =
        begin(Thread.ofPlatform(), () -> sleeper.sleepFor(ClockId.MONOTONIC, SECOND));
    virtual.timers
        .timer(
            (timer, now) -> {
              order.add("timer");
              // The first sleeper's turn was before this.
              awaitEnd(first);
              order.add("first sleeper was over");
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    FutureTask<Long> second =
        begin(
            Thread.ofPlatform(),
            () -> {
              long rest = sleeper.sleepFor(ClockId.MONOTONIC, SECOND);
              synchronized (order) {
                order.add("second sleeper");
              }
              return rest;
            });
    virtual.advance(SECOND);
    assertEquals(0, second.get());
    assertEquals(List.of("timer", "first sleeper was over", "second sleeper"), order);
  }

  private static void awaitEnd(FutureTask<?> task) {
    try {
      task.get();
    } catch (InterruptedException | ExecutionException planted) {
      throw new AssertionError(planted);
    }
  }

  @Test
  void aHardCallbackMustNotSleep() {
    virtual.timers
        .timer(
            (timer, now) -> {
              sleeper.sleepFor(ClockId.MONOTONIC, 1);
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    assertTrue(virtual.reports.getFirst().contains("must not sleep"));
  }

  @Test
  void closingEndsSleeps() {
    FutureTask<Long> sleep =
        begin(Thread.ofVirtual(), () -> sleeper.sleepFor(ClockId.MONOTONIC, SECOND));
    virtual.timers.close();
    ExecutionException ended = assertThrows(ExecutionException.class, sleep::get);
    assertTrue(ended.getCause().getMessage().contains("closed"));
  }

  /** A parked virtual thread costs no platform thread: ten thousand sleep at once. */
  @Test
  void tenThousandVirtualThreadsSleep() throws Exception {
    List<FutureTask<Long>> sleeps = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      long nanos = 1 + (i * 7919L) % 10_000;
      FutureTask<Long> sleep =
          new FutureTask<>(() -> sleeper.sleepFor(ClockId.MONOTONIC, nanos));
      sleeps.add(sleep);
      Thread.ofVirtual().start(sleep);
    }
    Await.until(() -> virtual.timers.statistics().queued() == 10_000, "all sleep");
    virtual.advance(10_000);
    for (FutureTask<Long> sleep : sleeps) {
      assertEquals(0, sleep.get());
    }
  }

  /** A sleeping thread whose look at its status can be held up, by who looks. */
  private static final class Held extends Thread {
    private volatile boolean turnLooks;
    private volatile boolean turnIsOver;
    private final boolean holdsItself;

    Held(Runnable work, boolean holdsItself) {
      super(work);
      this.holdsItself = holdsItself;
    }

    @Override
    public boolean isInterrupted() {
      if (Thread.currentThread().equals(this)) {
        boolean seen = super.isInterrupted();
        if (seen) {
          Await.until(() -> holdsItself ? turnIsOver : turnLooks, "the turn looks, or is over");
        }
        if (seen && holdsItself) {
          // As a lock does that is waited for: it takes the permit of whoever unparks meanwhile.
          LockSupport.park(this);
        }
        return seen;
      }
      // The thread that ends the sleep looks, and the sleeper clears its status meanwhile.
      turnLooks = true;
      Await.until(() -> holdsItself || !super.isInterrupted(), "the sleeper clears its status");
      return super.isInterrupted();
    }
  }

  /** A timer armed before a sleep of the same length interrupts the sleeper, who sees it now. */
  private FutureTask<Boolean> brokenAtItsEnd(boolean holdsItself) {
    long end = virtual.nanos(ClockId.MONOTONIC) + SECOND;
    Thread[] who = new Thread[1];
    virtual
        .timers
        .timer(
            (timer, now) -> {
              who[0].interrupt();
              return Next.DONE;
            })
        .arm(ClockId.MONOTONIC, end);
    FutureTask<Boolean> sleep = new FutureTask<>(() -> sleeper.sleepUntil(ClockId.MONOTONIC, end));
    Held thread = new Held(sleep, holdsItself);
    who[0] = thread;
    long queued = virtual.timers.statistics().queued();
    thread.start();
    Await.until(() -> virtual.timers.statistics().queued() != queued, "the sleep has begun");
    Await.state(thread, Thread.State.WAITING);
    virtual.advance(SECOND);
    thread.turnIsOver = true;
    return sleep;
  }

  /** clock_nanosleep 1-3: broken, however the sleeper and its turn look at the interrupt. */
  @Test
  @Timeout(60)
  void anInterruptThatIsSeenBetweenTwoLooksBreaksTheSleep() throws Exception {
    assertFalse(brokenAtItsEnd(false).get());
  }

  /** Who is unparked while it waits for a lock looks again before it parks. */
  @Test
  @Timeout(60)
  void anUnparkThatALockHasSwallowedIsNotMissed() throws Exception {
    assertFalse(brokenAtItsEnd(true).get());
  }
}
