package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/**
 * After a leap of the clock, with many armed, a round looks at no more than after any other pause,
 * and whoever calls between two rounds is answered as if the leap were over (2.4, 3-35).
 */
class LeapInRoundsTest {
  private static final long MILLI = HandTime.MILLI;
  private static final int BUDGET = 16;
  private static final int LOOKS = 8 * BUDGET;
  private static final int MANY = 3_000;
  private static final long LEAP = 1L << 28;
  /** More ticks than pass in the rounds after a leap. */
  private static final long IN_ROUNDS = 64;
  private static final long AWAKE = Long.MIN_VALUE;

  private final HandTime time = new HandTime();
  private final Timeouts timeouts =
      Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withBudget(BUDGET));
  private final List<Told> all = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  /** What one was told, in ticks. */
  private final class Told {
    final Timeout timeout;
    final boolean wakes;
    long toldAt;
    long mayRun;
    long delay;
    boolean isOver;

    Told(boolean wakes, long ticks) {
      this.wakes = wakes;
      timeout = wakes ? timeouts.timeout(this::ran) : timeouts.deferrable(this::ran);
      arm(ticks);
      all.add(this);
    }

    private void ran(Timeout same) {
      isOver = true;
      if (now() < mayRun) {
        wrong.add("early by " + (mayRun - now()) + " of " + delay);
      }
    }

    void arm(long ticks) {
      isOver = false;
      told(ticks);
      timeouts.arm(timeout, ticks * MILLI);
    }

    void told(long ticks) {
      toldAt = now();
      mayRun = toldAt + ticks;
      delay = ticks;
    }

    /** If the owner has nothing left to do by now. */
    void check() {
      if (!isOver && wakes && now() > mayRun + delay / 7 + IN_ROUNDS) {
        wrong.add("late by " + (now() - mayRun) + " of " + delay);
      }
      checkExpires();
    }

    void checkExpires() {
      long shown = timeout.expires() / MILLI - mayRun;
      if (!isOver && (shown < 0 || shown > IN_ROUNDS)) {
        wrong.add("expires " + shown + " ticks later than it was told, of " + delay);
      }
    }
  }

  private long now() {
    return time.nanos / MILLI;
  }

  /** Half are due after one leap, the others not after two; and none lies in the mailbox. */
  private void armMany(SplittableRandom random) {
    for (int i = 0; i < MANY; i++) {
      long ticks = 1000 + random.nextLong(i % 2 == 0 ? LEAP / 2 : 8 * LEAP);
      new Told(i % 5 != 0, ticks);
    }
    time.pass(1);
    settle();
    time.pass(1);
    settle();
  }

  private void settle() {
    while (round()) {
      Thread.onSpinWait();
    }
  }

  /** One round, within its budget; whether there is more at once. */
  private boolean round() {
    TimeoutStats before = timeouts.stats();
    final boolean isMore = timeouts.poll() == AWAKE;
    TimeoutStats after = timeouts.stats();
    assertTrue(after.looks() - before.looks() <= LOOKS, "looks beyond the budget");
    assertTrue(after.expired() - before.expired() <= BUDGET, "runs beyond the budget");
    return isMore;
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      assertTrue(round(), "done after " + i + " rounds");
    }
  }

  private void runAll() {
    long next = timeouts.poll();
    while (next != Long.MAX_VALUE) {
      if (next != AWAKE) {
        all.forEach(Told::check);
        time.nanos = Math.max(time.nanos, next);
      }
      next = timeouts.poll();
    }
    all.forEach(each -> assertTrue(each.isOver, "lost"));
    assertEquals(List.of(), wrong);
  }

  private long[] words() {
    return all.stream().mapToLong(each -> ((SharedTimeout) each.timeout).word).toArray();
  }

  @Test
  void aRoundAfterALeapKeepsToItsBudget() {
    armMany(new SplittableRandom(1));
    time.pass(LEAP);
    int count = 0;
    boolean isMore = true;
    while (isMore) {
      long[] words = words();
      isMore = round();
      long[] after = words();
      long touched = IntStream.range(0, MANY).filter(i -> words[i] != after[i]).count();
      assertTrue(touched <= LOOKS, touched + " told anew or run in one round");
      count++;
    }
    assertTrue(count >= MANY / 2 / BUDGET, "in " + count + " rounds");
    assertEquals(List.of(), wrong);
    runAll();
  }

  /** Drained between two rounds: what has not run, however it is told. */
  @Test
  void aDrainInTheMiddleOfALeapAnswersWhatHasNotRun() {
    armMany(new SplittableRandom(2));
    time.pass(LEAP);
    rounds(3);
    new Told(true, 100);
    List<Timeout> drained = timeouts.drain();
    Set<Timeout> left = new HashSet<>();
    all.stream().filter(each -> !each.isOver).forEach(each -> left.add(each.timeout));
    assertEquals(left, new HashSet<>(drained));
    assertEquals(left.size(), drained.size());
    assertFalse(round(), "nothing is left");
    all.forEach(each -> each.arm(each.delay));
    settle();
    runAll();
  }

  @Test
  void theEndInTheMiddleOfALeapAnswersWhatHasNotRun() {
    armMany(new SplittableRandom(3));
    time.pass(LEAP);
    rounds(2);
    long left = all.stream().filter(each -> !each.isOver).count();
    assertEquals(left, timeouts.shutdown().size());
    assertEquals(Long.MAX_VALUE, timeouts.poll());
    assertEquals(MANY - left, timeouts.stats().expired());
    assertEquals(List.of(), wrong);
  }

  /** Another shard of the same timeouts is heard in each round. */
  @Test
  void anotherShardIsHeardMeanwhile() {
    Timeouts two =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(2).withBudget(BUDGET));
    for (int i = 0; i < MANY; i++) {
      two.arm(two.pinned(0, timeout -> {}), (1000 + i) * MILLI);
    }
    two.poll();
    time.pass(LEAP);
    assertEquals(AWAKE, two.poll());
    List<Long> ran = new ArrayList<>();
    Timeout other = two.pinned(1, timeout -> ran.add(now()));
    two.arm(other, 5 * MILLI);
    final long armedAt = now();
    for (int i = 0; i < 12; i++) {
      time.pass(1);
      assertEquals(AWAKE, two.poll());
    }
    assertEquals(1, ran.size());
    assertTrue(ran.getFirst() - armedAt <= 9, "late by " + (ran.getFirst() - armedAt - 5));
  }

  /** Whoever arms, reduces, puts off or asks between rounds, and a leap before they are over. */
  @Test
  void whoeverCallsInTheMiddleOfALeapIsAnsweredAsAfterIt() {
    Seeds.forEach(
        LeapInRoundsTest.class,
        30,
        random -> {
          all.clear();
          timeouts.drain();
          armMany(random);
          for (int leap = 0; leap < 4; leap++) {
            if (leap == 2) {
              settle();
            }
            // What is armed in the last tick may count from the end of the leap.
            time.pass(1);
            round();
            time.pass(1);
            time.pass(LEAP / (1 + random.nextInt(3)));
            final long leaptAt = now();
            boolean isMore = round();
            for (int i = random.nextInt(30); i > 0 && isMore; i--) {
              call(all.get(random.nextInt(MANY)), random, leaptAt);
              time.pass(random.nextInt(2));
              isMore = round();
            }
          }
          runAll();
        });
  }

  private void call(Told told, SplittableRandom random, long leaptAt) {
    long ticks = 1 + random.nextLong(LEAP);
    if (told.isOver) {
      told.arm(ticks);
      return;
    }
    if (told.toldAt < leaptAt) {
      told.checkExpires(); // the others count from its end
    }
    switch (random.nextInt(3)) {
      case 0 -> told.arm(ticks);
      case 1 -> {
        boolean sooner = now() + ticks < told.mayRun - IN_ROUNDS;
        boolean later = now() + ticks > told.mayRun + IN_ROUNDS;
        boolean isReduced = timeouts.reduce(told.timeout, ticks * MILLI);
        assertTrue(isReduced ? !later : !sooner, "reduced: " + isReduced);
        if (isReduced) {
          told.told(ticks);
        }
      }
      default -> {
        long further = Math.max(0, told.mayRun - now()) + ticks;
        timeouts.postpone(told.timeout, further * MILLI);
        told.told(further);
      }
    }
  }

  /** In a leap that its owner has yet to see, what is long due is left alone. */
  @Test
  void aReduceInALeapPutsNothingOff() {
    for (boolean coarse : new boolean[] {false, true}) {
      final Told due = new Told(true, 1_000);
      Told far = new Told(true, 4 * LEAP);
      settle();
      for (int i = 0; coarse && i < 300; i++) {
        far.arm(4 * LEAP); // the coarse clock runs
      }
      time.pass(1);
      settle();
      time.pass(1);
      settle();
      time.pass(LEAP);
      assertFalse(timeouts.reduce(due.timeout, 500 * MILLI), "due sooner than that");
      assertTrue(timeouts.reduce(far.timeout, 500 * MILLI));
      far.told(500);
      settle();
      assertTrue(due.isOver);
      runAll();
    }
  }

  /** A callback that lasts until the clock has leapt, in a round that leaves nothing to do. */
  @Test
  void whoPutsOffInARoundThatLastsForALeapIsNotRunEarly() {
    Told kept = new Told(true, 1L << 22);
    Timeout lasting =
        timeouts.timeout(
            timeout -> {
              time.pass(SharedTimeout.AHEAD_TICKS + 100_000);
              timeouts.postpone(kept.timeout, 10 * MILLI);
              kept.told(10);
            });
    timeouts.arm(lasting, (1L << 21) * MILLI);
    settle();
    time.pass(3L << 20);
    settle();
    assertFalse(lasting.isPending());
    runAll();
  }

  /**
   * Whoever is stopped within its call, while an owner that has long had too much to do catches up
   * and goes on: what it took to count from is of before, the word is written long after.
   */
  @Test
  void whoIsStoppedWithinItsCallOverALeapIsNotRunEarly() {
    for (long behind : new long[] {0, 1L << 21, 1L << 26, SharedTimeout.AHEAD_TICKS - 100}) {
      for (long leap : new long[] {200, 1L << 23, LEAP / 2, LEAP}) {
        timeouts.drain();
        settle();
        time.pass(1L << 21);
        settle();
        for (int i = 0; i < 4 * BUDGET; i++) {
          new Told(true, 1);
        }
        time.pass(10);
        rounds(1);
        time.pass(behind);
        rounds(1);
        Told stopped = new Told(true, LEAP);
        stopped.told(1L << 24);
        SharedTimeout timeout = (SharedTimeout) stopped.timeout;
        timeout.cancel();
        final long from = timeout.tick();
        time.pass(leap);
        settle();
        time.pass(1L << 21);
        settle();
        timeout.arm(from, stopped.delay);
        for (long next = timeouts.poll(); !stopped.isOver; next = timeouts.poll()) {
          time.nanos = Math.max(time.nanos, next);
        }
        assertEquals(List.of(), wrong, "leap of " + leap + ", " + behind + " ticks behind");
      }
    }
  }
}
