package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;

/** What a steering must put right although it did not see it happen. */
class HostRestartTest {
  private static final long SECOND = SimulatedHost.SECOND;

  /** Another owner of the same page, as after a restart. */
  private static HostFollower restarted(SimulatedHost host, StepPolicy policy) {
    HostSteering steering =
        new HostSteering(host, Slope.ofFrequency(SimulatedHost.FREQUENCY), 20_000, policy);
    HostSample first = new HostSample();
    host.sample(first);
    HostOptions options = HostOptions.defaults().withPolicy(policy).withSlots(64);
    steering.first(first, host, options);
    steering.resume(host.newest());
    return new HostFollower(host.writer, host.timeline, host, steering, options, host);
  }

  private static Sample after(SimulatedHost host, HostFollower follower, int samples) {
    for (int i = 0; i < samples; i++) {
      host.pass(SECOND / 10);
      follower.step(false);
    }
    host.pass(2_000_000);
    return host.readAll();
  }

  private static long wallOff(SimulatedHost host, Sample sample) {
    return Math.abs(sample.realNanos() - host.hostReal());
  }

  @Test
  void stepWhileNobodyOwnedThePageIsFollowedAtOnce() {
    try (SimulatedHost host = new SimulatedHost(21, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      long sets = host.readAll().clockWasSetSeq();
      host.stepReal(-3600 * SECOND);
      Sample sample = after(host, restarted(host, StepPolicy.FOLLOW), 1);
      assertTrue(wallOff(host, sample) < 1_000, "REALTIME is off by " + wallOff(host, sample));
      assertEquals(sets + 1, sample.clockWasSetSeq());
    }
  }

  @Test
  void ignoredStepStaysIgnoredAcrossARestart() {
    try (SimulatedHost host = new SimulatedHost(22, StepPolicy.IGNORE, 0.5)) {
      host.follow(30 * SECOND);
      host.stepReal(3 * SECOND);
      host.follow(SECOND);
      host.stepReal(2 * SECOND);
      Sample sample = after(host, restarted(host, StepPolicy.IGNORE), 3);
      long off = wallOff(host, sample);
      assertTrue(Math.abs(off - 5 * SECOND) < 1_000, "off by " + off);
      assertTrue(off <= sample.wallErrorNanos(), "the bound does not cover it");
    }
  }

  @Test
  void slewGoesOnAcrossARestart() {
    try (SimulatedHost host = new SimulatedHost(23, StepPolicy.SLEW, 0.5)) {
      host.follow(30 * SECOND);
      host.stepReal(-SECOND / 10);
      host.follow(20 * SECOND);
      long before = host.readAll().realNanos();
      long off = wallOff(host, host.sample);
      Sample sample = after(host, restarted(host, StepPolicy.SLEW), 3);
      assertTrue(sample.realNanos() > before, "REALTIME went back");
      assertTrue(Math.abs(wallOff(host, sample) - off) < 1_000_000, "the rest was stepped");
      assertTrue(wallOff(host, sample) <= sample.wallErrorNanos(), "bound");
    }
  }

  @Test
  void stepWhosePublicationWasLostIsPublishedNext() {
    try (SimulatedHost host = new SimulatedHost(24, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      host.stepReal(7 * SECOND);
      HostSample now = new HostSample();
      host.pass(SECOND);
      host.sample(now);
      Segment newest = host.newest();
      // Decided, and then another thread's append was first.
      assertNotNull(host.steering.decide(now, newest));
      assertEquals(1, host.steering.steps());
      host.follow(SECOND);
      host.pass(2_000_000);
      long off = wallOff(host, host.readAll());
      assertTrue(off < 1_000, "REALTIME is off by " + off);
      assertEquals(1, host.steering.steps(), "one step, counted twice");
    }
  }

  @Test
  void newTaiOffsetIsPublishedAtOnce() {
    try (SimulatedHost host = new SimulatedHost(25, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      host.taiOffsetSeconds = 38;
      host.follow(SECOND);
      host.pass(2_000_000);
      Sample sample = host.readAll();
      assertEquals(38 * SECOND, sample.taiNanos() - sample.realNanos());
    }
  }

  @Test
  void boundIsNoBetterThanTheHostDeclares() {
    try (SimulatedHost host = new SimulatedHost(26, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      host.maxErrorNanos = 300_000_000;
      host.follow(SECOND);
      host.pass(2_000_000);
      long bound = host.readAll().wallErrorNanos();
      assertTrue(bound >= host.maxErrorNanos, "claims " + bound + " ns");
    }
  }

  @Test
  void boundCoversARateThatWideBracketsLeaveOpen() {
    try (SimulatedHost host = new SimulatedHost(27, StepPolicy.FOLLOW, 0)) {
      host.bracketNanos = 1_900_000;
      boolean steered = false;
      for (int i = 0; i < 40; i++) {
        host.pass(SECOND / 10);
        host.follower.step(false);
        host.pass(1);
        long ours = host.readAll().monoNanos();
        assertTrue(Math.abs(ours - host.monoNanos()) <= host.sample.errorNanos());
        steered |= Math.abs(host.newest().rate().pptOver(
            Slope.ofFrequency(SimulatedHost.FREQUENCY))) > 50_000_000;
      }
      assertTrue(steered, "the test shows nothing: brackets never bent the slope");
      // The owner stops here; the line goes on.
      host.pass(600 * SECOND);
      Sample sample = host.readAll();
      long off = Math.abs(sample.monoNanos() - host.monoNanos());
      assertTrue(off <= sample.errorNanos(), off + " ns off, bound " + sample.errorNanos());
      assertFalse(sample.isHeld());
    }
  }
}
