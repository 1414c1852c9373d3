package org.timehands.clockevent;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.HostClocks;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.ThreadTuning;

/**
 * A short look at how precise a clock event device is here and now: some waits, each for the same
 * time ahead, and how late they ended. Good enough to tell devices apart, too short for tails.
 */
public final class DeviceProbe {
  /** More waits than this are refused. */
  public static final int MAX_WAITS = 100_000;

  /** The longest wait. */
  public static final long MAX_AHEAD_NANOS = 1_000_000_000;

  private DeviceProbe() {}

  /**
   * What a look has shown.
   *
   * @param medianNanos how late half of the waits were at most
   * @param p99Nanos how late 99 of 100 were at most
   * @param cpuNanos processor time of a wait, programming included; -1 if it is not known
   */
  public record Figures(long medianNanos, long p99Nanos, long cpuNanos) {}

  /**
   * Looks at a device from a thread of its own, with the least timer slack, as timers use it.
   *
   * @param device programmed by nobody else meanwhile; not closed
   * @param waits how many, in [1, 10^5]
   * @param aheadNanos how far ahead each waits, in [0, 10^9]
   * @throws InterruptedException if interrupted; the device is kicked, and the look ends
   */
  public static Figures measure(ClockEventDevice device, int waits, long aheadNanos)
      throws InterruptedException {
    Objects.requireNonNull(device, "device");
    FutureTask<Figures> task =
        new FutureTask<>(
            () -> {
              tune();
              return here(device, waits, aheadNanos);
            });
    Thread thread = Thread.ofPlatform().daemon().name("timehands-probe").start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      device.kick();
      throw interrupted;
    }
  }

  private static void tune() {
    if (NativeAccess.available()) {
      try {
        ThreadTuning.setTimerSlackNanos(1);
      } catch (ErrnoException refused) {
        System.getLogger(DeviceProbe.class.getName())
            .log(System.Logger.Level.DEBUG, "Probing with the usual slack", refused);
      }
    }
  }

  /** The look itself, on the calling thread. */
  static Figures here(ClockEventDevice device, int waits, long aheadNanos) {
    if (waits < 1 || waits > MAX_WAITS) {
      throw new IllegalArgumentException(
          waits + " waits must lie in [1, " + MAX_WAITS + "]: 100 tell devices apart");
    }
    if (aheadNanos < 0 || aheadNanos > MAX_AHEAD_NANOS) {
      throw new IllegalArgumentException(
          "waits of " + aheadNanos + " ns must lie in [0, " + MAX_AHEAD_NANOS + "]");
    }
    long[] late = new long[waits];
    int done = 0;
    long cpu = cpuNanos();
    while (done < waits && !Thread.currentThread().isInterrupted()) {
      long deadline = device.nowNanos() + aheadNanos;
      device.program(deadline);
      while (!device.await() && !Thread.currentThread().isInterrupted()) {
        // An early return is the device's right: it waits on for the same instant.
        device.program(deadline);
      }
      late[done++] = Math.max(0, device.nowNanos() - deadline);
    }
    cpu = cpu < 0 ? -1 : (cpuNanos() - cpu) / Math.max(1, done);
    device.cancel();
    Arrays.sort(late, 0, done);
    return new Figures(at(late, done, 50), at(late, done, 99), cpu);
  }

  /** The least of the sorted that so many of 100 do not exceed. */
  private static long at(long[] sorted, int count, int percent) {
    return count == 0 ? 0 : sorted[(int) Math.ceilDiv((long) count * percent, 100) - 1];
  }

  private static long cpuNanos() {
    return HostClocks.supported(HostClocks.CLOCK_THREAD_CPUTIME)
        ? HostClocks.nanos(HostClocks.CLOCK_THREAD_CPUTIME)
        : -1;
  }
}
