package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The wheel stepped by hand (3-37, 3-39, 3-49): levels, lateness, order, what cancel promises. */
class TimeoutWheelTest {
  private static final Consumer<Timeout> NOTHING = timeout -> {};

  private final TimeoutWheel wheel = new TimeoutWheel();
  private final List<Object> ran = new ArrayList<>();

  private Timeout add(long expires, Object name) {
    Timeout made = wheel.add(expires, timeout -> ran.add(timeout.attachment()));
    made.attach(name);
    return made;
  }

  @Test
  void runsWhenItsTickHasCome() {
    Timeout timeout = add(10, "a");
    assertTrue(timeout.isPending());
    assertEquals(10, timeout.expires());
    assertEquals(10, wheel.nextExpiry());
    assertEquals(0, wheel.advance(9, 100));
    assertEquals(1, wheel.advance(10, 100));
    assertEquals(List.of("a"), ran);
    assertFalse(timeout.isPending());
    assertFalse(timeout.cancel());
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    assertEquals(0, wheel.size());
  }

  @Test
  void whatIsLateAlreadyRunsInTheNextAdvance() {
    wheel.advance(100, 10);
    add(40, "late");
    assertEquals(100, wheel.nextExpiry());
    assertEquals(1, wheel.advance(100, 10));
  }

  @Test
  void timeBeforeTheClockChangesNothing() {
    wheel.advance(100, 10);
    add(103, "a");
    assertEquals(0, wheel.advance(7, 10));
    assertEquals(100, wheel.now());
    assertEquals(1, wheel.advance(103, 10));
  }

  /** Every distance up to four levels, from every phase of the clock: 3-49's bound by force. */
  @Test
  void latenessIsBelowEightSixtyThirds() {
    long worstNumerator = 0;
    long worstDistance = 1;
    for (long distance = 1; distance <= 40_000; distance += distance < 5000 ? 1 : 7) {
      for (long phase = 0; phase < 512; phase += 1 + phase % 37) {
        long expires = phase + distance;
        long late = Wheel.looksAt(expires, phase, Long.MAX_VALUE) - expires;
        assertTrue(late >= 0, "early");
        assertTrue(late * 63 < distance * 8, distance + " ticks from " + phase + ": " + late);
        if (late * worstDistance > worstNumerator * distance) {
          worstNumerator = late;
          worstDistance = distance;
        }
      }
    }
    // The worst case comes close to the bound, so the bound is no idle one: above 12.2 %.
    assertTrue(worstNumerator * 1000 > worstDistance * 122, worstNumerator + "/" + worstDistance);
  }

  @Test
  void everyEdgeOfEveryLevelIsKept() {
    for (int level = 0; level < Wheel.MAX_LEVELS; level++) {
      long end = 63L << 3 * level;
      for (long distance = end - 2; distance <= end + 2; distance++) {
        for (long start : new long[] {0, 1, 7, 8, 63, 64, 511, 512, 4095, (1L << 27) - 1}) {
          TimeoutWheel one = new TimeoutWheel(Wheel.MAX_LEVELS, start);
          long expires = start + distance;
          one.add(expires, NOTHING);
          long due = one.nextExpiry();
          while (due < expires) {
            assertTrue(distance > 63L << 24, "early"); // beyond the last level: looked at before
            assertEquals(0, one.advance(due, 9));
            due = one.nextExpiry();
          }
          assertTrue((due - expires) * 63 < distance * 8, "late");
          assertEquals(0, one.advance(due - 1, 9));
          assertEquals(1, one.advance(due, 9));
        }
      }
    }
  }

  /** 3-36: ours. */
  @Test
  void levelsAreThoseOfTheTable() {
    for (int level = 0; level < Wheel.MAX_LEVELS; level++) {
      assertEquals(level, Wheel.level(63L << 3 * level));
      assertEquals(level + 1, Wheel.level((63L << 3 * level) + 1));
    }
    assertEquals(0, Wheel.level(1));
    assertEquals(1_056_964_608L, new Wheel(9, 0).reachTicks());
    assertEquals(132_120_576L, new Wheel(8, 0).reachTicks());
  }

