package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/**
 * What the tests of others' wheels demand of theirs, demanded of ours (3-36, 3-37, 3-49): Agrona's
 * {@code DeadlineTimerWheel} (1.0 to 2.6), Kafka's {@code TimingWheel}, {@code TimerTaskList} and
 * {@code SystemTimer}, Netty's {@code HashedWheelTimer}, whose thread and interface the Netty
 * adapter's tests restate. Caffeine's has a class of its own, {@link CaffeineWheelTest}. Of Kafka's
 * {@code SystemTimerReaper} there is no like: {@link Timeouts} own their thread.
 *
 * <p>Ours never runs before its tick and, below 64 ticks, in that tick; Agrona's runs one tick
 * later. Beyond, a level's granularity may be added.
 */
class OtherWheelsTest {
  private static final long TICK = 1_000_000;

  private final List<Object> ran = new ArrayList<>();

  /** Steps tick by tick until something says stop; the tick at which it did. */
  private static long step(TimeoutWheel wheel, long from, LongPredicate until) {
    for (long now = from; ; now++) {
      wheel.advance(now, Integer.MAX_VALUE);
      if (until.test(now)) {
        return now;
      }
    }
  }

  /* ---- Agrona ------------------------------------------------------------------------------ */

  @Test
  void agronaOnTheEdgeOfATickFromAnyStart() {
    for (long start : new long[] {0, 100, 12_345_678, Long.MAX_VALUE - 3}) {
      ran.clear();
      TimeoutWheel wheel = new TimeoutWheel(9, start);
      Timeout timeout = wheel.add(start + 5, due -> ran.add(wheel.now()));
      assertEquals(start + 5, timeout.expires());
      step(wheel, start, now -> !ran.isEmpty());
      assertEquals(List.of(start + 5), ran);
    }
  }

