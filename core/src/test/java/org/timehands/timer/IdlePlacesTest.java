package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * Places of cancelled timers are counted by sample, and do not pile up whatever is cancelled; how
 * many timers are armed is counted when somebody asks (3-50, 3-54).
 */
class IdlePlacesTest {
  private static final int ONE_OF = QueueCounts.ONE_OF;
  private static final int TRIES = 4096;

  /** A sample is off by more than this many times its deviation once in a billion. */
  private static final int SIGMAS = 6;

  private final VirtualTimers virtual = new VirtualTimers();

  /** Whether of the ranks that a program takes step by step about one of sixteen is chosen. */
  private static boolean isEven(LongPredicate isChosen, long first, long step) {
    int chosen = 0;
    for (int i = 0; i < TRIES; i++) {
      chosen += isChosen.test(first + i * step) ? 1 : 0;
    }
    double most = SIGMAS * Math.sqrt(TRIES * (1.0 / ONE_OF) * (1 - 1.0 / ONE_OF));
    return Math.abs(chosen - TRIES / ONE_OF) <= most;
  }

  private static LongPredicate sampler() {
    return rank -> QueueCounts.sample(rank) != 0;
  }

  /** Who cancels only what was armed in certain steps is noticed like anybody else. */
  @Test
  void theSampleIsEvenInAnySteps() {
    Seeds.forEach(
        IdlePlacesTest.class,
        20,
        random -> {
          for (long step = 1; step <= 1000; step++) {
            assertTrue(isEven(sampler(), random.nextLong(1L << 40), step), "steps of " + step);
          }
          for (int bits = 10; bits < 40; bits++) {
            assertTrue(isEven(sampler(), random.nextLong(1L << 40), 1L << bits), bits + " bits");
          }
        });
  }

  /** Planted: samplers that a program's steps evade. */
  @Test
  void anUnevenSamplerIsNoticed() {
    assertFalse(isEven(rank -> rank % ONE_OF == 0, 1, 64));
    assertFalse(isEven(rank -> rank * 0x9E37_79B9_7F4A_7C15L >>> 60 == 0, 1, 6765));
    assertFalse(isEven(rank -> false, 1, 1));
  }

  /** More idle than armed is allowed only by what a sample may miss, and some dozens. */
  private static void expectFew(int places, int armed) {
    int idle = places - armed;
    double allowed = armed + 10 * ONE_OF + SIGMAS * Math.sqrt((double) ONE_OF * places);
    assertTrue(idle <= allowed, idle + " idle places beside " + armed + " armed");
  }

  private TimerHeap heap() throws ReflectiveOperationException {
    Field queues = TimerShard.class.getDeclaredField("queues");
    queues.setAccessible(true);
    return ((TimerHeap[]) queues.get(virtual.timers.timer((timer, now) -> Next.DONE).shard))[0];
  }

