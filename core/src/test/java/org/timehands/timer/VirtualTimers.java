package org.timehands.timer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.timekeeping.ClockId;

/** Timers stepped by hand at virtual time: a host clock, ours at another rate, settable offsets. */
class VirtualTimers implements TimerClocks, TimerReports {
  static final long MONO_START = 1_000_000_000_000L;
  static final long REAL_START = 1_800_000_000_000_000_000L;

  final SimulatedDevice device = new SimulatedDevice(this::host);
  final Timers timers;
  final List<String> reports = new ArrayList<>();
  long hostNanos = 500_000_000_000L;
  long monoNanos = MONO_START;
  long realOffset = REAL_START - MONO_START;
  long bootOffset;
  long taiOffset = realOffset + 37_000_000_000L;
  long ratePpm;
  long jumpAtMono = NO_JUMP;
  /** Passes once, right after the next look at either clock. */
  long gapNanos;
  /** Passes at each look at our clocks. */
  long lookNanos;
  /** How often they were looked at. */
  long looks;

  VirtualTimers() {
    this(options -> options);
  }

  VirtualTimers(UnaryOperator<TimerOptions> with) {
    timers =
        Timers.byHand(
            this,
            with.apply(
                TimerOptions.defaults().withDevices(() -> device).withReports(this)));
  }

  private synchronized long host() {
    long seen = hostNanos;
    gap();
    return seen;
  }

  private void gap() {
    long gap = gapNanos;
    gapNanos = 0;
    pass(gap);
  }

  /** Lets time pass on all clocks; nobody is woken. */
  synchronized void pass(long nanos) {
    hostNanos += nanos;
    monoNanos += nanos + nanos / 1_000_000 * ratePpm + nanos % 1_000_000 * ratePpm / 1_000_000;
  }

  /** Lets time pass and delivers the device's events when they are due. */
  void advance(long nanos) {
    long target = hostNanos + nanos;
    while (device.deadlineNanos() <= target) {
      pass(Math.max(0, device.deadlineNanos() - hostNanos));
      timers.expire();
    }
    pass(Math.max(0, target - hostNanos));
  }

  synchronized long nanos(ClockId clock) {
    return switch (clock) {
      case REALTIME -> monoNanos + realOffset;
      case BOOTTIME -> monoNanos + bootOffset;
      case TAI -> monoNanos + taiOffset;
      default -> monoNanos;
    };
  }

  /** Sets REALTIME and tells the timers, as a listener of a timekeeping does. */
  void step(long nanos) {
    synchronized (this) {
      realOffset += nanos;
      taiOffset += nanos;
    }
    timers.clockWasSet();
  }

  @Override
  public synchronized void read(ClockView into) {
    into.set(
        monoNanos, nanos(ClockId.REALTIME), nanos(ClockId.BOOTTIME), nanos(ClockId.TAI));
    gap();
    pass(lookNanos);
    looks++;
  }

  @Override
  public synchronized long monotonicNanos() {
    return monoNanos;
  }

  @Override
  public long nextJumpMonotonicNanos(ClockView view) {
    return jumpAtMono;
  }

  @Override
  public synchronized void failed(ClockTimer timer, Throwable thrown) {
    reports.add("failed: " + thrown.getMessage());
  }

  @Override
  public synchronized void slow(ClockTimer timer, long tookNanos) {
    reports.add("slow: " + tookNanos);
  }

  @Override
  public synchronized void hang(long spentNanos, long pauseNanos) {
    reports.add("hang: " + spentNanos + " " + pauseNanos);
  }
}
