package org.timehands.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerExecutor;

/** A user's code at virtual time: sleeps, schedules, clocks, threads, and what goes wrong. */
@Timeout(300)
class VirtualWorldTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  private VirtualWorld world = VirtualWorld.begin(VirtualSettings.defaults());

  @AfterEach
  void end() {
    world.close();
  }

  private void begin(VirtualSettings settings) {
    world.close();
    world = VirtualWorld.begin(settings);
  }

  @Test
  void aSleepOfTheTestMakesTimePass() throws InterruptedException {
    long before = world.nanos(ClockId.MONOTONIC);
    world.sleeper().sleep(Duration.ofDays(1));
    assertEquals(86_400 * SECOND, world.nanos(ClockId.MONOTONIC) - before);
    Instant now = world.clock(ZoneOffset.UTC).instant();
    assertEquals(START.plus(Duration.ofDays(1)), now);
    assertEquals(now, world.instantSource().instant());
  }

  @Test
  void aDayOfScheduledTasks() {
    ScheduledExecutorService executor = world.executor(2);
    List<Instant> reports = new CopyOnWriteArrayList<>();
    AtomicInteger minutes = new AtomicInteger();
    ScheduledFuture<?> _ =
        executor.scheduleAtFixedRate(
            () -> reports.add(world.instantSource().instant()), 1, 1, TimeUnit.HOURS);
    ScheduledFuture<?> _ =
        executor.scheduleWithFixedDelay(minutes::incrementAndGet, 1, 1, TimeUnit.MINUTES);
    world.advance(Duration.ofDays(1));
    assertEquals(24, reports.size());
    for (int i = 0; i < reports.size(); i++) {
      assertEquals(START.plus(Duration.ofHours(i + 1)), reports.get(i));
    }
    assertEquals(24 * 60, minutes.get());
  }

  /** Who makes time pass makes it pass while it waits for a task: nobody else could. */
  @Test
  void whoWaitsForATaskLetsTimePass() throws Exception {
    ScheduledExecutorService executor = world.executor(2);
    long before = world.nanos(ClockId.MONOTONIC);
    assertEquals(7, executor.schedule(() -> 7, 1, TimeUnit.HOURS).get());
    assertEquals(3600 * SECOND, world.nanos(ClockId.MONOTONIC) - before);
    ScheduledFuture<Integer> later = executor.schedule(() -> 8, 1, TimeUnit.HOURS);
    assertThrows(TimeoutException.class, () -> later.get(59, TimeUnit.MINUTES));
    assertEquals((3600 + 59 * 60) * SECOND, world.nanos(ClockId.MONOTONIC) - before);
    assertThrows(TimeoutException.class, () -> later.get(0, TimeUnit.MINUTES));
    assertEquals(8, later.get(2, TimeUnit.MINUTES));
    assertEquals(7200 * SECOND, world.nanos(ClockId.MONOTONIC) - before);
    assertFalse(executor.awaitTermination(1, TimeUnit.DAYS), "not shut down");
    assertEquals(
        START.plus(Duration.ofHours(2 + 24)), world.instantSource().instant());
    AtomicInteger ran = new AtomicInteger();
    ScheduledFuture<?> _ = executor.schedule(ran::incrementAndGet, 30, TimeUnit.HOURS);
    executor.close();
    assertEquals(1, ran.get());
  }

  /** What never comes is told; a thread that was interrupted, and a callback, wait as they did. */
  @Test
  void whoWaitsForATaskInVainIsTold() throws Exception {
    begin(VirtualSettings.defaults().withPatienceMillis(3_000));
    ScheduledExecutorService executor = world.executor(1);
    ScheduledFuture<?> lost = executor.schedule(() -> {}, 1, TimeUnit.HOURS);
    world.executor(1).schedule(() -> lost.cancel(false), 10, TimeUnit.MINUTES);
    assertThrows(CancellationException.class, lost::get);
    CountDownLatch never = new CountDownLatch(1);
    Future<?> stuck =
        executor.submit(
            () -> {
              never.await();
              return null;
            });
    String told = assertThrows(IllegalStateException.class, stuck::get).getMessage();
    assertTrue(told.contains("virtual time cannot pass"), told);
    never.countDown();
    stuck.get();
    Future<?> removed = executor.schedule(() -> {}, 1, TimeUnit.HOURS);
    assertTrue(((TimerExecutor) executor).remove((Runnable) removed));
    told = assertThrows(IllegalStateException.class, removed::get).getMessage();
    assertTrue(told.startsWith("deadlock at virtual time"), told);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, removed::get);
    AtomicInteger seen = new AtomicInteger();
    Future<Integer> done = executor.schedule(() -> 5, 1, TimeUnit.MINUTES);
    world
        .timers()
        .timer(
            (timer, now) -> {
              try {
                done.get(1, TimeUnit.MILLISECONDS);
              } catch (TimeoutException expected) {
                seen.incrementAndGet();
              } catch (InterruptedException | ExecutionException other) {
                throw new AssertionError(other);
              }
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    world.advance(Duration.ofMinutes(2));
    assertEquals(1, seen.get());
    assertEquals(5, done.get());
  }

  @Test
  void threadsThatSleepAreWaitedFor() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 5; i++) {
      int mine = i;
      world.start(
          () -> {
            world.sleeper().sleepFor(ClockId.MONOTONIC, (5 - mine) * SECOND);
            order.add("a" + mine);
            world.sleeper().sleepFor(ClockId.MONOTONIC, 10 * SECOND);
            order.add("b" + mine);
          });
    }
    world.advance(Duration.ofSeconds(10));
    assertEquals(List.of("a4", "a3", "a2", "a1", "a0"), order);
    world.runUntilIdle();
    assertEquals(List.of("b4", "b3", "b2", "b1", "b0"), order.subList(5, 10));
    assertEquals(START.plusSeconds(15), world.instantSource().instant());
    assertEquals("done", world.call(() -> {
      world.sleeper().sleep(Duration.ofHours(1));
      return "done";
    }));
    assertEquals(START.plusSeconds(3615), world.instantSource().instant());
    assertThrows(java.io.IOException.class, () -> world.call(() -> {
      throw new java.io.IOException("planted");
    }));
  }

  /** A thread that is not of the world's making joins it with its first sleep. */
  @Test
  void aThreadOfTheUsersOwn() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger naps = new AtomicInteger();
    Sleeper sleeper = world.sleeper();
    Thread own =
        Thread.ofPlatform()
            .start(
                () -> {
                  begun.countDown();
                  while (sleeper.sleepFor(ClockId.MONOTONIC, SECOND) == 0 && naps.get() < 100) {
                    naps.incrementAndGet();
                  }
                });
    begun.await();
    Await.until(() -> world.timers().statistics().queued() > 0, "the sleep has begun");
    world.advance(Duration.ofSeconds(50));
    assertEquals(50, naps.get());
    own.interrupt();
    own.join();
    world.advance(Duration.ofSeconds(50));
    assertEquals(50, naps.get());
  }

  /** Threads of one instant run one after the other, in the order of their sleeps. */
  @Test
  void threadsOfOneInstantDoNotRace() {
    for (int round = 0; round < 20; round++) {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int mine = i;
        world.start(
            () -> {
              world.sleeper().sleepFor(ClockId.MONOTONIC, SECOND);
              order.add(mine);
              Thread.yield();
              order.add(mine);
            });
      }
      world.runUntilIdle();
      for (int i = 0; i < 40; i++) {
        assertEquals(i / 2, order.get(i), order.toString());
      }
    }
  }

  @Test
  void timersAndTimeouts() {
    List<String> ran = new CopyOnWriteArrayList<>();
    world
        .timers()
        .timer(
            (timer, now) -> {
              ran.add("hard");
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    world
        .timers()
        .softTimer(
            (timer, now) -> {
              world.sleeper().sleepFor(ClockId.MONOTONIC, SECOND / 200);
              ran.add("soft");
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    var _ = world.timeouts().after(Duration.ofMinutes(1), timeout -> ran.add("timeout"));
    var _ = world.timeoutScheduler().schedule(() -> ran.add("wheel"), 2, TimeUnit.MINUTES);
    CompletableFuture<String> never =
        world.timeouts().timeout(new CompletableFuture<>(), Duration.ofHours(1));
    world.advance(Duration.ofSeconds(1));
    assertEquals(List.of("hard"), ran);
    world.advance(Duration.ofMinutes(10));
    assertEquals(List.of("hard", "soft", "timeout", "wheel"), ran);
    world.runUntilIdle();
    ExecutionException over = assertThrows(ExecutionException.class, never::get);
    assertTrue(over.getCause() instanceof TimeoutException, over.toString());
  }

  /** A26: an absolute timer follows a set, a relative one does not (3-33). */
  @Test
  void clocksAreSet() {
    List<String> ran = new CopyOnWriteArrayList<>();
    world
        .timers()
        .timer(
            (timer, now) -> {
              ran.add("absolute");
              return Next.DONE;
            })
        .arm(ClockId.REALTIME, world.nanos(ClockId.REALTIME) + 3600 * SECOND);
    world
        .timers()
        .timer(
            (timer, now) -> {
              ran.add("relative");
              return Next.DONE;
            })
        .armIn(ClockId.REALTIME, 60 * SECOND);
    world.timekeeping().setRealtime(world.nanos(ClockId.REALTIME) + 7200 * SECOND);
    world.advance(Duration.ofSeconds(1));
    assertEquals(List.of("absolute"), ran);
    world.advance(Duration.ofSeconds(60));
    assertEquals(List.of("absolute", "relative"), ran);
    world.advanceTo(Instant.parse("2026-02-01T00:00:00Z"));
    assertEquals(Instant.parse("2026-02-01T00:00:00Z"), world.instantSource().instant());
  }

  /** What does not sleep here is named, with where it waits. */
  @Test
  void aThreadThatWaitsOutsideIsAnErrorThatSaysSo() throws Exception {
    begin(VirtualSettings.defaults().withPatienceMillis(100));
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Callable<String> waits = queue::take;
    world.start(
        () -> {
          try {
            waits.call();
          } catch (Exception ended) {
            throw new IllegalStateException(ended);
          }
        });
    IllegalStateException stuck =
        assertThrows(
            IllegalStateException.class, () -> world.advance(Duration.ofSeconds(1)));
    assertTrue(stuck.getMessage().contains("virtual-world WAITING"), stuck.getMessage());
    assertTrue(stuck.getMessage().contains("aside"), stuck.getMessage());
    queue.add("go");
    world.advance(Duration.ofSeconds(1));
  }

  @Test
  void whatWaitsAsideLetsTimePass() throws Exception {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    List<String> got = new CopyOnWriteArrayList<>();
    world.start(
        () -> {
          try {
            got.add(world.aside(queue::take));
          } catch (Exception ended) {
            throw new IllegalStateException(ended);
          }
          world.sleeper().sleepFor(ClockId.MONOTONIC, SECOND);
          got.add("slept");
        });
    world.advance(Duration.ofSeconds(10));
    assertEquals(List.of(), got);
    queue.add("message");
    Await.until(() -> world.timers().statistics().queued() > 0, "the sleep has begun");
    world.advance(Duration.ofSeconds(10));
    assertEquals(List.of("message", "slept"), got);
  }

  @Test
  void aDeadlockIsFound() {
    begin(VirtualSettings.defaults().withPatienceMillis(100));
    LinkedBlockingQueue<String> empty = new LinkedBlockingQueue<>();
    IllegalStateException found =
        assertThrows(
            IllegalStateException.class, () -> world.call(() -> world.aside(empty::take)));
    assertTrue(found.getMessage().contains("deadlock"), found.getMessage());
    empty.add("go");
  }

  @Test
  void wrongUseIsToldAsSuch() {
    assertThrows(
        IllegalArgumentException.class, () -> world.advance(Duration.ofSeconds(-1)));
    IllegalArgumentException back =
        assertThrows(
            IllegalArgumentException.class, () -> world.advanceTo(START.minusSeconds(1)));
    assertTrue(back.getMessage().contains("2026-01-01T00:00:00Z"), back.getMessage());
    List<Throwable> refused = new CopyOnWriteArrayList<>();
    world.start(
        () ->
            refused.add(
                assertThrows(
                    IllegalStateException.class, () -> world.advance(Duration.ofSeconds(1)))));
    world.advance(Duration.ofSeconds(1));
    assertTrue(refused.getFirst().getMessage().contains("cannot advance"), refused.toString());
    VirtualSettings good = VirtualSettings.defaults();
    for (Runnable wrong :
        List.<Runnable>of(
            () -> good.withCpus(0), () -> good.withCpus(65), () -> good.counting(10, 64),
            () -> good.counting(SECOND, 8), () -> good.withPatienceMillis(0),
            () -> good.startingAt(Instant.parse("1969-12-31T00:00:00Z")))) {
      assertThrows(IllegalArgumentException.class, wrong::run);
    }
    ScheduledFuture<?> _ =
        world.executor(1).scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
    IllegalStateException endless =
        assertThrows(IllegalStateException.class, world::runUntilIdle);
    assertTrue(endless.getMessage().contains("366 days"), endless.getMessage());
  }

  @Test
  void moreTimeThanAWorldHasIsRefusedWithWhatIsLeft() {
    for (Duration much : List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(300 * 365))) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> world.advance(much));
      assertTrue(refused.getMessage().contains("advance of " + much), refused.getMessage());
      assertTrue(refused.getMessage().contains("at most PT"), refused.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> world.advanceTo(Instant.MAX));
    world.advance(Duration.ofDays(1));
  }

  private static long run(VirtualSettings settings, List<String> log) {
    try (VirtualWorld world = VirtualWorld.begin(settings)) {
      for (int i = 0; i < 10; i++) {
        int mine = i;
        world.start(
            () -> {
              for (int k = 1; k < 20; k++) {
                world.sleeper().sleepFor(ClockId.MONOTONIC, (mine * 7L + k) % 11 * SECOND / 3);
                log.add(mine + " at " + world.nanos(ClockId.REALTIME));
              }
            });
      }
      world.runUntilIdle();
      return world.fingerprint();
    }
  }

  /** One seed, one run: the same trace twice, and another one with another seed. */
  @Test
  void oneSeedIsOneRun() {
    VirtualSettings settings = VirtualSettings.defaults().adverse(true).withCpus(3).withSeed(5);
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<String> other = new ArrayList<>();
    assertEquals(run(settings, first), run(settings, second));
    assertEquals(first, second);
    assertNotEquals(run(settings.withSeed(6), other), 0);
    assertNotEquals(first, other);
    assertFalse(first.isEmpty());
  }

  /** 3-20: in a tick mode sleeps end at ticks. */
  @Test
  void tickModesHoldForSleeps() {
    begin(VirtualSettings.defaults().withTickMode(TickMode.dynamic(100)));
    long before = world.nanos(ClockId.MONOTONIC);
    world.sleeper().sleepFor(ClockId.MONOTONIC, 123_456_789);
    assertEquals(130_000_000, world.nanos(ClockId.MONOTONIC) - before, 1_000_000);
  }
}
