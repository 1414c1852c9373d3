package org.timehands.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.Timers;

/** The machine below a virtual world: true time, a counter, a device for each CPU. */
/*
 * field     | read   | write  | guard
 * trueNanos | atomic | atomic | none: the driver moves it, and who waits for a set
 * others    | driver | driver | one thread drives
 */
final class VirtualMachineRoom implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLION = 1_000_000;
  private static final long NEVER = ClockEventDevice.NEVER;
  private static final int SLOTS = 64;
  private static final int MAX_PPM = 200;
  private static final long SELDOM_NANOS = 60 * SECOND;

  /** Who looks at a narrow counter looks so often while it goes round once. */
  private static final int LOOKS_A_ROUND = 8;

  private final AtomicLong trueNanos = new AtomicLong(SECOND);
  private final List<Wired> devices = new ArrayList<>();
  private final Timekeeping keeping;
  private final Adversary adversary;
  private final long ppm;
  private final long roundNanos;
  private final long untouched;
  private long lookedAt;
  private long fingerprint;

  /** A device, and when its next event comes. */
  private static final class Wired {
    final SimulatedDevice device;
    long programs = -1;
    long comesAt = NEVER;

    Wired(SimulatedDevice device) {
      this.device = device;
    }
  }

  VirtualMachineRoom(VirtualSettings settings, SplittableRandom random, Adversary adversary) {
    this.adversary = adversary;
    ppm = settings.isAdverse() ? random.nextInt(-MAX_PPM, MAX_PPM + 1) : 0;
    SimulatedClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(settings.counterHz())
                .counting(settings.counterBits(), 0),
            trueNanos::get);
    long cycleNanos = 1 + SECOND / settings.counterHz();
    roundNanos =
        settings.counterBits() >= 60
            ? NEVER
            : (long) ((double) (1L << settings.counterBits()) / settings.counterHz() * SECOND);
    long start = Math.multiplyExact(settings.start().getEpochSecond(), SECOND)
        + settings.start().getNano();
    keeping =
        Timekeeping.begin(
            counter,
            Slope.ofFrequency(settings.counterHz()),
            TimekeepingOptions.defaults()
                .withSlots(SLOTS)
                .startingAt(start, 0)
                .withHorizon(1, Long.MAX_VALUE / 16)
                .waitingBy(() -> trueNanos.addAndGet(cycleNanos)));
    lookedAt = trueNanos.get();
    untouched = keeping.clocks().history().newest();
  }

  Timekeeping keeping() {
    return keeping;
  }

  Timekeeper clocks() {
    return keeping.clocks();
  }

  ClockEventDevice newDevice() {
    SimulatedDevice device = new SimulatedDevice(() -> hostOf(trueNanos.get()));
    devices.add(new Wired(device));
    return device;
  }

  /** The device's clock at a true time: the host's, at a rate of its own. */
  private long hostOf(long nanos) {
    return nanos + nanos / MILLION * ppm + nanos % MILLION * ppm / MILLION;
  }

  /** How long the host's clock takes for a while of its own, in true time, rounded up. */
  private long trueOf(long hostNanos) {
    double exact = hostNanos / (1 + ppm / 1e6);
    return ppm == 0 ? hostNanos : (long) Math.ceil(exact) + 1;
  }

  long now() {
    return trueNanos.get();
  }

  /**
   * When the timekeeping has to be told of time next: each second once somebody has steered it,
   * seldom before, and before a narrow counter goes round.
   */
  long nextSecond() {
    boolean steered = clocks().history().newest() != untouched;
    return lookedAt + Math.min(steered ? SECOND : SELDOM_NANOS, roundNanos / LOOKS_A_ROUND);
  }

  /** When the next event of a device comes, in true time. */
  long nextEvent() {
    long next = NEVER;
    for (Wired each : devices) {
      if (each.device.programs() != each.programs) {
        each.programs = each.device.programs();
        long deadline = each.device.deadlineNanos();
        long now = trueNanos.get();
        each.comesAt =
            deadline == NEVER
                ? NEVER
                : after(now, adversary.deliveryNanos(trueOf(Math.max(0, deadline - hostOf(now)))));
      }
      next = Math.min(next, each.comesAt);
    }
    return next;
  }

  private static long after(long now, long inNanos) {
    return inNanos == Adversary.NEVER ? NEVER : now + inNanos;
  }

  /** The true time at which MONOTONIC comes to an instant, about; never past by much. */
  long inMonotonic(long monotonicNanos) {
    return now() + Math.max(1, monotonicNanos - clocks().monotonicNanos());
  }

  void moveTo(long nanos) {
    trueNanos.accumulateAndGet(nanos, Math::max);
  }

  /** Moves to an event, or to a second before it, and has what is due run. */
  void deliver(long next, Timers timers) {
    if (nextSecond() <= next) {
      moveTo(nextSecond());
      lookedAt = trueNanos.get();
      keeping.advance();
      return;
    }
    moveTo(next);
    for (int i = 0; i < devices.size(); i++) {
      Wired each = devices.get(i);
      if (each.comesAt <= trueNanos.get()) {
        each.comesAt = NEVER;
        each.programs = -1;
        int ran = timers.expire(i);
        fingerprint = (fingerprint * 31 + trueNanos.get()) * 31 + (ran << 8) + i;
      }
    }
  }

  long fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    keeping.close();
  }
}
