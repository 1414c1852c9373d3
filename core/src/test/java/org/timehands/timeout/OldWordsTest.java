package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/**
 * Timeouts that wait for longer than a word can tell its tick, 2^29 ticks (3-52): none is
 * early, none is late by a turn of those bits, deferrable or put off as it may be; and what has
 * nothing to do is not woken for that.
 */
class OldWordsTest {
  private static final long MILLI = HandTime.MILLI;
  private static final long LONGEST_SLEEP_TICKS = 1L << 26;
  private static final long STOPPED_TICKS = 1L << 27;

  private final List<String> wrong = new ArrayList<>();
  private HandTime time;
  private Timeouts timeouts;

  @BeforeEach
  void fresh() {
    time = new HandTime();
    timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
  }

  /** What one timeout was told, in ticks. */
  private final class Told {
    final Timeout timeout;
    final boolean isDeferrable;
    long toldAt;
    long earliest;
    long stopped;
    int arms;
    int runs;

    Told(boolean isDeferrable) {
      this.isDeferrable = isDeferrable;
      this.timeout =
          isDeferrable ? timeouts.deferrable(this::ran) : timeouts.timeout(this::ran);
    }

    private void ran(Timeout same) {
      runs++;
      long now = time.nanos / MILLI;
      if (now < earliest) {
        wrong.add("early by " + (earliest - now));
      }
      long most = latest() + stopped + (isDeferrable ? LONGEST_SLEEP_TICKS : 0);
      if (now > most) {
        wrong.add("late by " + (now - earliest) + " ticks, at most " + (most - earliest));
      }
    }

    /** If its owner looks then. */
    long latest() {
      return earliest + (earliest - toldAt) / 7 + 8;
    }

    void arm(long ticks) {
      toldAt = time.nanos / MILLI;
      earliest = toldAt + ticks;
      stopped = 0;
      arms += timeouts.arm(timeout, ticks * MILLI) ? 0 : 1;
    }

    void postpone(long ticks) {
      timeouts.postpone(timeout, ticks * MILLI);
      // Of several the last counts; what it is armed for counts always.
      earliest = Math.max(earliest, time.nanos / MILLI + ticks);
    }
  }

  /** The owner's rounds until nothing is to be done; each when it wanted it, or later. */
  private void pass(List<Told> all, SplittableRandom random, int rounds) {
    long next = poll();
    for (int i = 0; i < rounds && next != Long.MAX_VALUE; i++) {
      time.nanos = Math.max(time.nanos, next);
      if (random.nextInt(8) == 0) {
        long stopped = random.nextLong(STOPPED_TICKS);
        time.nanos += stopped * MILLI;
        all.forEach(each -> each.stopped += stopped);
      }
      next = poll();
    }
  }

  private long poll() {
    long next = timeouts.poll();
    while (next == Long.MIN_VALUE) {
      next = timeouts.poll();
    }
    return next;
  }

  private static long delay(SplittableRandom random) {
    long any = random.nextLong() >>> (30 + random.nextInt(33));
    return Math.min(SharedTimeout.MAX_DELAY_TICKS - 2, 1 + any);
  }

