package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;

/** The embedded reference at virtual time: following, steps, sleep, pauses, silence. */
class HostFollowerTest {
  private static final long SECOND = SimulatedHost.SECOND;
  private static final String REPLAY =
      " replay: ./timehands test -Dtest=HostFollowerTest -Dtimehands.seed=";

  @Test
  void followsRateAndOffset() {
    try (SimulatedHost host = new SimulatedHost(1, StepPolicy.FOLLOW, 3.7)) {
      host.follow(60 * SECOND);
      Sample sample = host.readAll();
      assertTrue(Math.abs(sample.monoNanos() - host.monoNanos()) < 100, "mono is off");
      assertTrue(Math.abs(sample.realNanos() - host.hostReal()) < 200, "real is off");
      assertEquals(TimeStatus.SYNCHRONIZED, sample.status());
      assertEquals(37 * SECOND, sample.taiNanos() - sample.realNanos());
      assertTrue(Math.abs(sample.bootNanos() - sample.monoNanos() - 17 * SECOND) < 100);
    }
  }

  @Test
  void boundHoldsWhateverTheHostSlewsWithinItsRight() {
    long base = Long.getLong("timehands.seed", 100);
    int seeds = System.getProperty("timehands.seed") == null ? 40 : 1;
    for (long seed = base; seed < base + seeds; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double truthPpm = random.nextDouble(-10, 10);
      try (SimulatedHost host = new SimulatedHost(seed, StepPolicy.FOLLOW, truthPpm)) {
        long before = Long.MIN_VALUE;
        for (int i = 0; i < 300; i++) {
          host.setCounterPpm(truthPpm + random.nextDouble(-5, 5));
          if (random.nextInt(10) == 0) {
            host.pass(random.nextLong(20 * SECOND));
          }
          host.follow(random.nextLong(1, 2 * SECOND));
          host.pass(random.nextLong(SECOND));
          Sample sample = host.readAll();
          long error = Math.abs(sample.monoNanos() - host.monoNanos());
          assertTrue(
              error <= sample.errorNanos(),
              "error " + error + " > bound " + sample.errorNanos() + REPLAY + seed);
          assertTrue(sample.monoNanos() >= before, "MONOTONIC went back" + REPLAY + seed);
          before = sample.monoNanos();
        }
      }
    }
  }

  @Test
  void boundTestCatchesABoundThatIsTooSmall() {
    // The planted bug: a counter ten times worse than it is rated for.
    try (SimulatedHost host = new SimulatedHost(7, StepPolicy.FOLLOW, 0)) {
      host.follow(30 * SECOND);
      host.setCounterPpm(100);
      host.pass(20 * SECOND);
      Sample sample = host.readAll();
      assertTrue(Math.abs(sample.monoNanos() - host.monoNanos()) > sample.errorNanos());
    }
  }

  @Test
  void quietHostCostsFewSegments() {
    try (SimulatedHost host = new SimulatedHost(2, StepPolicy.FOLLOW, 1.5)) {
      host.follow(120 * SECOND);
      long before = host.newest().sequence;
      host.follow(3600 * SECOND);
      long used = host.newest().sequence - before;
      assertTrue(used <= 130, used + " segments in a quiet hour");
    }
  }

