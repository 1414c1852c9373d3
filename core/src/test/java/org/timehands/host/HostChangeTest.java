package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/** 2-19 and A9: the counter changes while the host is followed, at virtual time. */
class HostChangeTest {
  private static final long SECOND = SimulatedHost.SECOND;
  private static final long HERTZ = 1_000_000_000L;

  private static long change(SimulatedHost host, SimulatedHost.Second to) {
    return host.follower.changeCounter(to, Slope.ofFrequency(to.frequencyHz()), 20_000, to);
  }

  private static void back(SimulatedHost host) {
    host.follower.changeCounter(
        host, Slope.ofFrequency(SimulatedHost.FREQUENCY), 20_000, host);
  }

  /** What was learnt of the host's rate, 30 ppm, is not learnt again. */
  @Test
  void rateOffsetAndBoundAreCarriedOver() {
    try (SimulatedHost host = new SimulatedHost(31, StepPolicy.FOLLOW, 3.7)) {
      host.setHostPpm(30);
      host.follow(60 * SECOND);
      Sample before = host.readAll();
      long mono = before.monoNanos();
      long real = before.realNanos();
      long sets = before.clockWasSetSeq();
      long standstill = change(host, host.second(300, HERTZ, -2));
      assertTrue(standstill > 0 && standstill < 20_000, standstill + " ns");
      host.pass(20_000_000);
      Sample after = host.readAll();
      assertEquals(300, after.clocksourceId());
      assertEquals(1, after.clocksourceChangedSeq());
      assertEquals(sets, after.clockWasSetSeq(), "no clock was set");
      assertEquals(20_000_000, after.monoNanos() - mono, 20_000);
      assertEquals(20_000_000, after.realNanos() - real, 20_000);
      host.pass(20 * SECOND);
      Sample later = host.readAll();
      long off = Math.abs(later.monoNanos() - host.monoNanos());
      assertTrue(off < 20 * 10_000, "off by " + off + " ns after 20 s: the rate was not kept");
      assertTrue(off <= later.errorNanos(), "off by " + off + ", bound " + later.errorNanos());
      host.follow(60 * SECOND);
      Sample settled = host.readAll();
      assertTrue(Math.abs(settled.monoNanos() - host.monoNanos()) < 200, "not settled");
      assertEquals(0, host.follower.status().steps());
    }
  }

  /** 10^4 changes in all, with the host slewing, and reads between: never back, always bounded. */
  @Test
  void boundHoldsThroughManyChanges() {
    Seeds.forEach(
        HostChangeTest.class,
        25,
        random -> {
          double ppm = random.nextDouble(-10, 10);
          try (SimulatedHost host = new SimulatedHost(random.nextLong(), StepPolicy.FOLLOW, ppm)) {
            manyChanges(random, host, 400);
          }
        });
  }

  private static void manyChanges(SplittableRandom random, SimulatedHost host, int changes) {
    SimulatedHost.Second[] others = {
      host.second(300, HERTZ, random.nextDouble(-10, 10)),
      host.second(301, 19_200_000, random.nextDouble(-10, 10))
    };
    long before = Long.MIN_VALUE;
    int present = -1;
    for (int i = 0; i < changes; i++) {
      host.setHostPpm(random.nextDouble(-100, 100));
      if (random.nextInt(4) == 0) {
        host.pass(random.nextLong(SECOND / 100));
        host.follow(random.nextLong(3 * SECOND));
      }
      host.pass(random.nextLong(5_000_000));
      int next = (present + 2 + random.nextInt(2)) % 3 - 1;
      if (next < 0) {
        back(host);
      } else {
        change(host, others[next]);
      }
      present = next;
      for (int reads = 0; reads < 5; reads++) {
        Sample sample = host.readAll();
        assertTrue(sample.monoNanos() >= before, "MONOTONIC went back");
        before = sample.monoNanos();
        host.pass(random.nextLong(2_000_000));
      }
    }
    host.follow(30 * SECOND);
    long off = Math.abs(host.readAll().monoNanos() - host.monoNanos());
    assertTrue(off <= host.sample.errorNanos(), "off by " + off);
  }

  /** The planted bug: the rate over the old counter is forgotten. */
  @Test
  void aRateThatIsForgottenIsCaught() {
    try (SimulatedHost host = new SimulatedHost(31, StepPolicy.FOLLOW, 3.7)) {
      host.setHostPpm(30);
      host.follow(60 * SECOND);
      SimulatedHost.Second to = host.second(300, HERTZ, -2);
      change(host, to);
      host.writer.append(next -> next.setRate(next.rawRate()));
      host.pass(20 * SECOND);
      long off = Math.abs(host.readAll().monoNanos() - host.monoNanos());
      assertTrue(off > 20 * 10_000, "the check above would not see it: " + off);
    }
  }

  /** A counter that has stopped is left, and time goes on where it was. */
  @Test
  void aStandingCounterIsLeft() {
    try (SimulatedHost host = new SimulatedHost(32, StepPolicy.FOLLOW, 1)) {
      host.follow(30 * SECOND);
      SimulatedHost.Second second = host.second(300, HERTZ, 0);
      change(host, second);
      host.follow(10 * SECOND);
      long before = host.readAll().monoNanos();
      // It goes back to its beginning, and stands there.
      second.stands = true;
      host.pass(SECOND);
      back(host);
      host.pass(3_000_000);
      long after = host.readAll().monoNanos();
      assertTrue(after >= before, "time went back");
      host.follow(10 * SECOND);
      host.pass(3_000_000);
      long off = Math.abs(host.readAll().realNanos() - host.hostReal());
      assertTrue(off < 2_000, "REALTIME is off by " + off);
    }
  }

  /** A stamp of either counter converts to what was read. */
  @Test
  void stampsOfBothCountersConvert() {
    try (SimulatedHost host = new SimulatedHost(33, StepPolicy.FOLLOW, 1)) {
      host.follow(30 * SECOND);
      long[] one = stampOf(host);
      change(host, host.second(300, HERTZ, 2));
      host.follow(5 * SECOND);
      long[] two = stampOf(host);
      back(host);
      host.follow(5 * SECOND);
      History history = new History(host.writer.page());
      Sample found = new Sample();
      assertEquals(History.Found.EXACT, history.convert(SimulatedHost.ID, one[0], found));
      assertEquals(one[1], found.monoNanos());
      assertEquals(History.Found.EXACT, history.convert(300, two[0], found));
      assertEquals(two[1], found.monoNanos());
    }
  }

  private static long[] stampOf(SimulatedHost host) {
    Sample sample = host.readAll();
    return new long[] {sample.cycles(), sample.monoNanos()};
  }
}