  @Test
  void noneIsLateByATurnOfItsWord() {
    Seeds.forEach(
        OldWordsTest.class,
        200,
        random -> {
          fresh();
          List<Told> all = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            all.add(new Told(i % 3 == 0));
          }
          for (int step = 0; step < 40; step++) {
            Told one = all.get(random.nextInt(all.size()));
            if (!one.timeout.isPending()) {
              one.arm(delay(random));
            } else if (random.nextInt(3) == 0) {
              one.arm(delay(random));
            } else if (one.earliest < time.nanos / MILLI + (1L << 33)) {
              one.postpone(Math.max(delay(random), one.earliest - time.nanos / MILLI));
            }
            pass(all, random, random.nextInt(4));
          }
          pass(all, random, Integer.MAX_VALUE);
          for (Told each : all) {
            assertEquals(each.arms, each.runs, "lost, or run twice");
          }
          assertEquals(List.of(), wrong);
        });
  }

  /** It wakes nobody, but for one look in 2^26 ticks (18 hours of milliseconds). */
  @Test
  void aDeferrableOneOnAnIdleWheelIsLookedAtBeforeItsWordIsTooOld() {
    for (long ticks : new long[] {10, 1L << 28, (1L << 28) + 12_345, 1L << 29, 1L << 31}) {
      Told lazy = new Told(true);
      lazy.arm(ticks);
      long armedAt = time.nanos;
      int wakes = 0;
      for (long next = poll(); lazy.timeout.isPending(); next = poll()) {
        assertTrue(next != Long.MAX_VALUE, "nobody would ever look");
        time.nanos = next;
        wakes++;
      }
      assertEquals(1, lazy.runs);
      long slept = (time.nanos - armedAt) / MILLI;
      assertTrue(wakes <= slept / LONGEST_SLEEP_TICKS + 1, wakes + " wakes in " + slept);
      assertEquals(List.of(), wrong);
    }
    assertEquals(Long.MAX_VALUE, poll(), "nothing is armed: it never wakes");
  }

  /** The owner, stopped within a round, has an old clock; who arms after that has a new one. */
  @Test
  void anOwnerThatIsStoppedWithinARoundRunsNothingEarly() {
    for (long stopped : new long[] {1, 1 << 20, SharedTimeout.AHEAD_TICKS - 1,
        SharedTimeout.AHEAD_TICKS, SharedTimeout.AHEAD_TICKS + 77, STOPPED_TICKS}) {
      JumpTime jump = new JumpTime();
      Timeouts own = Timeouts.byHand(jump, TimeoutsOptions.DEFAULT.withShards(1));
      List<Long> ran = new ArrayList<>();
      Timeout first = own.timeout(timeout -> ran.add(-1L));
      Timeout second = own.timeout(timeout -> ran.add(jump.nanos / MILLI));
      own.arm(first, 10 * MILLI);
      own.arm(second, 10 * MILLI);
      own.poll();
      jump.nanos += 20 * MILLI;
      jump.readsUntil = 2; // the round's own, and that before the first callback
      jump.then =
          () -> {
            jump.nanos += stopped * MILLI;
            own.arm(second, 100 * MILLI);
          };
      own.poll();
      assertEquals(List.of(-1L), ran, "early after " + stopped);
      long mayRun = jump.nanos / MILLI + 100;
      long next = own.poll();
      for (int i = 0; second.isPending() && i < 100; i++) {
        jump.nanos = Math.max(jump.nanos, next);
        next = own.poll();
      }
      assertEquals(2, ran.size(), "lost after " + stopped);
      long late = ran.getLast() - mayRun;
      assertTrue(late >= 0 && late <= stopped / 7 + 16, "late by " + late + ", " + stopped);
    }
  }

  /**
   * The clock leaps, as BOOTTIME over a suspend, by up to 2^31 ticks, four times what a word can
   * tell: none is early, none later than its promise or the look after the leap, whether it was
   * armed or put off before it, or after it and before the owner has looked (2.4, 2.8).
   */
  @Test
  void afterALeapNoneIsEarlyAndNoneLaterThanTheNextLook() {
    Seeds.forEach(
        OldWordsTest.class,
        400,
        random -> {
          fresh();
          boolean ticking = random.nextBoolean();
          List<Told> all = new ArrayList<>();
          for (int i = 0; i < 12; i++) {
            all.add(new Told(i % 3 == 0));
          }
          for (int leap = 0; leap < 4; leap++) {
            all.forEach(each -> armOrPutOff(each, random));
            poll();
            for (int i = 0; ticking && i < 300; i++) {
              all.getFirst().arm(1); // the coarse clock runs
            }
            // What is armed in the last tick may count from the end of the leap.
            time.pass(1);
            poll();
            time.pass(1);
            time.nanos += leapTicks(random) * MILLI;
            long looked = time.nanos / MILLI;
            for (Told each : all) {
              each.stopped = Math.max(0, looked - each.earliest);
              if (random.nextInt(4) == 0) {
                armOrPutOff(each, random);
              }
            }
            time.nanos += random.nextInt(5) * MILLI;
            poll();
            for (Told each : all) {
              boolean isOver = each.latest() < looked;
              assertTrue(!isOver || !each.timeout.isPending(), "due, and the owner has looked");
            }
            passPunctually(random.nextInt(9));
          }
          passPunctually(Integer.MAX_VALUE);
          for (Told each : all) {
            assertEquals(each.arms, each.runs, "lost, or run twice");
          }
          assertEquals(List.of(), wrong);
        });
  }

  /** Once, though it lies in the mailbox and on the wheel as well. */
  @Test
  void overALeapWhatIsOnItsWayIsBroughtNearerOnce() {
    Told sent = new Told(false);
    Told sentAndFiled = new Told(false);
    sentAndFiled.arm(1L << 32);
    poll();
    sent.arm(1L << 30);
    sentAndFiled.arm(10);
    sentAndFiled.arm(1L << 30);
    time.nanos += (1L << 29) * MILLI;
    passPunctually(Integer.MAX_VALUE);
    assertEquals(List.of(1, 1), List.of(sent.runs, sentAndFiled.runs));
    assertEquals(List.of(), wrong);
  }

  private void armOrPutOff(Told told, SplittableRandom random) {
    if (!told.timeout.isPending() || random.nextBoolean()) {
      told.arm(delay(random));
    } else if (told.earliest < time.nanos / MILLI + (1L << 33)) {
      told.postpone(Math.max(delay(random), told.earliest - time.nanos / MILLI));
    }
  }

  private static long leapTicks(SplittableRandom random) {
    long most = 1L << random.nextInt(26, 32);
    return random.nextInt(4) == 0 ? most + random.nextInt(-3, 4) : random.nextLong(most);
  }

  private void passPunctually(int rounds) {
    long next = poll();
    for (int i = 0; i < rounds && next != Long.MAX_VALUE; i++) {
      time.nanos = Math.max(time.nanos, next);
      next = poll();
    }
  }

  /** Stops whoever reads it for a certain time, once. */
  private static final class JumpTime implements LongSupplier {
    long nanos = 1_000 * MILLI;
    int readsUntil;
    Runnable then = () -> {};

    @Override
    public long getAsLong() {
      if (readsUntil > 0 && --readsUntil == 0) {
        then.run();
      }
      return nanos;
    }
  }

  @Test
  void aWordTellsItsTickUntilItIsTooOld() {
    for (long now : new long[] {0, 1L << 29, (1L << 40) + 77, (1L << 29) - 1}) {
      for (long ago = -SharedTimeout.AHEAD_TICKS + 1;
          ago <= (1L << 29) - SharedTimeout.AHEAD_TICKS;
          ago += 999_983) {
        long word = SharedTimeout.word(now - ago, 5);
        assertEquals(now - ago, SharedTimeout.tick(word, now));
        assertEquals(5, SharedTimeout.delay(word));
      }
    }
  }
}
