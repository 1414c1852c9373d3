package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** What a scheduler over an executor does beyond the contract of its kind, at virtual time. */
class TimerSchedulerTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTimers virtual = new VirtualTimers();
  private final Deque<Runnable> handed = new ArrayDeque<>();
  private final TimerScheduler scheduler = new TimerScheduler(virtual.timers, handed::add);

  private void run() {
    while (!handed.isEmpty()) {
      handed.poll().run();
    }
  }

  @Test
  void dueTasksAreHandedOverInOrder() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int mine = i;
      scheduler.schedule(() -> order.add(mine), i < 5 ? 2 : 1, TimeUnit.SECONDS);
    }
    virtual.advance(SECOND - 1);
    assertEquals(0, handed.size());
    virtual.advance(1);
    assertEquals(5, handed.size());
    virtual.advance(SECOND);
    run();
    assertEquals(List.of(5, 6, 7, 8, 9, 0, 1, 2, 3, 4), order);
  }

  /** A periodic task that nobody has run yet is not handed over again. */
  @Test
  void oneRunAtATime() {
    int[] runs = new int[1];
    ScheduledFuture<?> rate =
        scheduler.scheduleAtFixedRate(() -> runs[0]++, 1, 1, TimeUnit.SECONDS);
    virtual.advance(10 * SECOND);
    assertEquals(1, handed.size());
    for (int i = 0; i < 20; i++) {
      run();
      virtual.advance(0);
    }
    assertEquals(10, runs[0], "it makes up for what it missed");
    assertTrue(rate.cancel(false));
    virtual.advance(10 * SECOND);
    assertEquals(0, handed.size());
    assertEquals(0, virtual.timers.statistics().queued());
  }

  @Test
  void cancelledTasksAreForgottenAtOnce() {
    ScheduledFuture<?> waiting = scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS);
    assertEquals(1, virtual.timers.statistics().queued());
    waiting.cancel(false);
    assertEquals(0, virtual.timers.statistics().queued());
    ScheduledFuture<?> given = scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS);
    virtual.advance(SECOND);
    given.cancel(false);
    scheduler.shutdown();
    assertTrue(scheduler.isTerminated());
    run();
    assertTrue(given.isCancelled());
  }

  @Test
  void whatTheExecutorRejects() {
    Executor full =
        task -> {
          throw new RejectedExecutionException("planted");
        };
    TimerScheduler refused = new TimerScheduler(virtual.timers, full);
    assertThrows(RejectedExecutionException.class, () -> refused.execute(() -> {}));
    ScheduledFuture<?> late = refused.schedule(() -> {}, 1, TimeUnit.SECONDS);
    virtual.advance(SECOND);
    assertTrue(late.isCancelled());
    refused.shutdown();
    assertTrue(refused.isTerminated(), "nothing is left behind");
    assertThrows(NullPointerException.class, () -> new TimerScheduler(virtual.timers, null));
    assertThrows(NullPointerException.class, () -> new TimerScheduler(null, full));
  }

  /** What was handed over and not begun when it is stopped is given back, and does not run. */
  @Test
  void stoppedBeforeTheExecutorCameToIt() {
    int[] runs = new int[1];
    ScheduledFuture<?> given = scheduler.schedule(() -> runs[0]++, 1, TimeUnit.SECONDS);
    scheduler.schedule(() -> runs[0]++, 2, TimeUnit.SECONDS);
    virtual.advance(SECOND);
    assertEquals(2, scheduler.shutdownNow().size());
    assertTrue(scheduler.isTerminated());
    assertFalse(given.isDone());
    run();
    virtual.advance(2 * SECOND);
    run();
    assertEquals(0, runs[0]);
    assertFalse(given.isDone(), "the executor had it still, and nobody cancelled it");
  }

  /** Each task that is not cancelled runs once and not early, whatever comes between. */
  @Test
  void manyTasks() {
    Seeds.forEach(
        TimerSchedulerTest.class,
        50,
        random -> {
          int[] counts = new int[3];
          for (int i = 0; i < 300; i++) {
            long due = virtual.monotonicNanos() + random.nextLong(1000);
            ScheduledFuture<?> task =
                scheduler.schedule(
                    () -> {
                      counts[0]++;
                      counts[1] += virtual.monotonicNanos() < due ? 1 : 0;
                    },
                    due - virtual.monotonicNanos(), TimeUnit.NANOSECONDS);
            counts[2] += random.nextInt(4) == 0 && task.cancel(false) ? 1 : 0;
            if (random.nextInt(3) == 0) {
              virtual.advance(random.nextLong(200));
            }
            if (random.nextInt(5) == 0) {
              run();
            }
          }
          virtual.advance(2000);
          run();
          assertEquals(300, counts[0] + counts[2]);
          assertEquals(0, counts[1], "early");
        });
  }
}
