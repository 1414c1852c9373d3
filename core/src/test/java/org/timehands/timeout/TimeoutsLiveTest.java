package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Await;

/**
 * Timeouts with their threads on the real clock: what is armed ends once, nothing is early; how
 * soon, is nobody's business here.
 */
class TimeoutsLiveTest {
  private static final long MILLI = 1_000_000;
  private static final int THREADS = 3;
  private static final int PER_THREAD = 20_000;

  @Test
  void eachArmingRunsOnceOrIsCancelled() throws InterruptedException {
    for (TimeoutsOptions options :
        List.of(
            TimeoutsOptions.DEFAULT.withShards(1),
            TimeoutsOptions.DEFAULT.withShards(2).withTickNanos(100_000),
            TimeoutsOptions.DEFAULT.withShards(1).onVirtualThreads())) {
      try (Timeouts timeouts = Timeouts.start(System::nanoTime, options)) {
        once(timeouts);
      }
    }
  }

  private static void once(Timeouts timeouts) throws InterruptedException {
    AtomicIntegerArray ends = new AtomicIntegerArray(THREADS * PER_THREAD);
    AtomicLong early = new AtomicLong();
    AtomicLong open = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int first = t * PER_THREAD;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    SplittableRandom random = new SplittableRandom(first);
                    Timeout[] made = new Timeout[PER_THREAD];
                    for (int i = 0; i < PER_THREAD; i++) {
                      int id = first + i;
                      long delay = random.nextLong(5 * MILLI);
                      long armedAt = System.nanoTime();
                      open.incrementAndGet();
                      made[i] =
                          timeouts.after(
                              delay,
                              timeout -> {
                                if (System.nanoTime() - armedAt < delay) {
                                  early.incrementAndGet();
                                }
                                ends.incrementAndGet(id);
                                open.decrementAndGet();
                              });
                      int other = random.nextInt(i + 1);
                      if (random.nextInt(4) != 0 && made[other].cancel()) {
                        ends.addAndGet(first + other, 1000);
                        open.decrementAndGet();
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    CountDownLatch last = new CountDownLatch(1);
    timeouts.after(10 * MILLI, timeout -> last.countDown());
    assertTrue(last.await(60, TimeUnit.SECONDS));
    for (int i = 0; i < 6000 && open.get() > 0; i++) {
      Thread.sleep(10); // until executors are through; the rest says whether anything is lost
    }
    int cancelled = 0;
    for (int i = 0; i < ends.length(); i++) {
      int end = ends.get(i);
      assertTrue(end == 1 || end == 1000, "timeout " + i + " ended " + end);
      cancelled += end == 1000 ? 1 : 0;
    }
    assertEquals(0, early.get(), "early");
    assertTrue(cancelled > 0 && cancelled < ends.length());
  }

  @Test
  void keptOnesAreArmedByManyAndRunForTheLastArming() throws InterruptedException {
    try (Timeouts timeouts =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      AtomicLong ran = new AtomicLong();
      Timeout kept = timeouts.timeout(timeout -> ran.incrementAndGet());
      long ends = 0;
      for (int i = 0; i < 50_000; i++) {
        timeouts.arm(kept, i % 3 == 0 ? MILLI : 30 * MILLI);
        if (i % 7 == 0 && kept.cancel()) {
          ends++;
        }
      }
      assertTrue(ends > 0);
      Await.until(() -> !kept.isPending(), "the last arming has run");
      assertFalse(kept.cancel());
    }
  }

  @Test
  void aSleepingOwnerIsWokenByAnEarlierOne() throws InterruptedException {
    try (Timeouts timeouts =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      timeouts.after(3_600_000 * MILLI, timeout -> {});
      for (int i = 0; i < 50; i++) {
        CountDownLatch ran = new CountDownLatch(1);
        timeouts.after(MILLI, timeout -> ran.countDown());
        assertTrue(ran.await(60, TimeUnit.SECONDS), "the owner slept on");
      }
      assertThrows(IllegalStateException.class, timeouts::poll);
    }
  }

  /** Nor by a deferrable one that is due meanwhile. */
  @Test
  void anIdleOwnerIsNotWoken() throws InterruptedException {
    try (Timeouts timeouts =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      timeouts.after(3_600_000 * MILLI, timeout -> {});
      // On a busy machine it may be long until it sleeps; one that wakes for nothing goes on so.
      long woken = 1;
      for (int tries = 0; tries < 5 && woken > 0; tries++) {
        Thread.sleep(200);
        long before = timeouts.stats().wakes();
        timeouts.arm(timeouts.deferrable(timeout -> {}), MILLI);
        Thread.sleep(500);
        woken = timeouts.stats().wakes() - before;
      }
      assertEquals(0, woken);
    }
  }

  /** It is to be filed: else it would lie unread until something else wakes the owner. */
  @Test
  void anOwnerThatSleepsForEverIsWokenForADeferrableOne() throws InterruptedException {
    try (Timeouts timeouts =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      long before = -1;
      for (int tries = 0; tries < 100 && before != timeouts.stats().wakes(); tries++) {
        before = timeouts.stats().wakes();
        Thread.sleep(100); // until it sleeps
      }
      timeouts.arm(timeouts.deferrable(timeout -> {}), 3_600_000 * MILLI);
      Await.until(() -> timeouts.stats().places() == 1, "the owner has filed it");
    }
  }

  /** Many messages wake an owner though none has to run soon: their memory has a bound (3-50). */
  @Test
  void aThousandCancelledOnesWakeTheirOwner() throws InterruptedException {
    try (Timeouts timeouts =
        Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1))) {
      List<Timeout> many = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        many.add(timeouts.after(3_600_000 * MILLI, timeout -> {}));
      }
      Await.until(() -> timeouts.stats().places() > 2_000, "the owner has filed most");
      long before = -1;
      for (int tries = 0; tries < 100 && before != timeouts.stats().wakes(); tries++) {
        before = timeouts.stats().wakes();
        Thread.sleep(100); // until it ticks no more, and sleeps for an hour
      }
      many.forEach(Timeout::cancel);
      Await.until(() -> timeouts.stats().places() <= 1_024, "they have left");
    }
  }

  /** Each callback wants the answer of the other's owner, which is in a callback. */
  @Test
  void twoOwnersThatShutDownAtOnceAnswerEachOther() throws InterruptedException {
    Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(2));
    CountDownLatch both = new CountDownLatch(2);
    CountDownLatch closed = new CountDownLatch(2);
    for (int shard = 0; shard < 2; shard++) {
      Timeout pinned =
          timeouts.pinned(
              shard,
              timeout -> {
                both.countDown();
                Await.until(() -> both.getCount() == 0, "both are in their callbacks");
                timeouts.shutdown();
                closed.countDown();
              });
      timeouts.arm(pinned, MILLI);
    }
    assertTrue(closed.await(60, TimeUnit.SECONDS));
  }

  @Test
  void shutdownFromWithoutAndFromACallback() throws InterruptedException {
    Timeouts timeouts = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(2));
    CountDownLatch closed = new CountDownLatch(1);
    List<Timeout> pending = new ArrayList<>();
    timeouts.after(3_600_000 * MILLI, timeout -> {});
    timeouts.after(
        MILLI,
        timeout -> {
          pending.addAll(timeouts.shutdown());
          closed.countDown();
        });
    assertTrue(closed.await(60, TimeUnit.SECONDS));
    assertEquals(1, pending.size());
    assertEquals(List.of(), timeouts.shutdown());
    assertThrows(IllegalStateException.class, () -> timeouts.after(MILLI, timeout -> {}));
  }
}
