package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.linux.Timex;
import org.timehands.testing.Seeds;
import org.timehands.timeline.Sample;

/**
 * N12: a leap second that the host announces is right at the instant for every reader, and is no
 * step; one that is withdrawn, or does not come, leaves nothing behind.
 */
class HostLeapTest {
  private static final long SECOND = SimulatedHost.SECOND;
  private static final long DAY = 86_400 * SECOND;

  /** A host some seconds before midnight, followed and settled. */
  private static SimulatedHost eve(long seed, StepPolicy policy, long leadNanos) {
    SimulatedHost host = new SimulatedHost(seed, policy, 1.5);
    host.follow(30 * SECOND);
    long midnight = (Math.floorDiv(host.hostReal(), DAY) + 1) * DAY;
    host.stepReal(midnight - leadNanos - host.hostReal());
    host.follow(2 * SECOND);
    return host;
  }

  /**
   * Reads around the leap, up to the nanosecond of it, while the host leaps a tick late; the truth
   * is the host's clock without that tick.
   */
  private static void assertRightAtTheLeap(SplittableRandom random, int sign, boolean told) {
    try (SimulatedHost host = eve(random.nextLong(), StepPolicy.FOLLOW, 30 * SECOND)) {
      host.setHostPpm(random.nextDouble(-50, 50));
      host.leapLateNanos = random.nextLong(10_000_000);
      host.announceLeap(sign, told);
      host.follow(5 * SECOND);
      long steps = host.follower.status().steps();
      final long sets = host.readAll().clockWasSetSeq();
      long tai = host.readAll().taiNanos() - host.monoNanos();
      // Sampled at odd moments, also within the tick.
      while (host.untilLeapNanos() > -5 * SECOND) {
        long until = host.untilLeapNanos();
        boolean near = Math.abs(until) < 20_000_000;
        host.pass(near ? random.nextLong(1_000_000) : random.nextLong(SECOND));
        Sample sample = host.readAll();
        long off = sample.realNanos() - host.trueReal();
        long bound = sample.errorNanos() + 1;
        boolean atTheInstant = Math.abs(host.untilLeapNanos()) <= bound;
        assertTrue(
            Math.abs(off) <= bound || atTheInstant,
            "off by " + off + ", bound " + bound + ", leap in " + host.untilLeapNanos());
        assertEquals(tai, sample.taiNanos() - host.monoNanos(), 2 * bound, "TAI leapt");
        if (random.nextInt(3) == 0) {
          host.follower.step(false);
        }
      }
      host.follow(5 * SECOND);
      assertEquals(steps, host.follower.status().steps(), "the leap was counted as a step");
      Sample after = host.readAll();
      assertEquals(sets, after.clockWasSetSeq(), "the leap was counted as a set");
      assertEquals(0, host.newest().leapSign(), "folded");
      assertEquals(0, after.realNanos() - host.hostReal(), 10_000);
    }
  }

  @Test
  void rightAtTheLeapForEveryReader() {
    for (int sign : new int[] {1, -1}) {
      Seeds.forEach(HostLeapTest.class, 30, random -> assertRightAtTheLeap(random, sign, true));
    }
  }

  /** The planted bug: the follower is not told, and follows the leap as a step afterwards. */
  @Test
  void aLeapThatIsNotForetoldIsSeen() {
    for (int sign : new int[] {1, -1}) {
      assertThrows(
          AssertionError.class,
          () -> assertRightAtTheLeap(new SplittableRandom(1), sign, false));
    }
  }

  @Test
  void announcedAndWithdrawn() {
    for (int sign : new int[] {1, -1}) {
      try (SimulatedHost host = eve(5, StepPolicy.FOLLOW, 20 * SECOND)) {
        host.announcedLeap = sign;
        host.follow(5 * SECOND);
        assertEquals(sign, host.newest().leapSign());
        final long sets = host.readAll().clockWasSetSeq();
        host.announcedLeap = 0;
        host.follow(2 * SECOND);
        assertEquals(0, host.newest().leapSign());
        for (int i = 0; i < 200; i++) {
          host.follow(SECOND / 10);
          assertEquals(0, host.readAll().realNanos() - host.hostReal(), 10_000);
        }
        assertEquals(sets, host.sample.clockWasSetSeq());
      }
    }
  }

  /** The host says that it leaps, and does not: ours is put right again, which is a set. */
  @Test
  void aHostThatDoesNotLeap() {
    try (SimulatedHost host = eve(6, StepPolicy.FOLLOW, 10 * SECOND)) {
      host.announcedLeap = 1;
      host.follow(5 * SECOND);
      final long sets = host.readAll().clockWasSetSeq();
      host.follow(6 * SECOND);
      assertEquals(-SECOND, host.readAll().realNanos() - host.hostReal(), 10_000, "believed");
      host.follow(5 * SECOND);
      host.pass(2_000_000);
      assertEquals(0, host.readAll().realNanos() - host.hostReal(), 10_000);
      assertEquals(sets + 1, host.sample.clockWasSetSeq());
      assertEquals(0, host.newest().leapSign());
      // It goes on saying so: not believed for tomorrow.
      host.follow(60 * SECOND);
      assertEquals(0, host.newest().leapSign());
    }
  }

  /** A step of a second that somebody makes hours before is a step. */
  @Test
  void aStepBeforeTheLeapIsAStep() {
    try (SimulatedHost host = eve(7, StepPolicy.FOLLOW, 3600 * SECOND)) {
      host.announcedLeap = 1;
      host.follow(5 * SECOND);
      long steps = host.follower.status().steps();
      long at = host.newest().leapAtMonoNanos;
      host.stepReal(-SECOND);
      host.follow(2 * SECOND);
      assertEquals(steps + 1, host.follower.status().steps());
      assertEquals(at + SECOND, host.newest().leapAtMonoNanos, 10_000, "midnight comes later");
    }
  }

  /** Who has steps slewed or ignored wants none from a leap either. */
  @Test
  void otherPoliciesForetellNothing() {
    for (StepPolicy policy : new StepPolicy[] {StepPolicy.SLEW, StepPolicy.IGNORE}) {
      try (SimulatedHost host = eve(8, policy, 3600 * SECOND)) {
        host.announcedLeap = 1;
        host.follow(5 * SECOND);
        assertEquals(0, host.newest().leapSign());
      }
    }
  }

  /** What the kernel says, in the words of adjtimex. */
  @Test
  void theKernelsWords() {
    assertEquals(1, SystemHostClock.leapSign(Timex.TIME_INS, Timex.STA_INS));
    assertEquals(-1, SystemHostClock.leapSign(Timex.TIME_DEL, Timex.STA_DEL));
    assertEquals(1, SystemHostClock.leapSign(Timex.TIME_OK, Timex.STA_INS), "not yet looked at");
    assertEquals(-1, SystemHostClock.leapSign(Timex.TIME_ERROR, Timex.STA_DEL));
    assertEquals(0, SystemHostClock.leapSign(Timex.TIME_OOP, Timex.STA_INS), "going on");
    assertEquals(0, SystemHostClock.leapSign(Timex.TIME_WAIT, Timex.STA_INS), "over");
    assertEquals(0, SystemHostClock.leapSign(Timex.TIME_OK, 0));
  }
}
