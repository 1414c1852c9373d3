package org.timehands.clockevent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Set;
import org.timehands.linux.HostClocks;
import org.timehands.linux.WakeTimer;

/**
 * The device for most machines: a timerfd and an eventfd in one epoll set. Programming an earlier
 * instant costs one short system call and wakes nobody, and no timer slack delays it.
 */
public final class TimerFdDevice implements ClockEventDevice {
  private final WakeTimer timer;

  private TimerFdDevice(WakeTimer timer) {
    this.timer = timer;
  }

  /**
   * A device that is not programmed.
   *
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static TimerFdDevice create() throws IOException {
    return new TimerFdDevice(WakeTimer.create());
  }

  @Override
  public String name() {
    return "timerfd";
  }

  @Override
  public Set<Feature> features() {
    return EnumSet.of(Feature.REPROGRAMS_SILENTLY, Feature.SLACK_FREE);
  }

  @Override
  public long nowNanos() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  @Override
  public void program(long deadlineNanos) {
    timer.set(deadlineNanos);
  }

  @Override
  public boolean await() {
    try {
      return timer.await();
    } catch (ClosedChannelException closed) {
      return false;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public void kick() {
    timer.wake();
  }

  @Override
  public void close() {
    try {
      timer.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