  /**
   * Caffeine's wheel, nine years in production, chose the wheel by the duration but the bucket by
   * the absolute time: an entry whose time lay just below the wheel's span was filed into the
   * bucket that had just been passed, and expired a full revolution late (or at once). Here: all
   * distances just below a level's span, from clocks in mid-bucket.
   */
  @Test
  void caffeinesOldBugBucketAndLevelByTheSameTime() {
    for (int level = 1; level <= 4; level++) {
      long granularity = 1L << 3 * level;
      long span = 63 * granularity;
      for (long phase = 0; phase < granularity; phase += 1 + granularity / 17) {
        for (long distance = span - granularity; distance <= span; distance += 1 + level * 3L) {
          long start = 640 * granularity + phase;
          TimeoutWheel one = new TimeoutWheel(Wheel.MAX_LEVELS, start);
          one.add(start + distance, NOTHING);
          assertEquals(0, one.advance(start + distance - 1, 9), "a revolution early");
          assertEquals(1, one.advance(start + distance + granularity, 9), "a revolution late");
        }
      }
    }
  }

  @Test
  void beyondTheLastLevelIsNeitherEarlyNorLost() {
    for (int levels = Wheel.MIN_LEVELS; levels <= Wheel.MAX_LEVELS; levels++) {
      TimeoutWheel far = new TimeoutWheel(levels, 5);
      long reach = far.structure().reachTicks();
      long expires = 5 + 3 * reach + 12_345;
      Timeout timeout = far.add(expires, NOTHING);
      int looks = 0;
      long now = far.now();
      while (timeout.isPending()) {
        now = far.nextExpiry();
        assertTrue(now - far.now() > 0);
        far.advance(now, 1);
        looks++;
      }
      assertTrue(now >= expires && (now - expires) * 63 < expires * 8);
      assertTrue(looks <= 8, "looks " + looks);
      assertEquals(looks - 1, far.moves());
    }
  }

  @Test
  void aJumpFarAheadRunsEverythingInOrder() {
    for (int i = 60; i >= 0; i--) {
      add(1L << i, i);
    }
    assertEquals(61, wheel.advance((1L << 62) - 1, 1000));
    assertEquals(0, wheel.size());
    for (int i = 0; i < 30; i++) {
      assertEquals(i, ran.get(i)); // those beyond the wheel are put back first: they come last
    }
  }

  @Test
  void theClockMayWrap() {
    TimeoutWheel near = new TimeoutWheel(9, Long.MAX_VALUE - 10);
    near.add(Long.MIN_VALUE + 5, NOTHING);
    near.add(Long.MAX_VALUE - 3, NOTHING);
    assertEquals(Long.MAX_VALUE - 3, near.nextExpiry());
    assertEquals(1, near.advance(Long.MAX_VALUE, 9));
    assertEquals(0, near.advance(Long.MIN_VALUE + 4, 9));
    assertEquals(1, near.advance(Long.MIN_VALUE + 5, 9));
  }

  @Test
  void atOneTickCoarserLevelsComeFirstThenThoseArmedFirst() {
    add(1024, "coarse 1");
    add(1024, "coarse 2");
    wheel.advance(1000, 9);
    add(1024, "fine 1");
    add(1024, "fine 2");
    wheel.advance(1024, 9);
    assertEquals(List.of("coarse 1", "coarse 2", "fine 1", "fine 2"), ran);
  }