  @Test
  void stepIsFollowedAndMonotonicIsUntouched() {
    try (SimulatedHost host = new SimulatedHost(3, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      long mono = host.readAll().monoNanos();
      long sets = host.sample.clockWasSetSeq();
      host.stepReal(-20 * SECOND);
      host.follower.step(true);
      host.pass(2_000_000);
      Sample sample = host.readAll();
      assertTrue(sample.monoNanos() - mono < 3_000_000 && sample.monoNanos() >= mono);
      assertTrue(Math.abs(sample.realNanos() - host.hostReal()) < 300);
      assertEquals(sets + 1, sample.clockWasSetSeq());
      assertEquals(1, host.follower.status().steps());
      assertTrue(Math.abs(host.follower.status().lastStepNanos() + 20 * SECOND) < 300);
    }
  }

  @Test
  void smallestStepIsSeenAndNoiseIsNot() {
    try (SimulatedHost host = new SimulatedHost(4, StepPolicy.FOLLOW, 0.5)) {
      host.follow(600 * SECOND);
      assertEquals(0, host.follower.status().steps(), "noise taken for a step");
      host.stepReal(5_000);
      host.follow(SECOND);
      assertEquals(1, host.follower.status().steps());
    }
  }

  @Test
  void stepIsSlewedAwayWithoutEverGoingBack() {
    try (SimulatedHost host = new SimulatedHost(5, StepPolicy.SLEW, 0.5)) {
      host.follow(30 * SECOND);
      host.stepReal(-SECOND / 10);
      host.follow(SECOND);
      host.pass(2_000_000);
      assertEquals(StatusReason.STEP_SLEWED, host.readAll().reason());
      long real = host.readAll().realNanos();
      for (int i = 0; i < 300; i++) {
        host.follow(SECOND);
        Sample sample = host.readAll();
        assertTrue(sample.realNanos() > real, "REALTIME went back while slewing");
        assertTrue(
            Math.abs(sample.realNanos() - host.hostReal()) <= sample.wallErrorNanos(),
            "slewing, yet the bound does not cover it");
        real = sample.realNanos();
      }
      assertTrue(Math.abs(real - host.hostReal()) < 1_000, "not slewed away after 300 s");
      assertEquals(StatusReason.FOLLOWING, host.readAll().reason());
    }
  }

  @Test
  void ignoredStepWidensTheBound() {
    try (SimulatedHost host = new SimulatedHost(6, StepPolicy.IGNORE, 0.5)) {
      host.follow(30 * SECOND);
      host.stepReal(3 * SECOND);
      host.follow(10 * SECOND);
      Sample sample = host.readAll();
      assertTrue(Math.abs(host.hostReal() - sample.realNanos() - 3 * SECOND) < 300);
      assertTrue(sample.wallErrorNanos() >= 3 * SECOND);
      assertEquals(StatusReason.STEP_IGNORED, sample.reason());
    }
  }

  @Test
  void sleepCountsInBoottimeAndRealtimeOnly() {
    // A7, TSC runs on: the first reader after the sleep repairs the line.
    try (SimulatedHost host = new SimulatedHost(8, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      long mono = host.readAll().monoNanos();
      long boot = host.sample.bootNanos();
      host.sleep(3600 * SECOND);
      Sample sample = host.readAll();
      assertTrue(sample.monoNanos() - mono < 5_000_000, "MONOTONIC counted sleep");
      assertTrue(sample.bootNanos() - boot >= 3600 * SECOND, "BOOTTIME did not count sleep");
      assertTrue(Math.abs(sample.realNanos() - host.hostReal()) < 5_000_000);
      assertEquals(TimeStatus.HOLDOVER, sample.status());
      host.follow(30 * SECOND);
      assertEquals(0, host.follower.status().steps(), "a sleep is not a step");
      assertEquals(TimeStatus.SYNCHRONIZED, host.readAll().status());
    }
  }

  @Test
  void sleepOfAStoppedCounterIsFoundByTheNextSample() {
    // A7, the counter stops: nothing looks like a gap. The kernel cancels our timer when it wakes.
    try (SimulatedHost host = new SimulatedHost(13, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      long mono = host.readAll().monoNanos();
      long boot = host.sample.bootNanos();
      host.sleepWithStoppedCounter(3600 * SECOND);
      host.follower.step(true);
      host.pass(2_000_000);
      Sample sample = host.readAll();
      assertTrue(sample.monoNanos() - mono < 5_000_000, "MONOTONIC counted sleep");
      assertTrue(sample.bootNanos() - boot >= 3600 * SECOND, "BOOTTIME did not count sleep");
      assertTrue(Math.abs(sample.realNanos() - host.hostReal()) < 1_000);
      assertEquals(0, host.follower.status().steps(), "a sleep is not a step");
    }
  }

  @Test
  void afterAResetOfTheCounterTimeStandsAndSaysSo() {
    // A7, the counter is reset: its cycles have had their times, and no line gives them others.
    try (SimulatedHost host = new SimulatedHost(14, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      long mono = host.readAll().monoNanos();
      host.sleepWithResetCounter(3600 * SECOND);
      for (int i = 0; i < 3; i++) {
        host.follow(10 * SECOND);
        Sample sample = host.readAll();
        assertTrue(sample.monoNanos() >= mono, "MONOTONIC went back");
        assertEquals(TimeStatus.STALE, sample.status());
        assertEquals(StatusReason.COUNTER_DISTURBED, sample.reason());
        assertEquals(Long.MAX_VALUE, sample.errorNanos(), "a bound for a clock that stands");
        mono = sample.monoNanos();
      }
    }
  }

  @Test
  void stepThatCancelsASleepIsAStep() {
    for (StepPolicy policy : StepPolicy.values()) {
      try (SimulatedHost host = new SimulatedHost(15, policy, 0.5)) {
        host.follow(30 * SECOND);
        host.sleep(SECOND / 10);
        host.stepReal(-SECOND / 10);
        host.follow(3 * SECOND);
        HostStatus status = host.follower.status();
        assertEquals(1, status.steps(), policy + " did not see the step");
        assertTrue(Math.abs(status.lastStepNanos() + SECOND / 10) < 2_000, policy.toString());
        host.follow(policy == StepPolicy.SLEW ? 600 * SECOND : SECOND);
        long off = host.readAll().realNanos() - host.hostReal();
        long wanted = policy == StepPolicy.IGNORE ? SECOND / 10 : 0;
        assertTrue(Math.abs(off - wanted) < 10_000, policy + ": REALTIME is off by " + off);
      }
    }
  }

  @Test
  void idleHourIsNoGap() {
    try (SimulatedHost host = new SimulatedHost(9, StepPolicy.FOLLOW, 0)) {
      host.follow(60 * SECOND);
      long segments = host.newest().sequence;
      long error = host.monoNanos() - host.readAll().monoNanos();
      host.pass(3600 * SECOND);
      Sample sample = host.readAll();
      assertEquals(segments, host.newest().sequence, "the idle hour was taken for a sleep");
      // A4: the rate is what it was; 10 ppb over an hour are 36 us.
      assertTrue(Math.abs(host.monoNanos() - sample.monoNanos() - error) < 36_000);
      assertEquals(TimeStatus.FREERUNNING, sample.status());
      assertEquals(StatusReason.REFERENCE_LOST, sample.reason());
    }
  }

  @Test
  void silenceTurnsToHoldoverAndTheBoundGrows() {
    // A22: nobody steers any more.
    try (SimulatedHost host = new SimulatedHost(10, StepPolicy.FOLLOW, 0)) {
      host.follow(60 * SECOND);
      long before = host.readAll().errorNanos();
      host.pass(130 * SECOND);
      Sample sample = host.readAll();
      assertEquals(TimeStatus.HOLDOVER, sample.status());
      assertEquals(StatusReason.REFERENCE_SILENT, sample.reason());
      assertTrue(sample.errorNanos() >= before + 130 * HostSteering.PHI_PPB);
    }
  }

  @Test
  void migrationIsBridged() {
    // A8: the counter jumps ahead by ten seconds' worth while the host's clocks saw 100 ms.
    try (SimulatedHost host = new SimulatedHost(11, StepPolicy.FOLLOW, 0)) {
      host.follow(30 * SECOND);
      long mono = host.readAll().monoNanos();
      host.pass(SECOND / 10);
      host.jumpCounter(10 * SimulatedHost.FREQUENCY);
      Sample sample = host.readAll();
      assertTrue(sample.monoNanos() - mono < SECOND / 5, "the jump became time");
      assertTrue(sample.monoNanos() >= mono);
      assertEquals(TimeStatus.HOLDOVER, sample.status());
    }
  }

  @Test
  void unsynchronisedHostSaysSo() {
    try (SimulatedHost host = new SimulatedHost(12, StepPolicy.FOLLOW, 0)) {
      host.isSynchronized = false;
      host.follow(5 * SECOND);
      Sample sample = host.readAll();
      assertEquals(TimeStatus.FREERUNNING, sample.status());
      assertEquals(StatusReason.HOST_UNSYNCHRONISED, sample.reason());
      assertEquals(Long.MAX_VALUE, sample.wallErrorNanos());
      assertTrue(sample.errorNanos() < 1_000_000, "the bound to the host is still known");
    }
  }
}
