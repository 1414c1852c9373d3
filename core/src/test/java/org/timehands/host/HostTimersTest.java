package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/**
 * Timers on a timeline that follows a host, which is stepped and sleeps (A26): nobody tells them,
 * they look once a second.
 */
class HostTimersTest {
  private static final long SECOND = SimulatedHost.SECOND;
  private static final long HOUR = 3600 * SECOND;

  private final List<String> ran = new ArrayList<>();

  private static void advance(
      SimulatedHost host, SimulatedDevice device, Timers timers, long nanos) {
    long target = host.monoNanos() + nanos;
    while (host.monoNanos() < target) {
      long next = Math.min(target, Math.min(device.deadlineNanos(), host.monoNanos() + SECOND / 4));
      host.pass(Math.max(1, next - host.monoNanos()));
      host.follower.step(false);
      if (device.isDue()) {
        timers.expire();
      }
    }
  }

  private void arm(Timers timers, ClockId clock, long inNanos) {
    ClockTimer timer =
        timers.timer(
            (expiring, now) -> {
              assertTrue(now >= expiring.expiryNanos(), "early");
              ran.add(clock.name());
              return Next.DONE;
            });
    timer.arm(clock, timers.nanos(clock) + inNanos);
  }

  @Test
  void aStepOfTheHostIsSeenWithinASecond() {
    try (SimulatedHost host = new SimulatedHost(11, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      SimulatedDevice device = new SimulatedDevice(host::monoNanos);
      try (Timers timers = timers(host, device)) {
        arm(timers, ClockId.REALTIME, HOUR);
        arm(timers, ClockId.TAI, HOUR);
        arm(timers, ClockId.MONOTONIC, HOUR);
        advance(host, device, timers, 5 * SECOND);
        assertEquals(List.of(), ran);
        host.stepReal(HOUR);
        host.follower.step(true);
        advance(host, device, timers, SECOND + SECOND / 2);
        assertEquals(List.of("REALTIME", "TAI"), ran);
        // And back: an absolute timer waits longer then.
        arm(timers, ClockId.REALTIME, 2 * SECOND);
        host.stepReal(-HOUR);
        host.follower.step(true);
        advance(host, device, timers, 10 * SECOND);
        assertEquals(2, ran.size());
      }
    }
  }

  @Test
  void theSleepOfTheMachineIsSeenWithinASecond() {
    try (SimulatedHost host = new SimulatedHost(12, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      SimulatedDevice device = new SimulatedDevice(host::monoNanos);
      try (Timers timers = timers(host, device)) {
        arm(timers, ClockId.BOOTTIME, HOUR);
        arm(timers, ClockId.REALTIME, HOUR);
        arm(timers, ClockId.MONOTONIC, HOUR);
        advance(host, device, timers, SECOND);
        host.sleep(HOUR);
        advance(host, device, timers, SECOND + SECOND / 2);
        assertEquals(2, ran.size(), ran.toString());
        assertTrue(ran.containsAll(List.of("BOOTTIME", "REALTIME")), ran.toString());
      }
    }
  }

  /** An idle hour with a timer on MONOTONIC wakes nobody in between but for the chunks. */
  @Test
  void aMonotonicTimerIsNotLookedAfterEverySecond() {
    try (SimulatedHost host = new SimulatedHost(13, StepPolicy.FOLLOW, 0.5)) {
      host.follow(30 * SECOND);
      SimulatedDevice device = new SimulatedDevice(host::monoNanos);
      try (Timers timers = timers(host, device)) {
        arm(timers, ClockId.MONOTONIC, HOUR);
        advance(host, device, timers, HOUR + SECOND);
        assertEquals(List.of("MONOTONIC"), ran);
        assertTrue(timers.statistics().wakeups() < 100, timers.statistics().toString());
      }
    }
  }

  private static Timers timers(SimulatedHost host, SimulatedDevice device) {
    return Timers.byHand(
        new Timekeeper(host.timeline), TimerOptions.defaults().withDevices(() -> device));
  }
}
