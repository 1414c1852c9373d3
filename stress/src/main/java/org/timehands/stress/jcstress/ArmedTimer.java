package org.timehands.stress.jcstress;

import org.timehands.clockevent.SimulatedDevice;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.ClockView;
import org.timehands.timer.TimerCallback;
import org.timehands.timer.TimerClocks;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** One timer at virtual time, armed and due soon, which needs no lock any more. */
public final class ArmedTimer implements TimerClocks, TimerCallback {
  /*
   * field | read     | write                   | guard
   * now   | volatile | before and after actors | none
   * ran   | plain    | who expires             | read by the arbiter, after all actors
   * told  | plain    | who closes              | read by the arbiter, after all actors
   */
  /** When it is due. */
  public static final long DUE = 1000;

  /** When it is due if it was {@linkplain #putOff put off} and armed for sooner. */
  public static final long SOONER = 2 * DUE;

  /** The timers. */
  public final Timers timers =
      Timers.byHand(
          this,
          TimerOptions.defaults().withDevices(() -> new SimulatedDevice(this::monotonicNanos)));

  /** The one that is armed. */
  public final ClockTimer timer = timers.timer(0, this, false);

  private volatile long now;
  private int ran;
  private int told;

  /** Armed by the lock. */
  public ArmedTimer() {
    timer.arm(ClockId.MONOTONIC, DUE);
  }

  /** Puts it off behind another one, and lets time pass until it would have been due. */
  public void putOff() {
    timers.timer(0, (other, nowNanos) -> Next.DONE, false).arm(ClockId.MONOTONIC, 2 * SOONER);
    arm(4 * SOONER);
    pass(DUE);
  }

  /** Arms it; whether it was armed. */
  public boolean arm(long nanos) {
    return timer.arm(ClockId.MONOTONIC, nanos);
  }

  /** Cancels it; whether it was armed, and does not run. */
  public boolean cancel() {
    return timer.tryCancel() == ClockTimer.Cancel.CANCELLED;
  }

  /** From now on it is so late. */
  public void pass(long nanos) {
    now = nanos;
  }

  /** Lets time pass until then, and runs all that is due; how often it ran. */
  public int ranUntil(long nanos) {
    pass(nanos);
    timers.expire();
    return ran;
  }

  /** How often it was told that the timers are closed. */
  public int told() {
    return told;
  }

  @Override
  public Next expired(ClockTimer expiring, long nowNanos) {
    ran++;
    return Next.DONE;
  }

  @Override
  public void closed(ClockTimer dropped) {
    told++;
  }

  @Override
  public void read(ClockView into) {
    into.set(now, now, now, now);
  }

  @Override
  public long monotonicNanos() {
    return now;
  }
}