  private List<ClockTimer> armed(int count) {
    List<ClockTimer> timers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      timers.add(virtual.timers.timer((timer, now) -> Next.DONE));
      timers.getLast().arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + 1_000_000 + i);
    }
    return timers;
  }

  @Test
  void cancelledTimersAreLetGo() {
    Seeds.forEach(
        IdlePlacesTest.class,
        12,
        random -> {
          TimerHeap heap = heap();
          List<ClockTimer> timers = armed(20_000);
          order(timers, random);
          int keeps = random.nextBoolean() ? 0 : 2 + random.nextInt(40);
          for (int i = 0; i < timers.size(); i++) {
            if (keeps == 0 || i % keeps != 0) {
              timers.get(i).tryCancel();
            }
            if (i % 50 == 0) {
              expectFew(heap.places(), heap.armed(0, heap.places()));
            }
          }
          timers.forEach(ClockTimer::discard);
          assertFalse(virtual.timers.isAnyArmed());
          assertEquals(0, heap.places());
        });
  }

  private static void order(List<ClockTimer> timers, SplittableRandom random) {
    switch (random.nextInt(3)) {
      case 0 -> Collections.reverse(timers);
      case 1 -> Collections.shuffle(timers, new Random(random.nextLong()));
      default -> {
        // As they were armed.
      }
    }
  }

  /** One timer for each use, which nobody discards, beside others that take ranks in between. */
  @Test
  void whatIsUsedOnceDoesNotPileUp() {
    Seeds.forEach(
        IdlePlacesTest.class,
        12,
        random -> {
          TimerHeap heap = heap();
          List<ClockTimer> kept = armed(random.nextInt(20));
          int between = random.nextInt(40);
          for (int i = 0; i < 20_000; i++) {
            armed(1).getFirst().tryCancel();
            for (int j = 0; j < between && !kept.isEmpty(); j++) {
              kept.get(j % kept.size()).armIn(ClockId.MONOTONIC, 2_000_000);
            }
            expectFew(heap.places(), kept.size());
          }
          kept.forEach(ClockTimer::discard);
          virtual.advance(4_000_000);
          assertEquals(0, heap.places());
        });
  }

  /** Who expires leaves more idle places than armed timers behind: they go, too. */
  @Test
  void idlePlacesGoWithThoseThatExpire() throws ReflectiveOperationException {
    TimerHeap heap = heap();
    List<ClockTimer> near = armed(10_000);
    List<ClockTimer> far = new ArrayList<>();
    for (int i = 0; i < 9_000; i++) {
      far.add(virtual.timers.timer((timer, now) -> Next.DONE));
      far.getLast().armIn(ClockId.MONOTONIC, 1_000_000_000L + i);
    }
    far.forEach(ClockTimer::tryCancel);
    assertEquals(19_000, heap.places());
    virtual.advance(2_000_000);
    assertFalse(near.stream().anyMatch(ClockTimer::isActive));
    expectFew(heap.places(), 0);
  }

  /** A lone timer keeps its place, so that it needs no lock. */
  @Test
  void aLoneTimerKeepsItsPlace() throws ReflectiveOperationException {
    TimerHeap heap = heap();
    ClockTimer timer = armed(1).getFirst();
    for (int i = 0; i < 1000; i++) {
      timer.tryCancel();
      assertEquals(1, heap.places());
      assertFalse(timer.armIn(ClockId.MONOTONIC, 2_000_000 + i));
    }
    assertEquals(1, heap.armed(0, 1));
  }

  /** In a queue whose lock all need, too. */
  @Test
  void cancelledTimersOfOtherClocksAreLetGo() {
    TimerHeap queue = new TimerHeap(false);
    for (int i = 0; i < 100_000; i++) {
      ClockTimer timer = new ClockTimer(null, null, false);
      timer.softNanos = i;
      queue.arm(timer);
      queue.cancel(timer);
      assertTrue(queue.places() < 10 * ONE_OF, queue.places() + " places");
    }
    assertNull(queue.first());
    assertEquals(0, queue.places());
  }

  /** Counted in pieces, without keeping anybody from arming and cancelling. */
  @Test
  void whatIsArmedIsCounted() throws InterruptedException {
    List<ClockTimer> timers = armed(1_000);
    IntStream.range(0, 300).forEach(i -> timers.get(i * 3).tryCancel());
    assertEquals(700, virtual.timers.statistics().queued());
    assertEquals(700, virtual.timers.queues().getFirst().armed());
    AtomicBoolean isOver = new AtomicBoolean();
    Thread churn =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !isOver.get(); i++) {
                    ClockTimer timer = timers.get(i % 300 * 3);
                    timer.armIn(ClockId.MONOTONIC, 2_000_000);
                    timer.tryCancel();
                  }
                });
    for (int i = 0; i < 200; i++) {
      long armed = virtual.timers.statistics().queued();
      assertTrue(armed >= 700 && armed <= 716, armed + " armed");
    }
    isOver.set(true);
    churn.join();
    assertEquals(700, virtual.timers.statistics().queued());
    assertTrue(virtual.timers.isAnyArmed());
    timers.forEach(ClockTimer::tryCancel);
    assertFalse(virtual.timers.isAnyArmed());
    assertEquals(List.of(), virtual.timers.queues());
  }
}
