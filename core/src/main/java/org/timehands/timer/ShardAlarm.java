package org.timehands.timer;

import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.tick.TickMode;

/** What a shard's device is programmed to: when to look next. Guarded by the shard's lock. */
/*
 * Never late by our doing. What to wait for is told by our clocks, and waited for on the device's.
 * They are read one after the other, and anything may happen in between:
 *
 *   our clock: 100                                  device's clock: 5000
 *                     (descheduled for 300)
 *                                                   device's clock: 5300   -> due in 50: 5350
 *
 * is late by 300. So the device's clock is read first: then the wait is too short, which costs one
 * more look (TimersTest.theDevicesClockIsReadFirst).
 *
 * Lazy. The device is programmed anew only for an instant before its present one; a cancelled timer
 * leaves its wake-up behind. Whether that comes in time for another timer is decided on the
 * device's clock (WaitChunks.comesInTime): the two clocks' rates differ.
 */
final class ShardAlarm {
  /** How long to wait at least where our clocks stand still. */
  static final long STANDSTILL_NANOS = 1_000_000;

  /** Programming a device takes about as long: what is due within that is waited for awake. */
  static final long SHORT_NANOS = 2_000;

  private static final int MOST_LOOKS = 1_000;
  private static final long STANDS_AFTER_NANOS = 100_000;
  private static final long NEVER = ClockEventDevice.NEVER;

  private final TimerHeap[] queues;
  private final ClockView view;
  private final TimerClocks clocks;
  private final ClockEventDevice device;
  private final ShardCounts counts;
  private final boolean spins;
  private TickMode mode = TickMode.tickless();
  private long lastTick;
  private long lookedTick;
  private long programmedAt = NEVER;
  /** What that is for, on MONOTONIC. */
  private long wantedNanos;
  private long lastDeviceNanos = Long.MIN_VALUE;
  private long lastMonoNanos = -1;

  ShardAlarm(
      TimerHeap[] queues,
      ClockView view,
      TimerClocks clocks,
      ClockEventDevice device,
      ShardCounts counts) {
    this.queues = queues;
    this.view = view;
    this.clocks = clocks;
    this.device = device;
    this.counts = counts;
    spins = device.features().contains(ClockEventDevice.Feature.SPINS);
  }

  /** Switches the mode; ticks count from now on. */
  void setMode(TickMode newMode) {
    clocks.read(view);
    isTickDue();
    counts.leave(mode);
    mode = newMode;
    lastTick = mode.tickAt(view.nanos(ClockView.MONOTONIC));
    lookedTick = lastTick;
    program();
  }

  TickMode mode() {
    return mode;
  }

  /**
   * Reads the clocks; again and again if the device spins and the next timer is due in an instant.
   * A device that is precise wakes some ten nanoseconds early by our clock, because its own is
   * read first; to program it once more for those would take microseconds.
   */
  void look() {
    clocks.read(view);
    if (!spins || !mode.isHighResolution()) {
      return;
    }
    for (int looks = 0; looks < MOST_LOOKS; looks++) {
      long delta = nextDelta();
      if (delta <= 0 || delta > SHORT_NANOS) {
        return;
      }
      Thread.onSpinWait();
      clocks.read(view);
    }
  }

  /** Reads the clocks. */
  void read() {
    clocks.read(view);
  }

  /** Whether timers may run by the clocks as they were read last: with a beat, once in a tick. */
  boolean isTickDue() {
    if (mode.isHighResolution()) {
      return true;
    }
    long tick = mode.tickAt(view.nanos(ClockView.MONOTONIC));
    lookedTick = tick;
    if (tick <= lastTick) {
      return false;
    }
    counts.ticks += tick - lastTick;
    counts.missedTicks += tick - lastTick - 1;
    lastTick = tick;
    return true;
  }

  /** Whether nothing is due for longer than a tick. */
  boolean isIdle(long deltaNanos) {
    return mode.wakeIn(view.nanos(ClockView.MONOTONIC), deltaNanos) > mode.tickNanos();
  }