  @Test
  void aLimitLeavesTheRestDue() {
    for (int i = 0; i < 10; i++) {
      add(5, i);
    }
    assertEquals(4, wheel.advance(1_000, 4));
    assertEquals(1_000, wheel.nextExpiry());
    assertEquals(0, wheel.advance(1_000, 0));
    assertEquals(6, wheel.size());
    assertTrue(wheel.hasDue());
    assertEquals(6, wheel.advance(1_000, 100));
    assertFalse(wheel.hasDue());
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), ran);
    assertThrows(IllegalArgumentException.class, () -> wheel.advance(1_000, -1));
  }

  /** The budget of a call (3-35): of kept places most have nothing to run, and are looked at. */
  @Test
  void aCallLooksAtEightPlacesForEachThatMayRun() {
    for (boolean putOff : new boolean[] {false, true}) {
      TimeoutWheel kept = new TimeoutWheel();
      for (int i = 0; i < 1_000; i++) {
        Timeout each = kept.timeout(NOTHING);
        kept.arm(each, 10);
        if (putOff) {
          kept.arm(each, 100_000);
        } else {
          each.cancel();
        }
      }
      assertFalse(kept.hasDue());
      Timeout last = kept.add(10, NOTHING);
      assertEquals(0, kept.advance(10, 0));
      int calls = 0;
      while (kept.hasDue()) {
        assertTrue(last.isPending());
        assertEquals(putOff ? 32 * calls : 0, kept.moves());
        assertEquals(1_001 - (putOff ? 0 : 32 * calls), kept.structure().size());
        assertEquals(calls == 31 ? 1 : 0, kept.advance(10, 4));
        calls++;
      }
      assertEquals(32, calls);
      assertFalse(last.isPending());
      WheelCheck.check(kept.structure());
    }
  }

  @Test
  void cancelIsTrueOnceAndKeepsItFromRunning() {
    Timeout timeout = add(10, "a");
    assertTrue(timeout.cancel());
    assertFalse(timeout.cancel());
    assertNull(timeout.attachment(), "let go at once");
    assertEquals(0, wheel.structure().size(), "its place is free at once");
    assertEquals(0, wheel.advance(100, 9));
    assertThrows(IllegalStateException.class, () -> wheel.arm(timeout, 200));
  }

  @Test
  void callbacksCancelWhatIsDueBesideThem() {
    Timeout[] other = new Timeout[1];
    wheel.add(10, timeout -> ran.add(other[0].cancel()));
    other[0] = add(10, "never");
    assertEquals(1, wheel.advance(10, 9));
    assertEquals(List.of(true), ran);
  }

  @Test
  void aCallbackThatArmsWhatIsDueDoesNotKeepTheRoundGoing() {
    wheel.add(10, timeout -> wheel.arm(timeout, 10));
    assertEquals(1, wheel.advance(10, 1000));
    assertTrue(wheel.hasDue());
    assertEquals(1, wheel.advance(10, 1000));
    assertEquals(1, wheel.size());
    assertThrows(
        IllegalStateException.class,
        () -> {
          wheel.add(11, timeout -> wheel.advance(12, 1));
          wheel.advance(11, 9);
        });
  }

  @Test
  void aCallbackThatThrowsCostsNobodyElse() {
    wheel.add(
        10,
        timeout -> {
          throw new IllegalStateException("planted");
        });
    add(10, "b");
    assertThrows(IllegalStateException.class, () -> wheel.advance(10, 9));
    assertEquals(1, wheel.advance(10, 9));
    assertEquals(List.of("b"), ran);
    WheelCheck.check(wheel.structure());
  }

  @Test
  void puttingOffIsOneStore() {
    Timeout keepAlive = wheel.timeout(timeout -> ran.add(wheel.now()));
    assertFalse(wheel.arm(keepAlive, 100));
    int places = wheel.structure().size();
    for (int now = 1; now <= 90; now++) {
      wheel.advance(now, 9);
      assertTrue(wheel.arm(keepAlive, now + 100));
    }
    assertEquals(0, wheel.moves());
    assertEquals(places, wheel.structure().size());
    for (int now = 91; now < 200; now++) {
      wheel.advance(now, 9);
    }
    assertEquals(1, wheel.moves(), "looked at once, when its first place was due");
    assertEquals(List.of(192L), ran, "190, rounded up to 8");
  }

  @Test
  void anOwnedTimeoutIsCancelledAndArmedAgainInItsPlace() {
    Timeout kept = wheel.timeout(timeout -> ran.add("x"));
    wheel.arm(kept, 500);
    assertTrue(kept.cancel());
    assertFalse(kept.isPending());
    assertEquals(0, wheel.size());
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    assertFalse(wheel.arm(kept, 700));
    assertTrue(wheel.arm(kept, 20), "earlier: it moves at once");
    assertEquals(20, wheel.nextExpiry());
    assertEquals(1, wheel.advance(20, 9));
    assertFalse(wheel.arm(kept, 30));
    assertEquals(1, wheel.advance(30, 9));
    assertEquals(2, ran.size());
    assertEquals(0, wheel.structure().size());
  }

  /** Of a place only 32 bits are known: one that fell far behind is looked at all the same. */
  @Test
  void aPlaceThatWasLeftFarBehindIsLookedAtInTheNextCall() {
    for (long leap = 1L << 30; leap > 0 && leap <= 1L << 40; leap += leap / 3) {
      TimeoutWheel leaping = new TimeoutWheel();
      Timeout kept = leaping.timeout(timeout -> ran.add("x"));
      ran.clear();
      leaping.arm(kept, 500);
      assertEquals(0, leaping.advance(leap, 0));
      assertTrue(leaping.cancel(kept));
      assertFalse(leaping.cancel(kept));
      assertFalse(leaping.arm(kept, leap + 60));
      assertEquals(0, leaping.advance(leap + 59, 9));
      assertEquals(1, leaping.advance(leap + 60, 9), "after a leap to " + leap);
      assertEquals(0, leaping.structure().size());
    }
  }

  @Test
  void oneIsShutDownForGood() {
    Timeout kept = wheel.timeout(timeout -> ran.add("x"));
    wheel.arm(kept, 500);
    kept.attach("held");
    kept.cancel();
    assertFalse(wheel.shutdown(kept), "cancelled already");
    assertNull(kept.attachment());
    assertEquals(0, wheel.structure().size(), "its place is free at once");
    assertThrows(IllegalStateException.class, () -> wheel.arm(kept, 600));
    Timeout pending = add(20, "y");
    assertTrue(wheel.shutdown(pending));
    assertFalse(wheel.shutdown(pending));
    assertEquals(0, wheel.size());
    assertFalse(wheel.shutdown(wheel.timeout(NOTHING)));
    wheel.add(30, timeout -> ran.add(wheel.shutdown(timeout)));
    assertEquals(1, wheel.advance(1_000, 9));
    assertEquals(List.of(false), ran);
    WheelCheck.check(wheel.structure());
  }

  @Test
  void reduceOnlyShortens() {
    Timeout timeout = add(50, "a");
    assertFalse(wheel.reduce(timeout, 60));
    assertTrue(wheel.reduce(timeout, 40));
    assertEquals(40, timeout.expires());
    assertEquals(1, wheel.advance(40, 9));
    Timeout kept = wheel.timeout(NOTHING);
    assertTrue(wheel.reduce(kept, 90), "not pending: armed");
  }

  @Test
  void clearAnswersWhatWasPending() {
    Timeout near = add(3, "near");
    Timeout far = add(1L << 40, "far");
    Timeout cancelled = add(9, "no");
    cancelled.cancel();
    Timeout owned = wheel.timeout(NOTHING);
    wheel.arm(owned, 77);
    List<Timeout> cleared = wheel.clear();
    assertEquals(3, cleared.size());
    assertTrue(cleared.containsAll(List.of(near, far, owned)));
    assertEquals("near", near.attachment());
    assertFalse(near.isPending());
    assertEquals(0, wheel.size());
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    assertEquals(0, wheel.advance(1L << 41, 9));
    WheelCheck.check(wheel.structure());
    wheel.arm(owned, (1L << 41) + 1);
    assertEquals(1, wheel.advance((1L << 41) + 1, 9));
  }

  /** Also in a callback, which may have armed itself anew; what was collected does not run. */
  @Test
  void aCallbackMayClear() {
    Timeout kept = wheel.timeout(timeout -> ran.add("kept"));
    List<Timeout> cleared = new ArrayList<>();
    Timeout first =
        wheel.add(
            10,
            timeout -> {
              wheel.arm(timeout, 20);
              cleared.addAll(wheel.clear());
            });
    Timeout second = add(10, "second");
    wheel.arm(kept, 10);
    Timeout far = add(1_000, "far");
    assertEquals(1, wheel.advance(10, 9));
    assertEquals(Set.of(first, second, kept, far), Set.copyOf(cleared));
    assertEquals(0, wheel.size());
    assertEquals(0, wheel.structure().size());
    assertThrows(IllegalStateException.class, () -> wheel.arm(first, 30));
    assertFalse(wheel.arm(kept, 12));
    assertEquals(1, wheel.advance(12, 9));
    assertEquals(List.of("kept"), ran);
  }

  @Test
  void strangersAreRefused() {
    Timeout stranger = new TimeoutWheel().timeout(NOTHING);
    assertThrows(IllegalArgumentException.class, () -> wheel.arm(stranger, 1));
    assertThrows(IllegalArgumentException.class, () -> wheel.cancel(stranger));
    assertThrows(IllegalArgumentException.class, () -> new TimeoutWheel(7, 0));
    assertThrows(NullPointerException.class, () -> wheel.add(1, null));
    Timeout own = wheel.timeout(NOTHING);
    assertSame(null, own.attachment());
  }

  /** 3-37: in 10^7 operations nothing moves, whatever is armed, cancelled and run. */
  @Test
  void nothingMovesOverTenMillionOperations() {
    long ranCount = 0;
    long x = 12345;
    for (int i = 0; i < 10_000_000; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
      long distance = 1 + ((x >>> 33) & (1L << (x >>> 59)) - 1);
      Timeout timeout = wheel.add(wheel.now() + distance, NOTHING);
      if ((x >>> 20 & 15) != 0) {
        timeout.cancel();
      }
      if ((i & 63) == 0) {
        ranCount += wheel.advance(wheel.now() + (x >>> 40 & 1023), Integer.MAX_VALUE);
      }
    }
    assertTrue(ranCount > 10_000);
    assertEquals(0, wheel.moves());
  }
}
