package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Timeouts at virtual time, by hand (3-35, 3-39, 3-40, 3-49, 3-52): what each promise means. */
class TimeoutsTest {
  private static final long MILLI = HandTime.MILLI;
  private static final Consumer<Timeout> NOTHING = timeout -> {};

  private final HandTime time = new HandTime();
  private final List<Object> ran = new ArrayList<>();
  private Timeouts timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));

  private Timeout after(long millis, Object name) {
    return timeouts.after(millis * MILLI, timeout -> ran.add(timeout.attachment()), name);
  }

  @Test
  void runsNeverEarlyAndSoonAfter() {
    for (long phase = 0; phase < MILLI; phase += 99_999) {
      time.nanos += phase;
      long armedAt = time.nanos;
      Timeout timeout = after(20, "a");
      assertTrue(timeout.isPending());
      assertTrue(timeout.expires() >= armedAt + 20 * MILLI);
      while (timeout.isPending()) {
        time.nanos += MILLI / 10;
        timeouts.poll();
      }
      long late = time.nanos - armedAt - 20 * MILLI;
      assertTrue(late >= 0 && late <= 4 * MILLI, "late by " + late);
      assertFalse(timeout.cancel());
      assertEquals(TimeoutWheel.NEVER, timeout.expires());
    }
  }

  @Test
  void cancelKeepsItFromRunningAndLetsGoAtOnce() {
    Timeout timeout = after(20, "a");
    timeouts.poll();
    assertEquals(1, timeouts.stats().places());
    assertTrue(timeout.cancel());
    assertFalse(timeout.cancel());
    assertNull(timeout.attachment());
    timeouts.poll();
    assertEquals(0, timeouts.stats().places(), "its place is free without waiting for its tick");
    time.run(timeouts, 40);
    assertEquals(List.of(), ran);
    assertThrows(IllegalStateException.class, () -> timeouts.arm(timeout, 1));
  }

  @Test
  void armingAKeptOneForLaterSendsNoMessage() {
    Timeout kept = timeouts.timeout(timeout -> ran.add(time.nanos / MILLI));
    assertFalse(timeouts.arm(kept, 500 * MILLI));
    timeouts.poll();
    long messages = timeouts.stats().messages();
    for (int i = 0; i < 450; i++) {
      time.run(timeouts, 1);
      assertTrue(timeouts.arm(kept, 500 * MILLI));
    }
    // In the first ticks the new place may still lie before the old one's end.
    assertTrue(timeouts.stats().messages() - messages <= 1);
    time.run(timeouts, 700);
    assertEquals(1, ran.size());
    long ranAt = (Long) ran.getFirst();
    assertTrue(ranAt >= 1950 && ranAt <= 1950 + 64 + 4, "ran at " + ranAt);
  }

  @Test
  void aKeptOneIsCancelledAndArmedAgainInItsPlace() {
    Timeout kept = timeouts.timeout(timeout -> ran.add("ran"));
    for (int i = 0; i < 100; i++) {
      timeouts.arm(kept, 500 * MILLI);
      time.run(timeouts, 1);
      assertTrue(kept.cancel());
    }
    assertTrue(timeouts.stats().messages() <= 2, timeouts.stats().toString());
    time.run(timeouts, 700);
    assertEquals(List.of(), ran);
    assertEquals(0, timeouts.stats().places());
    assertFalse(timeouts.arm(kept, 10 * MILLI));
    time.run(timeouts, 14);
    assertEquals(List.of("ran"), ran);
  }

  @Test
  void anEarlierArmingIsHeard() {
    Timeout kept = timeouts.timeout(timeout -> ran.add("ran"));
    timeouts.arm(kept, 5_000 * MILLI);
    timeouts.poll();
    assertTrue(timeouts.reduce(kept, 10 * MILLI));
    assertFalse(timeouts.reduce(kept, 20 * MILLI));
    time.run(timeouts, 14);
    assertEquals(List.of("ran"), ran);
  }

  /** The keep-alive (3-50): no message, no answer, never early; what is armed anew counts alone. */
  @Test
  void postponingIsOneStore() {
    Timeout kept = timeouts.timeout(timeout -> ran.add(time.nanos / MILLI));
    timeouts.postpone(kept, 100 * MILLI);
    assertFalse(kept.isPending(), "what is not pending is left alone");
    timeouts.arm(kept, 500 * MILLI);
    timeouts.poll();
    long messages = timeouts.stats().messages();
    long last = 0;
    for (int i = 0; i < 2000; i++) {
      time.run(timeouts, 1);
      timeouts.postpone(kept, 500 * MILLI);
      last = time.nanos / MILLI;
      assertTrue(kept.expires() >= time.nanos + 500 * MILLI);
    }
    assertEquals(messages, timeouts.stats().messages());
    timeouts.postpone(kept, 300 * MILLI); // of several the last counts
    time.run(timeouts, 299);
    assertEquals(List.of(), ran);
    time.run(timeouts, 300);
    assertEquals(1, ran.size());
    long late = (Long) ran.getFirst() - last - 300;
    assertTrue(late >= 0 && late <= 64 + 4, "late by " + late);
  }

  @Test
  void armingAnewEndsAPostponement() {
    Timeout kept = timeouts.timeout(timeout -> ran.add("ran"));
    timeouts.arm(kept, 20 * MILLI);
    timeouts.postpone(kept, 5_000 * MILLI);
    assertFalse(timeouts.reduce(kept, 6_000 * MILLI));
    assertTrue(timeouts.reduce(kept, 3_000 * MILLI), "sooner than it was put off to");
    assertTrue(timeouts.arm(kept, 30 * MILLI));
    time.run(timeouts, 34);
    assertEquals(List.of("ran"), ran);
    timeouts.arm(kept, 10 * MILLI);
    timeouts.postpone(kept, 5_000 * MILLI);
    assertTrue(kept.cancel());
    assertFalse(timeouts.arm(kept, 10 * MILLI));
    time.run(timeouts, 14);
    assertEquals(List.of("ran", "ran"), ran);
    assertThrows(IllegalArgumentException.class, () -> timeouts.postpone(kept, -1));
  }

  /** Put off again and again for weeks, while its word grows older than it can tell. */
  @Test
  void postponedForWeeksItStillRuns() {
    long day = 86_400_000L;
    Timeout kept = timeouts.timeout(timeout -> ran.add("ran"));
    timeouts.arm(kept, MILLI);
    for (int i = 0; i < 28; i++) {
      timeouts.postpone(kept, 2 * day * MILLI);
      for (int hour = 0; hour < 24; hour++) {
        time.nanos += day / 24 * MILLI;
        timeouts.poll();
      }
    }
    assertEquals(List.of(), ran);
    for (int hour = 0; hour < 30; hour++) {
      time.nanos += day / 24 * MILLI;
      timeouts.poll();
    }
    timeouts.poll();
    assertEquals(List.of("ran"), ran);
  }

  /** Put off once, by more than a word can tell: how far it was put off must not grow old. */
  @Test
  void postponedOnceForTwentyDaysItRunsThen() {
    long day = 86_400_000L;
    long armedAt = time.nanos;
    Timeout kept = timeouts.timeout(timeout -> ran.add((time.nanos - armedAt) / MILLI));
    timeouts.arm(kept, day / 8 * MILLI);
    timeouts.poll();
    timeouts.postpone(kept, 20 * day * MILLI);
    for (long next = timeouts.poll(); next < Long.MAX_VALUE; next = timeouts.poll()) {
      time.nanos = Math.max(time.nanos, next);
    }
    long ranAfter = (Long) ran.getFirst();
    assertTrue(ranAfter >= 20 * day && ranAfter <= 20 * day + 20 * day / 7, ran.toString());
  }

  /** The owner stands still for so long that a word is taken for a later one; never early. */
  @Test
  void nothingIsEarlyHoweverLongTheOwnerStoodStill() {
    for (int shift = 20; shift < 36; shift++) {
      for (long more : new long[] {0, 5_000, 100_000_000}) {
        time.nanos = 1_000 * MILLI;
        Timeouts one = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
        Timeout kept = one.timeout(NOTHING);
        for (int i = 0; i < 300; i++) {
          one.arm(kept, MILLI); // the coarse clock runs
        }
        one.poll();
        time.nanos += ((1L << shift) + more) * MILLI;
        long armedAt = time.nanos;
        one.arm(kept, 60_000 * MILLI);
        while (kept.isPending()) {
          one.poll();
          time.nanos += 500 * MILLI;
          if (time.nanos - armedAt > 70_000 * MILLI) {
            break; // late it may be
          }
        }
        assertTrue(kept.isPending() || time.nanos - armedAt >= 60_000 * MILLI, "2^" + shift);
      }
    }
  }

  /** By hand, a callback of one shard arms on another: that is heard before anybody sleeps. */
  @Test
  void whatACallbackArmsOnAnotherShardIsHeard() {
    Timeouts two = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(2));
    Timeout first = two.pinned(0, timeout -> ran.add("first"));
    Timeout second =
        two.pinned(
            1,
            timeout -> {
              ran.add("second");
              two.arm(first, 5 * MILLI);
            });
    two.arm(second, 5 * MILLI);
    for (long next = two.poll(); next < Long.MAX_VALUE; next = two.poll()) {
      time.nanos = Math.max(time.nanos, next);
    }
    assertEquals(List.of("second", "first"), ran);
  }

  @Test
  void anIdleWheelHasNothingToWakeFor() {
    timeouts.poll();
    assertEquals(Long.MAX_VALUE, timeouts.poll());
    Timeout timeout = after(10_000, "a");
    long next = timeouts.poll();
    assertTrue(next >= timeout.expires() && next <= time.nanos + 12_000 * MILLI);
    assertEquals(next, timeouts.poll());
    timeout.cancel();
    timeouts.poll();
    assertEquals(Long.MAX_VALUE, timeouts.poll());
    time.pass(3_600_000); // 2.8: what is armed after that is not as coarse as the idle hour
    Timeout soon = after(50, "soon");
    assertTrue(timeouts.poll() <= soon.expires() + 4 * MILLI);
  }

  @Test
  void manyArmingsMakeTheCoarseClockTickAndFewLetItSleep() {
    Timeout kept = timeouts.timeout(NOTHING);
    timeouts.poll();
    for (int i = 0; i < 300; i++) {
      timeouts.arm(kept, 1000 * MILLI);
    }
    timeouts.poll();
    int reads = time.reads;
    for (int i = 0; i < 100; i++) {
      timeouts.arm(kept, 1000 * MILLI);
    }
    assertEquals(reads, time.reads, "no clock is read to arm");
    assertTrue(timeouts.poll() <= time.nanos + MILLI, "comes back at the next tick");
    time.run(timeouts, 20);
    assertTrue(timeouts.poll() > time.nanos + 900 * MILLI, "nobody arms: it sleeps");
  }

  @Test
  void deferrableOnesWakeNobodyAndRunAtTheNextActivity() {
    Timeout lazy = timeouts.deferrable(timeout -> ran.add("lazy"));
    timeouts.arm(lazy, 10 * MILLI);
    timeouts.poll();
    assertTrue(timeouts.poll() - time.nanos > 60_000_000 * MILLI, "not within 16 hours");
    time.pass(100);
    after(5, "urgent");
    timeouts.poll();
    assertEquals(List.of("lazy"), ran);
    time.run(timeouts, 9);
    assertEquals(List.of("lazy", "urgent"), ran);
  }

  @Test
  void pinnedOnesStayOnTheirShard() {
    Timeouts three = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(3));
    Timeout pinned = three.pinned(2, timeout -> ran.add("2"));
    assertEquals(2, ((SharedTimeout) pinned).shard.index);
    three.arm(pinned, 5 * MILLI);
    time.run(three, 9);
    assertEquals(List.of("2"), ran);
    assertThrows(IllegalArgumentException.class, () -> three.pinned(3, NOTHING));
    assertThrows(IllegalArgumentException.class, () -> timeouts.arm(pinned, 1));
  }

  @Test
  void theBudgetBoundsARound() {
    timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withBudget(3));
    for (int i = 0; i < 10; i++) {
      after(5, i);
    }
    timeouts.poll();
    time.pass(20);
    assertEquals(Long.MIN_VALUE, timeouts.poll());
    assertEquals(List.of(0, 1, 2), ran);
    while (timeouts.poll() == Long.MIN_VALUE) {
      assertTrue(ran.size() < 10);
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), ran);
    assertEquals(10, timeouts.stats().expired());
  }

  /** 3-35: of kept ones most are put off or cancelled; to look at them has a budget, too. */
  @Test
  void theBudgetBoundsWhatIsLookedAtInVain() {
    timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withBudget(3));
    for (int i = 0; i < 100; i++) {
      Timeout kept = timeouts.timeout(NOTHING);
      timeouts.arm(kept, 5 * MILLI);
      timeouts.poll();
      if (i % 2 == 0) {
        kept.cancel();
      } else {
        timeouts.postpone(kept, 5_000 * MILLI);
      }
    }
    time.pass(20);
    for (int looks = 24; looks < 100; looks += 24) {
      assertEquals(Long.MIN_VALUE, timeouts.poll());
      assertEquals(looks, timeouts.stats().looks());
    }
    assertTrue(timeouts.poll() > time.nanos);
    assertEquals(100, timeouts.stats().looks());
  }

  /** 3-35: whoever arms or cancels meanwhile is heard after a tick, whatever the budget. */
  @Test
  void aRoundEndsAfterATick() {
    for (int i = 0; i < 10; i++) {
      timeouts.after(5 * MILLI, timeout -> {
        ran.add("slow");
        time.nanos += MILLI / 2;
      });
    }
    timeouts.poll();
    time.pass(20);
    for (int i = 2; i < 10; i += 2) {
      assertEquals(Long.MIN_VALUE, timeouts.poll());
      assertEquals(i, ran.size());
    }
  }

  /** The end of one callback is the beginning of the next, but not if something was between. */
  @Test
  void whatTheListenerTakesIsNotTheNextCallbacks() {
    List<Object> named = new ArrayList<>();
    TimeoutListener slow =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            named.add(callback);
            time.pass(20);
          }
        };
    timeouts =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withListener(slow));
    Consumer<Timeout> first = timeout -> time.pass(6);
    timeouts.after(5 * MILLI, first);
    timeouts.after(5 * MILLI, timeout -> time.pass(1));
    time.run(timeouts, 50);
    assertEquals(List.of(first), named);
  }

  /** 3-35, 3-39: a callback of five ticks; the others all run, and it is named. */
  @Test
  void aSlowCallbackIsNamedAndNothingIsLost() {
    List<String> reports = new ArrayList<>();
    TimeoutListener listener =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            reports.add("slow " + tookNanos / MILLI);
          }

          @Override
          public void failed(Object callback, Throwable thrown) {
            reports.add("failed " + thrown.getMessage());
          }
        };
    timeouts =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withListener(listener));
    timeouts.after(5 * MILLI, timeout -> time.pass(5));
    timeouts.after(
        5 * MILLI,
        timeout -> {
          throw new IllegalStateException("planted");
        });
    long armedAt = time.nanos / MILLI;
    for (int i = 1; i <= 10; i++) {
      int millis = 5 + i;
      timeouts.after(
          millis * MILLI,
          timeout -> {
            long late = time.nanos / MILLI - armedAt - millis;
            assertTrue(late >= 0 && late <= 5 + 4, "late by " + late);
            ran.add(millis);
          });
    }
    time.run(timeouts, 30);
    assertEquals(List.of("slow 5", "failed planted"), reports);
    assertEquals(List.of(6, 7, 8, 9, 10, 11, 12, 13, 14, 15), ran);
    TimeoutStats stats = timeouts.stats();
    assertEquals(1, stats.slow());
    assertEquals(1, stats.failed());
    assertTrue(stats.hangs() > 0);
  }

  @Test
  void onAnExecutorTheWheelOnlyHandsOver() {
    Queue<Runnable> queue = new ArrayDeque<>();
    timeouts =
        Timeouts.byHand(
            time,
            TimeoutsOptions.DEFAULT
                .withShards(1)
                .on(
                    task -> {
                      if (queue.size() == 2) {
                        throw new RejectedExecutionException("full");
                      }
                      queue.add(task);
                    })
                .withListener(
                    new TimeoutListener() {
                      @Override
                      public void failed(Object callback, Throwable thrown) {
                        ran.add("refused");
                      }
                    }));
    for (int i = 0; i < 3; i++) {
      after(5, i);
    }
    time.run(timeouts, 9);
    assertEquals(List.of("refused", 2), ran, "refused: it runs on the wheel's thread");
    queue.forEach(Runnable::run);
    assertEquals(List.of("refused", 2, 0, 1), ran);
  }

  @Test
  void drainAnswersWhatWasPendingAndGoesOn() {
    Timeout a = after(10, "a");
    Timeout b = after(1_000_000, "b");
    Timeout kept = timeouts.timeout(timeout -> ran.add("kept"));
    timeouts.arm(kept, 50 * MILLI);
    after(5, "gone").cancel();
    timeouts.poll();
    Timeout c = after(10, "still in the mailbox");
    List<Timeout> drained = timeouts.drain();
    assertEquals(4, drained.size());
    assertTrue(drained.containsAll(List.of(a, b, c, kept)));
    assertEquals("a", a.attachment());
    time.run(timeouts, 100);
    assertEquals(List.of(), ran);
    timeouts.arm(kept, 5 * MILLI);
    time.run(timeouts, 9);
    assertEquals(List.of("kept"), ran);
  }

  @Test
  void afterTheShutdownArmingIsRefusedOrIgnored() {
    Timeout kept = timeouts.timeout(NOTHING);
    Timeout armed = timeouts.timeout(NOTHING);
    timeouts.arm(armed, MILLI);
    assertEquals(List.of(armed), timeouts.shutdown());
    assertEquals(List.of(), timeouts.shutdown());
    assertThrows(IllegalStateException.class, () -> timeouts.arm(kept, MILLI));
    assertThrows(IllegalStateException.class, () -> timeouts.arm(armed, MILLI));
    assertThrows(IllegalStateException.class, () -> after(1, "late"));
    assertFalse(kept.isPending());

    Timeouts quiet =
        Timeouts.byHand(
            time, TimeoutsOptions.DEFAULT.withShards(2).withLateArms(LateArms.IGNORE));
    Timeout ignored = quiet.timeout(NOTHING);
    quiet.close();
    assertFalse(quiet.arm(ignored, MILLI));
    assertFalse(ignored.isPending());
    assertFalse(quiet.after(MILLI, NOTHING).isPending());
  }

  @Test
  void oneIsShutDownForGood() {
    Timeout kept = timeouts.timeout(NOTHING);
    timeouts.arm(kept, 10 * MILLI);
    assertTrue(timeouts.shutdown(kept));
    assertFalse(timeouts.shutdown(kept));
    assertThrows(IllegalStateException.class, () -> timeouts.arm(kept, MILLI));
    time.run(timeouts, 20);
    assertEquals(0, timeouts.stats().expired());
    assertEquals(0, timeouts.stats().places());
  }

  @Test
  void callbacksArmThemselvesAgain() {
    Timeout kept =
        timeouts.timeout(
            timeout -> {
              ran.add(time.nanos / MILLI);
              timeouts.arm(timeout, 10 * MILLI);
            });
    timeouts.arm(kept, 10 * MILLI);
    time.run(timeouts, 130);
    assertTrue(ran.size() >= 9 && ran.size() <= 13, ran.toString());
  }

  @Test
  void delaysBeyondTheWheelAreLookedAtOnTheWay() {
    long delay = 190L * 24 * 3600 * 1000;
    long armedAt = time.nanos;
    Timeout nearly = after(delay, "190 days");
    long next = timeouts.poll();
    while (nearly.isPending()) {
      assertTrue(next > time.nanos && next < Long.MAX_VALUE);
      time.nanos = next;
      next = timeouts.poll();
    }
    assertTrue(time.nanos - armedAt >= delay * MILLI, "early");
    assertTrue((time.nanos - armedAt) / MILLI <= delay + delay / 7);
    assertEquals(List.of("190 days"), ran);
  }

  /** 3-04, 3-40: the length of a tick changes the granularity and nothing else. */
  @Test
  void everyTickKeepsTheSamePromise() {
    for (long tick : new long[] {1_000, 100_000, 999_983, 4 * MILLI, 10 * MILLI, 1000 * MILLI}) {
      TimeoutsOptions options = TimeoutsOptions.DEFAULT.withShards(1).withTickNanos(tick);
      Timeouts one = Timeouts.byHand(time, options);
      for (long delay = 0; delay < 5 * tick; delay += 1 + tick / 3) {
        long armedAt = time.nanos;
        Timeout timeout = one.after(delay, NOTHING);
        while (timeout.isPending()) {
          time.nanos += Math.max(1, tick / 4);
          one.poll();
        }
        long late = time.nanos - armedAt - delay;
        assertTrue(late >= 0 && late <= 4 * tick, delay + " ns at " + tick + ": late " + late);
      }
    }
  }
}