  /** Looks at the clocks and programs what is next, whatever was programmed. */
  void program() {
    long deviceNanos = device.nowNanos();
    clocks.read(view);
    wakeAfter(deviceNanos, wakeIn(nextDelta()));
  }

  /**
   * Whether the device was programmed for this instant of a clock, by the clocks as they were read
   * last: a wake-up may be some nanoseconds early.
   */
  boolean isProgrammedFor(int clock, long nanos) {
    return nanos - view.nanos(clock) == wantedNanos - view.nanos(ClockView.MONOTONIC);
  }

  /** Pauses: nothing else counts until then. */
  void pause(long deviceNanos, long pauseNanos) {
    programmedAt = deviceNanos + pauseNanos;
    counts.programs++;
    device.program(programmedAt);
  }

  /** Looks at the clocks, and programs what is next if it comes before what is programmed. */
  void programIfEarlier() {
    long deviceNanos = device.nowNanos();
    clocks.read(view);
    long delta = wakeIn(nextDelta());
    boolean inTime =
        programmedAt != NEVER && WaitChunks.comesInTime(programmedAt - deviceNanos, delta);
    if (!inTime) {
      wakeAfter(deviceNanos, delta);
    }
  }

  /**
   * How long until the next timer, by the clocks as they were read last; NEVER if there is none.
   */
  long nextDelta() {
    long delta = deltaOn(ClockView.MONOTONIC);
    long realtime = deltaOn(ClockView.REALTIME);
    long settable =
        Math.min(realtime, Math.min(deltaOn(ClockView.BOOTTIME), deltaOn(ClockView.TAI)));
    if (settable != NEVER) {
      delta = Math.min(delta, Math.min(settable, clocks.longestBlindWaitNanos()));
    }
    if (realtime != NEVER) {
      // A second that is left out brings what comes after it nearer: look again there.
      long jump = clocks.nextJumpMonotonicNanos(view) - view.nanos(ClockView.MONOTONIC);
      delta = jump > 0 ? Math.min(delta, jump) : delta;
    }
    return delta;
  }

  private long deltaOn(int clock) {
    ClockTimer first = queues[clock].first();
    if (first == null) {
      return NEVER;
    }
    long delta = Math.max(0, first.hardNanos() - view.nanos(clock));
    queues[clock].release(first);
    return delta;
  }

  private long wakeIn(long deltaNanos) {
    return mode.wakeIn(view.nanos(ClockView.MONOTONIC), deltaNanos);
  }

  /**
   * Programs what is next after a look, by the clocks as they were read since, the device's first.
   *
   * <p>Between the two a tick may have come. It has not been served, but it is over for who looks
   * for the next one, so that what is due would wait for yet another:
   *
   * <pre>
   * our clock: 3.999, looks (a device that is fast wakes early): no tick yet, nothing runs
   *            4.000, a tick
   *            4.001, programs: the next tick is 8
   * </pre>
   */
  void program(long deviceNanos, long deltaNanos) {
    boolean cameMeanwhile =
        !mode.isHighResolution()
            && deltaNanos <= 0
            && mode.tickAt(view.nanos(ClockView.MONOTONIC)) > lookedTick;
    wakeAfter(deviceNanos, cameMeanwhile ? 0 : wakeIn(deltaNanos));
  }

  private void wakeAfter(long deviceNanos, long wakeInNanos) {
    long mono = view.nanos(ClockView.MONOTONIC);
    long wait = mode.onTick(mono, WaitChunks.next(wakeInNanos));
    wantedNanos = mono + wakeInNanos;
    if (wait == NEVER) {
      programmedAt = NEVER;
    } else {
      long least = device.minDeltaNanos();
      if (mono == lastMonoNanos && deviceNanos - lastDeviceNanos > STANDS_AFTER_NANOS) {
        // The owner of a page that we may only read is gone: time stands, and we would spin.
        least = Math.max(least, STANDSTILL_NANOS);
      }
      programmedAt = deviceNanos + Math.clamp(wait, least, device.maxDeltaNanos());
    }
    if (mono != lastMonoNanos) {
      lastMonoNanos = mono;
      lastDeviceNanos = deviceNanos;
    }
    counts.programs++;
    device.program(programmedAt);
  }
}
