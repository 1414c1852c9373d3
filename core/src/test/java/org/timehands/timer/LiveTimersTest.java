package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.Timehands;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.host.HostOptions;
import org.timehands.linux.Cpus;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.ThreadTuning;
import org.timehands.testing.Await;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * Timers on this machine's clocks, threads and devices: never early, and nothing lost (selftests
 * nanosleep, set-timer-lat; LTP clock_nanosleep, nanosleep). How late is measured elsewhere.
 */
@Timeout(120)
class LiveTimersTest {
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  private static Timehands timehands;

  @BeforeAll
  static void open() {
    timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64));
  }

  @AfterAll
  static void close() {
    timehands.close();
  }

  static List<String> devices() {
    Stream<String> named =
        ClockEventDevices.names().stream()
            .flatMap(name -> Stream.of(name, name + "+lead", name + "+spin"));
    return Stream.concat(named, Stream.of(ClockEventDevices.DEFAULT)).toList();
  }

  /** 3-52: a queue for each processor, as the kernel's; a timer is its maker's processor's. */
  @Test
  void aShardForEachProcessorRunsThere() throws Exception {
    TimerOptions options = TimerOptions.defaults().withShardPerCpu();
    int[] cpus = Cpus.affinity();
    assertEquals(cpus.length, options.shards());
    try (Timers timers = Timers.start(timehands.clocks(), options)) {
      for (int cpu : cpus) {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CountDownLatch ran = new CountDownLatch(3);
        Cpus.runOn(
                cpu,
                () -> {
                  for (int i = 0; i < 3; i++) {
                    timers
                        .timer(
                            (timer, now) -> {
                              seen.add(Cpus.current());
                              ran.countDown();
                              return Next.DONE;
                            })
                        .armIn(ClockId.MONOTONIC, 1_000_000);
                  }
                })
            .get();
        ran.await();
        assertEquals(List.of(cpu, cpu, cpu), seen);
      }
    }
    assertEquals(List.of(), options.withShards(cpus.length).cpus());
  }

  private static Timers start(String device, int shards) {
    return Timers.start(
        timehands.clocks(),
        TimerOptions.defaults().withShards(shards).withDevices(() -> opened(device)));
  }

  private static ClockEventDevice opened(String device) {
    try {
      return ClockEventDevices.open(device);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** 3-32: on every clock and device of this machine. */
  @ParameterizedTest
  @MethodSource("devices")
  void sleepsAreNeverTooShort(String device) {
    try (Timers timers = start(device, 1)) {
      Sleeper sleeper = new Sleeper(timers);
      for (ClockId clock : CLOCKS) {
        for (long nanos = 10; nanos <= 3_000_000; nanos *= 7) {
          long mono = timers.nanos(ClockId.MONOTONIC);
          assertEquals(0, sleeper.sleepFor(clock, nanos));
          assertTrue(timers.nanos(ClockId.MONOTONIC) - mono >= nanos, clock + " " + nanos);
          long until = timers.nanos(clock) + nanos;
          assertTrue(sleeper.sleepUntil(clock, until));
          assertTrue(timers.nanos(clock) >= until, clock + " " + nanos);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void manyTimersOfManyThreadsAllExpire(String device) throws Exception {
    try (Timers timers = start(device, 2)) {
      int each = 300;
      int threads = 3;
      CountDownLatch expired = new CountDownLatch(each * threads);
      AtomicLong early = new AtomicLong();
      for (int t = 0; t < threads; t++) {
        int salt = t;
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < each; i++) {
                    ClockId clock = CLOCKS[(i + salt) % CLOCKS.length];
                    long expiry = timers.nanos(clock) + (i * 7919L + salt * 104_729L) % 20_000_000;
                    timers
                        .timer(
                            i % timers.shards(),
                            (timer, now) -> {
                              if (timers.nanos(clock) < expiry) {
                                early.incrementAndGet();
                              }
                              expired.countDown();
                              return Next.DONE;
                            },
                            i % 3 == 0)
                        .arm(clock, expiry, i % 5 * 100_000L);
                  }
                });
      }
      expired.await();
      assertEquals(0, early.get());
      assertEquals(0, timers.statistics().queued());
    }
  }

  /** A far wait is shortened from another thread, and cancelled ones are forgotten. */
  @ParameterizedTest
  @MethodSource("devices")
  void anEarlierTimerIsNotSleptOver(String device) throws Exception {
    try (Timers timers = start(device, 1)) {
      ClockTimer far = timers.timer((timer, now) -> Next.DONE);
      far.armIn(ClockId.MONOTONIC, 3_600_000_000_000L);
      for (int i = 0; i < 20; i++) {
        CountDownLatch near = new CountDownLatch(1);
        timers
            .timer(
                (timer, now) -> {
                  near.countDown();
                  return Next.DONE;
                })
            .armIn(ClockId.MONOTONIC, i % 2 == 0 ? 1_000_000 : 0);
        near.await();
      }
      assertEquals(ClockTimer.Cancel.CANCELLED, far.tryCancel());
    }
  }

  @Test
  void aPeriodicTimerKeepsItsInstants() throws Exception {
    try (Timers timers = start(ClockEventDevices.names().getFirst(), 1)) {
      List<Long> scheduled = new ArrayList<>();
      AtomicLong missed = new AtomicLong();
      CountDownLatch enough = new CountDownLatch(50);
      long first = timers.nanos(ClockId.MONOTONIC) + 1_000_000;
      IntervalTimer timer =
          new IntervalTimer(
              timers,
              (at, skipped) -> {
                scheduled.add(at);
                missed.addAndGet(skipped);
                enough.countDown();
              },
              MissedPolicy.ONCE,
              false);
      timer.start(ClockId.MONOTONIC, first, 1_000_000);
      enough.await();
      timer.stopAndWait();
      long before = first - 1_000_000;
      for (long at : scheduled) {
        assertEquals(0, (at - first) % 1_000_000);
        assertTrue(at > before);
        before = at;
      }
      assertEquals(scheduled.size() + missed.get(), (before - first) / 1_000_000 + 1);
    }
  }

  /** What the thread of these timers says of itself, in a callback. */
  private static String tuning(TimerOptions options) throws Exception {
    try (Timers timers = Timers.start(timehands.clocks(), options)) {
      CompletableFuture<String> told = new CompletableFuture<>();
      timers
          .timer(
              (timer, now) -> {
                try {
                  told.complete(
                      ThreadTuning.isFifo() + " " + ThreadTuning.timerSlackNanos() + " ns");
                } catch (ErrnoException refused) {
                  told.completeExceptionally(refused);
                }
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, 0);
      return told.get();
    }
  }

  /** The slack is set on the thread that waits, and is the least that the kernel has by default. */
  @Test
  void theSlackIsThatOfTheOptions() throws Exception {
    assertEquals("false 1 ns", tuning(TimerOptions.defaults()));
    assertEquals("false 4321 ns", tuning(TimerOptions.defaults().withTimerSlackNanos(4321)));
  }

  /** Real-time priority is taken where it is permitted, and does no harm where it is not. */
  @Test
  void aPriorityIsTakenOrNot() throws Exception {
    boolean permitted = true;
    try {
      ThreadTuning.setFifo(1);
      ThreadTuning.setNormal();
    } catch (ErrnoException refused) {
      permitted = false;
    }
    String told = tuning(TimerOptions.defaults().withFifoPriority(1));
    assertTrue(told.startsWith(permitted ? "true " : "false "), told);
  }

  /** Its own threads wake when there is something to do, and not else. */
  @Test
  void idleTimersWakeNobody() throws Exception {
    try (Timers timers = start(ClockEventDevices.names().getFirst(), 1)) {
      Sleeper sleeper = new Sleeper(timers);
      timers.timer((timer, now) -> Next.DONE).armIn(ClockId.MONOTONIC, 3_600_000_000_000L);
      sleeper.sleepFor(ClockId.MONOTONIC, 1_000_000);
      long before = timers.statistics().wakeups();
      // 300 ms on other timers, so that nobody uses these.
      try (Timers others = start("park", 1)) {
        assertEquals(0, new Sleeper(others).sleepFor(ClockId.MONOTONIC, 300_000_000));
      }
      assertTrue(timers.statistics().wakeups() - before <= 1, "woke for nothing");
    }
  }

  @Test
  void closingFromACallbackAndBesideSleepers() throws Exception {
    Timers timers = start(ClockEventDevices.names().getFirst(), 2);
    FutureTask<Long> sleep =
        new FutureTask<>(
            () -> new Sleeper(timers).sleepFor(ClockId.MONOTONIC, 3_600_000_000_000L));
    Thread.ofVirtual().start(sleep);
    Await.until(() -> timers.statistics().queued() > 0, "the sleep has begun");
    CountDownLatch closed = new CountDownLatch(1);
    timers
        .timer(
            (timer, now) -> {
              timers.close();
              closed.countDown();
              return Next.AGAIN;
            })
        .armIn(ClockId.MONOTONIC, 0);
    closed.await();
    try {
      sleep.get();
    } catch (java.util.concurrent.ExecutionException ended) {
      assertTrue(ended.getCause().getMessage().contains("closed"));
    }
    assertTrue(sleep.isDone());
    timers.close();
    assertFalse(timers.timer((timer, now) -> Next.DONE).isActive());
  }
}
