package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.testing.Await;
import org.timehands.tick.IdleListeners;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * What others do wrong harms no timer, and what ends leaves nobody waiting. Errors, not only
 * exceptions: the usual one is "unable to create native thread", from an executor (3-15).
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerFaultsTest {
  private static final long MILLI = 1_000_000;
  private static final long HOUR = 3_600_000 * MILLI;

  private final List<String> heard = new ArrayList<>();

  /** A callback that notes what happens to it. */
  private final class Noting implements TimerCallback {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    @Override
    public Next expired(ClockTimer timer, long nowNanos) {
      heard.add(name + " ran");
      return Next.DONE;
    }

    @Override
    public void closed(ClockTimer timer) {
      heard.add(name + " closed");
      if (name.startsWith("bad")) {
        TimerFaultsTest.<RuntimeException>checked();
      }
    }
  }

  /** As in languages that check no exceptions. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> void checked() throws E {
    throw (E) new IOException("planted");
  }

  @Test
  void anErrorInAReportIsDropped() {
    TimerReports broken =
        new TimerReports() {
          @Override
          public void failed(ClockTimer timer, Throwable thrown) {
            TimerFaultsTest.<RuntimeException>checked();
          }
        };
    VirtualTimers virtual = new VirtualTimers(options -> options.withReports(broken));
    virtual.timers
        .timer(
            (timer, now) -> {
              throw new IllegalStateException("planted");
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.timers.timer(new Noting("next")).armIn(ClockId.MONOTONIC, 1);
    virtual.advance(1);
    assertEquals(List.of("next ran"), heard);
  }

  /** N15, 3-18: exceptions isolated, errors too; who heard of the beginning hears of the end. */
  @Test
  void idleListenersMayFailAndHearOfTheEnd() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers
        .idleListeners()
        .add(
            new IdleListeners.Listener() {
              @Override
              public void enter(int shard) {
                heard.add("enter");
                throw new AssertionError("planted");
              }

              @Override
              public void leave(int shard, long idleNanos, long ticks) {
                heard.add("leave " + ticks);
              }
            });
    virtual.timers.expire();
    virtual.pass(7 * MILLI);
    virtual.timers.close();
    assertEquals(List.of("enter", "leave 7"), heard);
    virtual.timers.close();
    assertEquals(2, heard.size());
  }

  @Test
  void whateverTheExecutorThrowsADueTimerRuns() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    VirtualTimers virtual =
        new VirtualTimers(
            options ->
                options.withDeferred(
                    task -> {
                      throw new Error("planted");
                    }));
    virtual.timers
        .softTimer(
            (timer, now) -> {
              ran.countDown();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.timers.timer(new Noting("next")).armIn(ClockId.MONOTONIC, 1);
    virtual.advance(1);
    ran.await();
    assertEquals(List.of("next ran"), heard);
  }

  /** The thread of a shard outlives an error, whoever throws it: here the clocks, once. */
  @Test
  void anErrorDoesNotEndTheThread() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    VirtualTimers clocks =
        new VirtualTimers() {
          @Override
          public void read(ClockView into) {
            if (Thread.currentThread().getName().startsWith("timehands-timer")
                && once.compareAndSet(false, true)) {
              TimerFaultsTest.<RuntimeException>checked();
            }
            super.read(into);
          }
        };
    CountDownLatch ran = new CountDownLatch(1);
    try (Timers timers =
        Timers.start(
            clocks, TimerOptions.defaults().withDevices(() -> ClockEventDevices.best()))) {
      Await.until(once::get, "the planted error is met");
      timers
          .timer(
              (timer, now) -> {
                ran.countDown();
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, 0);
      assertTrue(ran.await(30, TimeUnit.SECONDS), "the thread is gone");
    }
  }

  @Test
  void closingGoesOnPastACallbackThatThrows() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers.timer(new Noting("bad")).armIn(ClockId.MONOTONIC, HOUR);
    virtual.timers.timer(new Noting("good")).armIn(ClockId.MONOTONIC, 2 * HOUR);
    virtual.timers.close();
    assertEquals(List.of("bad closed", "good closed"), heard);
    assertEquals(List.of("failed: planted"), virtual.reports);
  }

  @Test
  void whatWasHandedOverAndNotBegunIsToldOfTheEnd() {
    Deque<Runnable> handed = new ArrayDeque<>();
    VirtualTimers virtual = new VirtualTimers(options -> options.withDeferred(handed::add));
    ClockTimer timer = virtual.timers.softTimer(new Noting("soft"));
    timer.armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    virtual.timers.close();
    handed.forEach(Runnable::run);
    assertEquals(List.of("soft closed"), heard);
    assertEquals(ClockTimer.Cancel.INACTIVE, timer.tryCancel());
  }

  /** A hard callback waits for a soft one to end, which waits for the hard one's thread to end. */
  @Test
  void aSoftCallbackMayClose() throws Exception {
    CountDownLatch softRuns = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(2);
    AtomicReference<Thread> hard = new AtomicReference<>();
    Timers timers =
        Timers.start(
            new VirtualTimers(),
            TimerOptions.defaults().withDevices(() -> ClockEventDevices.best()));
    ClockTimer soft =
        timers.softTimer(
            (timer, now) -> {
              softRuns.countDown();
              Await.until(() -> hard.get() != null, "the hard callback runs");
              Await.state(hard.get(), Thread.State.WAITING);
              timers.close();
              ends.countDown();
              return Next.DONE;
            });
    soft.armIn(ClockId.MONOTONIC, 0);
    softRuns.await();
    timers
        .timer(
            (timer, now) -> {
              hard.set(Thread.currentThread());
              soft.cancel();
              ends.countDown();
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    assertTrue(ends.await(30, TimeUnit.SECONDS), "they wait for each other");
    timers.close();
  }

  /** The clocksource may change while somebody closes the timers: that harms nobody. */
  @Test
  void aModeSetAfterTheEndTouchesNoDevice() {
    VirtualTimers virtual = new VirtualTimers();
    Timers timers =
        Timers.byHand(
            virtual, TimerOptions.defaults().withDevices(() -> ClockEventDevices.best()));
    timers.close();
    timers.setTickMode(TickMode.periodic(100));
    assertEquals(0, timers.expire());
  }

  /** Whichever shard the sleeper would stand in: two callbacks could wait for each other. */
  @Test
  void hardCallbacksMustNotSleepOnAnyShard() {
    VirtualTimers virtual = new VirtualTimers(options -> options.withShards(2));
    Sleeper sleeper = new Sleeper(virtual.timers);
    for (int shard = 0; shard < 2; shard++) {
      virtual.timers
          .timer(
              shard,
              (timer, now) -> {
                sleeper.sleepFor(ClockId.MONOTONIC, MILLI);
                return Next.DONE;
              },
              false)
          .armIn(ClockId.MONOTONIC, 0);
    }
    virtual.timers.expire();
    assertEquals(2, virtual.reports.size());
    assertTrue(
        virtual.reports.stream().allMatch(report -> report.contains("must not sleep")),
        virtual.reports.toString());
  }

  @Test
  void readersOfDescriptorsDoNotOutwaitTheTimers() throws Exception {
    VirtualTimers virtual = new VirtualTimers();
    TimerDescriptor set = new TimerDescriptor(virtual.timers, ClockId.MONOTONIC);
    set.setTime(0, new TimerDescriptor.Setting(HOUR, 0), null);
    for (TimerDescriptor each :
        List.of(set, new TimerDescriptor(virtual.timers, ClockId.REALTIME))) {
      FutureTask<Long> read = new FutureTask<>(each::read);
      Thread reader = Thread.ofPlatform().daemon().start(read);
      Await.until(
          () -> reader.getState() == Thread.State.WAITING || read.isDone(), "the reader waits");
      virtual.timers.close();
      ExecutionException ended = assertThrows(ExecutionException.class, read::get);
      assertTrue(ended.getCause().getMessage().contains("closed"), ended.toString());
    }
  }

  @Test
  void hardCallbacksMustNotWaitForDescriptors() {
    VirtualTimers virtual = new VirtualTimers();
    TimerDescriptor descriptor = new TimerDescriptor(virtual.timers, ClockId.MONOTONIC);
    virtual.timers
        .timer(
            (timer, now) -> {
              try {
                heard.add("read " + descriptor.read());
              } catch (InterruptedException planted) {
                throw new AssertionError(planted);
              }
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(0);
    assertEquals(List.of(), heard);
    assertTrue(virtual.reports.getFirst().contains("must not wait"), virtual.reports.toString());
  }

  /** Two callbacks of two shards close their timers at once: neither waits for the other. */
  @Test
  void callbacksOfTwoShardsCloseAtOnce() throws Exception {
    Timers timers = Timers.start(new VirtualTimers(), TimerOptions.defaults().withShards(2));
    CyclicBarrier both = new CyclicBarrier(2);
    CountDownLatch closed = new CountDownLatch(2);
    for (int shard = 0; shard < 2; shard++) {
      timers
          .timer(
              shard,
              (timer, now) -> {
                try {
                  both.await();
                } catch (Exception planted) {
                  throw new AssertionError(planted);
                }
                timers.close();
                closed.countDown();
                return Next.DONE;
              },
              false)
          .armIn(ClockId.MONOTONIC, 0);
    }
    assertTrue(closed.await(30, TimeUnit.SECONDS), "they wait for each other");
    timers.close();
  }

  /** What a scheduler's executor throws at a due task ends the task, not only a rejection. */
  @Test
  void anExecutorThatFailsLeavesNoTaskUndone() {
    VirtualTimers virtual = new VirtualTimers();
    TimerScheduler scheduler =
        new TimerScheduler(
            virtual.timers,
            task -> {
              throw new Error("planted");
            });
    FutureTask<?> task = (FutureTask<?>) scheduler.schedule(() -> {}, 1, TimeUnit.MILLISECONDS);
    virtual.advance(MILLI);
    assertTrue(task.isCancelled());
    assertEquals(List.of("failed: planted"), virtual.reports);
    virtual.timers.close();
    assertThrows(
        IllegalStateException.class, () -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS));
    scheduler.shutdown();
    assertTrue(scheduler.isTerminated(), "a task that was refused is left behind");
  }

  /** The system refuses the device of a shard: those of the shards before it are given back. */
  @Test
  void timersThatCannotBeMadeKeepNoDevice() {
    List<SimulatedDevice> devices = new ArrayList<>();
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () ->
                new VirtualTimers(
                    options ->
                        options
                            .withShards(3)
                            .withDevices(
                                () -> {
                                  if (devices.size() == 2) {
                                    throw new IllegalStateException("planted");
                                  }
                                  devices.add(new SimulatedDevice(() -> 0));
                                  return devices.getLast();
                                })));
    assertEquals("planted", refused.getMessage());
    // A closed device does not wait.
    devices.forEach(device -> assertFalse(device.await()));
  }

  @Test
  void whoIsClosedLeavesNoDescriptorAndNoThread() throws Exception {
    long threads = timerThreads();
    for (int round = 0; round < 2; round++) {
      List<Timers> all = new ArrayList<>();
      long before = descriptors();
      for (int i = 0; i < 20; i++) {
        all.add(Timers.start(new VirtualTimers(), TimerOptions.defaults().withShards(2)));
        all.get(i).timer(new Noting("far")).armIn(ClockId.MONOTONIC, HOUR);
      }
      assertEquals(threads + 40, timerThreads());
      all.forEach(Timers::close);
      assertEquals(threads, timerThreads());
      // The first round opens what the JVM opens once.
      assertTrue(round == 0 || descriptors() <= before + 5, before + " -> " + descriptors());
    }
  }

  private static long timerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("timehands-timer"))
        .count();
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  /** Else every later callback's interruptible wait or channel would fail, for ever. */
  @Test
  void anInterruptDoesNotStickToTheThread() throws Exception {
    try (Timers timers = Timers.start(new VirtualTimers(), TimerOptions.defaults())) {
      CountDownLatch interrupted = new CountDownLatch(1);
      timers
          .timer(
              (timer, now) -> {
                Thread.currentThread().interrupt();
                interrupted.countDown();
                return Next.DONE;
              })
          .armIn(ClockId.MONOTONIC, 0);
      interrupted.await();
      // Some of these may still run in the pass of the first.
      boolean sticks = true;
      for (int i = 0; i < 100 && sticks; i++) {
        FutureTask<Boolean> asked = new FutureTask<>(() -> Thread.currentThread().isInterrupted());
        timers
            .timer(
                (timer, now) -> {
                  asked.run();
                  return Next.DONE;
                })
            .armIn(ClockId.MONOTONIC, 0);
        sticks = asked.get();
      }
      assertFalse(sticks, "callbacks find the thread interrupted");
    }
  }

  /** A timer that is started anew does not tell what it missed before. */
  @Test
  void skippedInstantsAreOfOneStart() {
    VirtualTimers virtual = new VirtualTimers();
    IntervalTimer timer =
        new IntervalTimer(
            virtual.timers,
            (scheduled, missed) -> heard.add("missed " + missed),
            MissedPolicy.SKIP,
            false);
    timer.startIn(ClockId.MONOTONIC, 10 * MILLI, 10 * MILLI);
    virtual.pass(35 * MILLI);
    virtual.timers.expire();
    assertEquals(List.of(), heard);
    timer.startIn(ClockId.MONOTONIC, 10 * MILLI, 10 * MILLI);
    virtual.advance(10 * MILLI);
    assertEquals(List.of("missed 0"), heard);
  }
}