  @Test
  void agronaManyRounds() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.add(63, due -> ran.add(wheel.now()));
    step(wheel, 0, now -> now == 63);
    assertEquals(List.of(63L), ran);
  }

  @Test
  void agronaACancelledOneIsGoneAndCancelledOnce() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    Timeout timeout = wheel.add(63, due -> ran.add("never"));
    step(wheel, 0, now -> now == 16);
    assertTrue(timeout.cancel());
    assertFalse(timeout.cancel());
    step(wheel, 16, now -> now == 128);
    assertEquals(List.of(), ran);
    assertEquals(0, wheel.size());
  }

  @Test
  void agronaATickThatWasPassedOver() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.add(15, due -> ran.add(wheel.now()));
    wheel.advance(32, Integer.MAX_VALUE);
    assertEquals(List.of(32L), ran);
  }

  @Test
  void agronaSeveralInOneTickAndInOthers() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    for (long expires : new long[] {15, 23, 15}) {
      wheel.add(expires, due -> ran.add(due.expires() + "@" + wheel.now()));
    }
    step(wheel, 0, now -> ran.size() == 3);
    assertEquals(List.of("15@15", "15@15", "23@23"), ran);
  }

  @Test
  void agronaALimitOfOne() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.add(15, due -> ran.add("a"));
    wheel.add(15, due -> ran.add("b"));
    int count = 0;
    for (long now = 0; now <= 15; now++) {
      count += wheel.advance(now, 1);
    }
    assertEquals(1, count);
    assertEquals(List.of("a"), ran);
    assertEquals(1, wheel.advance(16, 1));
    assertEquals(List.of("a", "b"), ran);
  }

  /** There the handler answers false to keep a timer; here it arms it again, for a later round. */
  @Test
  void agronaOnceMore() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    Timeout kept =
        wheel.timeout(
            due -> {
              ran.add("kept");
              if (ran.size() == 1) {
                wheel.arm(due, wheel.now());
              }
            });
    wheel.arm(kept, 15);
    wheel.add(15, due -> ran.add("other"));
    assertEquals(2, wheel.advance(15, Integer.MAX_VALUE));
    assertEquals(List.of("kept", "other"), ran);
    assertEquals(1, wheel.advance(16, Integer.MAX_VALUE));
    assertEquals(List.of("kept", "other", "kept"), ran);
  }

  /** There an exception ends the poll, and the next one goes on; so it does here. */
  @Test
  void agronaAHandlerThatThrows() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.add(15, due -> fail("a"));
    wheel.add(15, due -> ran.add("b"));
    assertThrows(IllegalStateException.class, () -> wheel.advance(15, Integer.MAX_VALUE));
    wheel.advance(15, Integer.MAX_VALUE);
    assertEquals(List.of("b"), ran);
    assertEquals(0, wheel.size());
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  @Test
  void agronaClearAnswersAllAndTheWheelGoesOn() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    List<Timeout> armed = new ArrayList<>();
    for (long expires : new long[] {15, 23, 100_000}) {
      armed.add(wheel.add(expires, due -> ran.add("never")));
    }
    List<Timeout> cleared = new ArrayList<>(wheel.clear());
    assertTrue(cleared.containsAll(armed) && cleared.size() == 3);
    assertEquals(0, wheel.size());
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    wheel.advance(200_000, Integer.MAX_VALUE);
    assertEquals(List.of(), ran);
    wheel.add(200_001, due -> ran.add("after"));
    wheel.advance(200_001, Integer.MAX_VALUE);
    assertEquals(List.of("after"), ran);
  }

  @Test
  void agronaADeadlineInThePast() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.advance(512, Integer.MAX_VALUE);
    wheel.add(5, due -> ran.add(wheel.now()));
    wheel.advance(513, Integer.MAX_VALUE);
    assertEquals(List.of(513L), ran);
  }

  /** There a tick's array doubles; here any number stands in one bucket, in the order of arming. */
  @Test
  void agronaABucketOfAnySize() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    List<Object> expected = new ArrayList<>();
    List<Timeout> cancelled = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int id = i;
      Timeout timeout = wheel.add(15, due -> ran.add(id));
      if (i % 3 == 1) {
        cancelled.add(timeout);
      } else {
        expected.add(id);
      }
    }
    cancelled.forEach(Timeout::cancel);
    assertEquals(expected.size(), wheel.size());
    wheel.advance(15, Integer.MAX_VALUE);
    assertEquals(expected, ran);
  }

  @Test
  void agronaATicklessJumpToLaterTime() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    wheel.advance(1_000_000, Integer.MAX_VALUE);
    assertEquals(1_000_000, wheel.now());
    wheel.add(1_000_005, due -> ran.add(wheel.now()));
    assertEquals(1_000_005, wheel.nextExpiry());
    step(wheel, 1_000_000, now -> !ran.isEmpty());
    assertEquals(List.of(1_000_005L), ran);
  }

  /* ---- Kafka ------------------------------------------------------------------------------- */

  @Test
  void kafkaWhatIsOverAlreadyRunsAtOnce() {
    TimeoutWheel wheel = new TimeoutWheel(9, 1_000);
    for (long late = -5; late < 0; late++) {
      long id = late;
      wheel.add(1_000 + late, due -> ran.add(id));
    }
    wheel.advance(1_001, Integer.MAX_VALUE);
    assertEquals(LongStream.range(-5, 0).boxed().map(Object.class::cast).toList(), ran);
  }

  /** There three buckets a level, so that all levels are crossed; here deltas over three levels. */
  @Test
  void kafkaEachRunsOnceOverLevelsAndTwins() {
    Seeds.forEach(
        OtherWheelsTest.class,
        20,
        random -> {
          ran.clear();
          TimeoutWheel wheel = new TimeoutWheel(9, random.nextLong());
          long start = wheel.now();
          List<Integer> delays = new ArrayList<>();
          IntStream.range(0, 5).forEach(delays::add);
          IntStream.range(10, 100).forEach(delay -> delays.addAll(List.of(delay, delay)));
          IntStream.range(100, 500).forEach(delays::add);
          List<Integer> shuffled = new ArrayList<>(delays);
          Collections.shuffle(shuffled, new Random(random.nextLong()));
          for (int delay : shuffled) {
            wheel.add(
                start + delay,
                due -> {
                  assertTrue(wheel.now() - start >= delay, "early: " + delay);
                  ran.add(delay);
                });
          }
          while (wheel.size() > 0) {
            wheel.advance(wheel.nextExpiry(), Integer.MAX_VALUE);
          }
          assertEquals(delays, ran.stream().map(Integer.class::cast).sorted().toList());
          assertEquals(0, wheel.moves());
        });
  }

  /** A task that is cancelled, or added a second time, leaves the list it stood in. */
  @Test
  void kafkaAnEntryStandsInOneBucketOnly() {
    TimeoutWheel wheel = new TimeoutWheel(9, 0);
    List<Timeout> kept = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      kept.add(wheel.timeout(due -> ran.add(due.expires())));
      wheel.arm(kept.get(i), 10 + i);
    }
    assertEquals(10, wheel.size());
    kept.forEach(timeout -> wheel.arm(timeout, 5));
    assertEquals(10, wheel.size());
    kept.subList(0, 4).forEach(Timeout::cancel);
    assertEquals(6, wheel.size());
    wheel.advance(5, Integer.MAX_VALUE);
    assertEquals(Collections.nCopies(6, 5L), ran);
    wheel.advance(100, Integer.MAX_VALUE);
    assertEquals(6, ran.size());
  }

  /** What is over is not taken in, there; here it runs in the next call, and counts until then. */
  @Test
  void kafkaWhatIsTakenInIsCountedAndAsksToBeWoken() {
    TimeoutWheel wheel = new TimeoutWheel(9, 1_000);
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    Timeout ahead = wheel.add(1_020, due -> ran.add("ahead"));
    assertEquals(1, wheel.size());
    assertEquals(1_020, wheel.nextExpiry());
    Timeout over = wheel.add(999, due -> ran.add("over"));
    assertEquals(1_000, wheel.nextExpiry());
    assertTrue(ahead.cancel() && !ahead.isPending());
    wheel.advance(1_000, Integer.MAX_VALUE);
    assertEquals(List.of("over"), ran);
    assertFalse(over.isPending());
    assertEquals(0, wheel.size());
  }

  /** There a tick of ten passes whole, and the wheel above when its own is over; here at once. */
  @Test
  void kafkaTheClockGoesOnAtAllLevels() {
    TimeoutWheel wheel = new TimeoutWheel(9, 1_000);
    wheel.add(1_000 + 64, due -> ran.add("next level"));
    wheel.advance(1_005, Integer.MAX_VALUE);
    assertEquals(1_005, wheel.now());
    long next = wheel.nextExpiry();
    assertTrue(next >= 1_064 && next < 1_072, "next " + next);
    wheel.advance(1_063, Integer.MAX_VALUE);
    assertEquals(List.of(), ran);
    assertEquals(next, wheel.nextExpiry(), "asked again, nearer by what has passed");
    wheel.advance(next, Integer.MAX_VALUE);
    assertEquals(List.of("next level"), ran);
  }

  /* ---- Netty: what does not need its thread ------------------------------------------------ */

  private long now;

  private Timeouts byHand(LateArms late) {
    return Timeouts.byHand(
        () -> now, TimeoutsOptions.DEFAULT.withTickNanos(TICK).withLateArms(late));
  }

  @Test
  void nettyNotBeforeItsDelayAndAfterIt() {
    Timeouts timeouts = byHand(LateArms.REFUSE);
    Timeout timeout = timeouts.after(10_000 * TICK, due -> ran.add("ran"));
    for (now = 0; now < 10_000 * TICK; now += 100 * TICK) {
      timeouts.poll();
      assertTrue(timeout.isPending() && ran.isEmpty());
    }
    now = 11_300 * TICK;
    timeouts.poll();
    assertEquals(List.of("ran"), ran);
    assertFalse(timeout.isPending());
  }

  @Test
  void nettyStopHandsBackWhatHasNotRun() {
    Timeouts done = byHand(LateArms.REFUSE);
    for (int i = 0; i < 3; i++) {
      done.after(TICK, due -> ran.add("ran"));
    }
    now += 1_000 * TICK;
    done.poll();
    assertEquals(3, ran.size());
    assertEquals(List.of(), done.shutdown());
    assertThrows(IllegalStateException.class, () -> done.after(TICK, due -> ran.add("late")));

    Timeouts left = byHand(LateArms.REFUSE);
    List<Timeout> armed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      armed.add(left.after(5_000 * TICK, due -> ran.add("never")));
    }
    assertTrue(left.shutdown().containsAll(armed));
    assertEquals(3, ran.size());
  }

  /** A task that arms itself each second, over a wheel that turns more often than that. */
  @Test
  void nettyATaskThatArmsItselfOverManyTurns() {
    Timeouts timeouts = byHand(LateArms.REFUSE);
    Timeout[] self = new Timeout[1];
    self[0] =
        timeouts.timeout(
            due -> {
              ran.add(now / TICK);
              timeouts.arm(self[0], 1_000 * TICK);
            });
    timeouts.arm(self[0], 1_000 * TICK);
    for (; now <= 3_500 * TICK; now += TICK) {
      timeouts.poll();
    }
    assertEquals(3, ran.size(), ran.toString());
  }

  /**
   * A hundred thousand of 125 ms on a tick of 200 ms: none early. Theirs is late by one tick at
   * most; ours promises four, as it arms by a coarse clock.
   */
  @Test
  void nettyAllOnTime() {
    Timeouts timeouts =
        Timeouts.byHand(() -> now, TimeoutsOptions.DEFAULT.withTickNanos(200 * TICK));
    for (int i = 0; i < 100_000; i++) {
      long armedAt = now;
      timeouts.after(125 * TICK, due -> ran.add((now - armedAt) / TICK));
      now += i % 100 == 0 ? TICK : 0;
      if (i % 1_000 == 0) {
        timeouts.poll();
      }
    }
    for (int i = 0; i < 2_000; i++) {
      timeouts.poll();
      now += TICK;
    }
    assertEquals(100_000, ran.size());
    for (Object late : ran) {
      assertTrue((long) late >= 125, "early: " + late);
      assertTrue((long) late <= 125 + 4 * 200, "late: " + late);
    }
  }

  /** Counts of what is pending are right whoever cancels and whatever runs. */
  @Test
  void nettyCountOfPendingOnes() {
    Timeouts timeouts = byHand(LateArms.REFUSE);
    Timeout first = timeouts.after(10 * TICK, due -> ran.add("first"));
    Timeout second = timeouts.after(20 * TICK, due -> ran.add("second"));
    timeouts.poll();
    assertTrue(first.cancel());
    now = 40 * TICK;
    timeouts.poll();
    timeouts.poll();
    assertEquals(List.of("second"), ran);
    assertFalse(first.isPending() || second.isPending());
    assertEquals(0, timeouts.stats().places(), "places in the wheel");
  }
}
