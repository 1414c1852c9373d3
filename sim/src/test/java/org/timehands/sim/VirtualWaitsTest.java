package org.timehands.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.IntervalTimer;
import org.timehands.timer.MissedPolicy;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerDescriptor;
import org.timehands.timer.TimerDescriptor.Setting;
import org.timehands.timer.TimerScheduler;

/** Waits for what time brings about, on the thread that makes it and on threads of the world. */
@Timeout(100)
class VirtualWaitsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;

  private VirtualWorld world =
      VirtualWorld.begin(VirtualSettings.defaults().withPatienceMillis(5_000));
  private final long begin = world.nanos(ClockId.MONOTONIC);

  @AfterEach
  void end() {
    world.close();
  }

  /** What runs tasks later, and how late at most after an hour. */
  private enum Kind {
    POOL(world -> world.executor(3), 0),
    SCHEDULER(world -> new TimerScheduler(world.timers(), world::start), 0),
    WHEEL(VirtualWorld::timeoutScheduler, HOUR / 8);

    final Function<VirtualWorld, ScheduledExecutorService> make;
    final long lateNanos;

    Kind(Function<VirtualWorld, ScheduledExecutorService> make, long lateNanos) {
      this.make = make;
      this.lateNanos = lateNanos;
    }
  }

  private void assertPassed(long nanos, long lateNanos) {
    long passed = world.nanos(ClockId.MONOTONIC) - begin;
    assertTrue(passed >= nanos && passed <= nanos + lateNanos, passed + " ns of " + nanos);
  }

  private <T> Callable<T> after(long nanos, T result) {
    return () -> {
      world.sleeper().sleepFor(ClockId.MONOTONIC, nanos);
      return result;
    };
  }

  private <T> Callable<T> failing(long nanos, String message) {
    return () -> {
      world.sleeper().sleepFor(ClockId.MONOTONIC, nanos);
      throw new IOException(message);
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void futuresLetTimePass(Kind kind) throws Exception {
    ScheduledExecutorService executor = kind.make.apply(world);
    assertEquals(7, executor.schedule(() -> 7, 1, TimeUnit.HOURS).get());
    assertPassed(HOUR, kind.lateNanos);
    Future<Integer> sleeps = executor.submit(after(HOUR, 8));
    assertThrows(TimeoutException.class, () -> sleeps.get(59, TimeUnit.MINUTES));
    assertPassed(HOUR + 59 * HOUR / 60, kind.lateNanos);
    assertThrows(TimeoutException.class, () -> sleeps.get(0, TimeUnit.MINUTES));
    assertEquals(8, sleeps.get(2, TimeUnit.MINUTES));
    assertPassed(2 * HOUR, kind.lateNanos);
    ScheduledFuture<?> periodic = executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.MINUTES);
    executor.schedule(() -> periodic.cancel(false), 10, TimeUnit.MINUTES);
    assertThrows(CancellationException.class, periodic::get);
    assertFalse(executor.awaitTermination(1, TimeUnit.DAYS), "not shut down");
    assertPassed(26 * HOUR, 2 * HOUR);
    AtomicInteger ran = new AtomicInteger();
    ScheduledFuture<?> _ = executor.schedule(ran::incrementAndGet, 30, TimeUnit.HOURS);
    executor.close();
    assertEquals(1, ran.get());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void allLetTimePass(Kind kind) throws Exception {
    ScheduledExecutorService executor = kind.make.apply(world);
    List<Future<Integer>> all =
        executor.invokeAll(List.of(after(HOUR, 1), failing(2 * HOUR, "no"), after(3 * HOUR, 3)));
    assertPassed(3 * HOUR, 0);
    assertEquals(1, all.get(0).resultNow());
    assertInstanceOf(IOException.class, all.get(1).exceptionNow());
    assertEquals(3, all.get(2).resultNow());
    all = executor.invokeAll(List.of(after(HOUR, 1), after(3 * HOUR, 3)), 2, TimeUnit.HOURS);
    assertPassed(5 * HOUR, 0);
    assertEquals(1, all.get(0).resultNow());
    assertTrue(all.get(1).isCancelled());
    all = executor.invokeAll(List.of(after(HOUR, 1), after(2 * HOUR, 2)), 3, TimeUnit.HOURS);
    assertPassed(7 * HOUR, 0);
    assertEquals(2, all.get(1).resultNow());
    assertEquals(List.of(), executor.invokeAll(List.<Callable<Integer>>of()));
    List<Callable<Integer>> none = new ArrayList<>();
    none.add(null);
    assertThrows(NullPointerException.class, () -> executor.invokeAll(none));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anyLetsTimePass(Kind kind) throws Exception {
    ScheduledExecutorService executor = kind.make.apply(world);
    AtomicInteger cut = new AtomicInteger();
    Callable<Integer> long9 =
        () -> {
          cut.addAndGet(world.sleeper().sleepFor(ClockId.MONOTONIC, 9 * HOUR) > 0 ? 1 : 0);
          return 9;
        };
    assertEquals(2, executor.invokeAny(List.of(long9, after(2 * HOUR, 2), failing(HOUR, "no"))));
    assertPassed(2 * HOUR, 0);
    world.advance(Duration.ZERO);
    assertEquals(1, cut.get(), "who is not needed is interrupted");
    ExecutionException failed =
        assertThrows(
            ExecutionException.class,
            () -> executor.invokeAny(List.of(failing(HOUR, "first"), failing(2 * HOUR, "last"))));
    assertPassed(4 * HOUR, 0);
    assertEquals("last", failed.getCause().getMessage());
    assertThrows(
        TimeoutException.class,
        () -> executor.invokeAny(List.of(long9, failing(HOUR, "no")), 2, TimeUnit.HOURS));
    assertPassed(6 * HOUR, 0);
    assertEquals(1, executor.invokeAny(List.of(after(HOUR, 1)), 2, TimeUnit.HOURS));
    assertPassed(7 * HOUR, 0);
    assertThrows(IllegalArgumentException.class, () -> executor.invokeAny(List.of()));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> executor.invokeAny(List.of(after(HOUR, 1))));
    assertPassed(7 * HOUR, 0);
  }

  @Test
  void aReadOfADescriptorLetsTimePass() throws Exception {
    TimerDescriptor descriptor = new TimerDescriptor(world.timers(), ClockId.MONOTONIC);
    descriptor.setTime(0, new Setting(HOUR, 60 * SECOND), null);
    assertEquals(1, descriptor.read());
    assertPassed(HOUR, 0);
    assertEquals(1, descriptor.read());
    assertPassed(HOUR + 60 * SECOND, 0);
    world.advance(Duration.ofMinutes(5));
    assertEquals(5, descriptor.read());
    List<Long> read = new CopyOnWriteArrayList<>();
    world.start(
        () -> {
          for (int i = 0; i < 3; i++) {
            try {
              read.add(descriptor.read());
            } catch (InterruptedException never) {
              throw new AssertionError(never);
            }
          }
        });
    world.advance(Duration.ofMinutes(5));
    assertEquals(List.of(1L, 1L, 1L), read);
    descriptor.setTime(0, new Setting(0, 0), null);
    String told = assertThrows(IllegalStateException.class, descriptor::read).getMessage();
    assertTrue(told.startsWith("deadlock at virtual time"), told);
    world.start(
        () -> {
          world.sleeper().sleepFor(ClockId.MONOTONIC, HOUR);
          descriptor.close();
        });
    told = assertThrows(IllegalStateException.class, descriptor::read).getMessage();
    assertTrue(told.contains("closed"), told);
  }

  /** Threads of the world wait as the driving one, and are woken in the order of their waits. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void threadsOfTheWorldWaitToo(Kind kind) throws Exception {
    ScheduledExecutorService executor = kind.make.apply(world);
    assertEquals(5, world.call(() -> executor.schedule(() -> 5, 1, TimeUnit.HOURS).get()));
    assertPassed(HOUR, kind.lateNanos);
    long now = world.nanos(ClockId.MONOTONIC) - begin;
    assertEquals(
        6, world.call(() -> executor.invokeAny(List.of(after(2 * HOUR, 7), after(HOUR, 6)))));
    assertPassed(now + HOUR, 0);
    Future<Integer> slow = executor.submit(after(3 * HOUR, 1));
    assertThrows(
        TimeoutException.class, () -> world.call(() -> slow.get(90, TimeUnit.MINUTES)));
    assertPassed(now + HOUR + 90 * HOUR / 60, 0);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int mine = i;
      world.start(
          () -> {
            try {
              assertEquals(1, slow.get());
            } catch (InterruptedException | ExecutionException wrong) {
              throw new AssertionError(wrong);
            }
            order.add(mine);
            Thread.yield();
            order.add(mine);
          });
    }
    world.runUntilIdle();
    assertPassed(now + 4 * HOUR, 0);
    for (int i = 0; i < 40; i++) {
      assertEquals(i / 2, order.get(i), order.toString());
    }
    assertEquals(1, world.call(() -> world.aside(() -> executor.invokeAny(List.of(after(0, 1))))));
  }

  /** No time passes between an interrupt and what it does; nor does it end a wait that is over. */
  @Test
  void aWaitIsInterrupted() throws Exception {
    Future<Integer> later = world.executor(1).schedule(() -> 5, 1, TimeUnit.DAYS);
    List<Long> ended = new CopyOnWriteArrayList<>();
    Thread[] waiting = new Thread[1];
    world.start(
        () -> {
          waiting[0] = Thread.currentThread();
          assertThrows(InterruptedException.class, later::get);
          ended.add(world.nanos(ClockId.MONOTONIC) - begin);
        });
    world.start(
        () -> {
          world.sleeper().sleepFor(ClockId.MONOTONIC, HOUR);
          waiting[0].interrupt();
        });
    world.advance(Duration.ofHours(2));
    assertEquals(List.of(HOUR), ended);
    assertEquals(5, later.get());
  }

  /** Time stands while a callback runs: what takes time is refused, what others do is not. */
  @Test
  void aCallbackWaitsForOthersOnly() throws Exception {
    end();
    world = VirtualWorld.begin(VirtualSettings.defaults().withPatienceMillis(300));
    ScheduledExecutorService executor = world.executor(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<Integer> later = executor.schedule(() -> 5, 1, TimeUnit.DAYS);
    List<Object> seen = new CopyOnWriteArrayList<>();
    Runnable waits =
        () -> {
          try {
            Future<Integer> now =
                executor.submit(
                    () -> {
                      go.await();
                      return 1;
                    });
            go.countDown();
            seen.add(now.get());
            assertThrows(TimeoutException.class, () -> later.get(1, TimeUnit.MILLISECONDS));
          } catch (InterruptedException | ExecutionException wrong) {
            throw new AssertionError(wrong);
          }
          seen.add(assertThrows(IllegalStateException.class, later::get).getMessage());
        };
    var _ = world.timeouts().after(Duration.ofSeconds(1), timeout -> waits.run());
    world
        .timers()
        .timer(
            (timer, nowNanos) -> {
              waits.run();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 5 * SECOND);
    world.advance(Duration.ofSeconds(10));
    assertEquals(4, seen.size(), seen.toString());
    assertEquals(1, seen.get(0));
    assertTrue(seen.get(1).toString().contains("time stands while it runs"), seen.toString());
    assertEquals(seen.subList(0, 2), seen.subList(2, 4));
    assertEquals(5, later.get());
  }

  /** Whoever waits for a callback that sleeps lets the time pass that it sleeps for. */
  @Test
  void aCancelThatWaitsLetsTimePass() throws Exception {
    Callable<Boolean> cancels =
        () -> {
          ClockTimer timer =
              world
                  .timers()
                  .softTimer(
                      (same, now) -> {
                        world.sleeper().sleepFor(ClockId.MONOTONIC, HOUR);
                        same.forward(now, SECOND);
                        return Next.AGAIN;
                      });
          timer.armIn(ClockId.MONOTONIC, SECOND);
          world.sleeper().sleepFor(ClockId.MONOTONIC, 2 * SECOND);
          return timer.cancel();
        };
    assertTrue(cancels.call(), "it was kept from running again");
    assertPassed(HOUR + SECOND, 0);
    assertTrue(world.call(cancels));
    assertPassed(2 * HOUR + 2 * SECOND, 0);
    assertFalse(world.timers().isAnyArmed());
    IntervalTimer interval =
        new IntervalTimer(
            world.timers(),
            (scheduled, missed) -> world.sleeper().sleepFor(ClockId.MONOTONIC, HOUR),
            MissedPolicy.ONCE,
            true);
    interval.startIn(ClockId.MONOTONIC, SECOND, SECOND);
    world.advance(Duration.ofSeconds(2));
    Thread.currentThread().interrupt();
    interval.stopAndWait();
    assertTrue(Thread.interrupted(), "it is not ended by that, and keeps it");
    assertPassed(3 * HOUR + 3 * SECOND, 0);
  }

  /** One scheduler's end is not that of the others, nor of the world's timeouts. */
  @Test
  void theEndOfASchedulerIsItsOwn() throws Exception {
    List<String> ran = new CopyOnWriteArrayList<>();
    var _ = world.timeouts().after(Duration.ofHours(2), timeout -> ran.add("timeout"));
    ScheduledExecutorService other = world.timeoutScheduler();
    var _ = other.schedule(() -> ran.add("other"), 3, TimeUnit.HOURS);
    ScheduledExecutorService ends = world.timeoutScheduler();
    var _ = ends.schedule(() -> ran.add("ended"), 1, TimeUnit.HOURS);
    ends.close();
    assertEquals(List.of("ended"), ran);
    world.advance(Duration.ofHours(4));
    assertEquals(List.of("ended", "timeout", "other"), ran);
    var _ = world.timeouts().after(Duration.ofHours(1), timeout -> ran.add("again"));
    assertEquals(0, other.shutdownNow().size());
    world.runUntilIdle();
    assertEquals("again", ran.getLast());
  }

  @Test
  void theEndOfTheWorldEndsWaits() throws Exception {
    Future<Integer> later = world.timeoutScheduler().schedule(() -> 5, 1, TimeUnit.DAYS);
    List<String> told = new CopyOnWriteArrayList<>();
    Thread[] waiting = new Thread[1];
    world.start(
        () -> {
          waiting[0] = Thread.currentThread();
          told.add(assertThrows(IllegalStateException.class, later::get).getMessage());
        });
    world.advance(Duration.ofHours(1));
    world.close();
    waiting[0].join();
    assertTrue(told.getFirst().contains("closed"), told.toString());
  }

  /** A thread that is not of the world waits in real time, and nobody waits for it. */
  @Test
  void aStrangerWaitsByItself() throws Exception {
    Future<Integer> later = world.executor(1).schedule(() -> 5, 1, TimeUnit.DAYS);
    List<Integer> got = new CopyOnWriteArrayList<>();
    Thread stranger =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    got.add(later.get());
                  } catch (InterruptedException | ExecutionException wrong) {
                    throw new AssertionError(wrong);
                  }
                });
    world.advance(Duration.ofDays(2));
    stranger.join();
    assertEquals(List.of(5), got);
  }
}
