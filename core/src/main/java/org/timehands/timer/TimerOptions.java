package org.timehands.timer;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.linux.Cpus;
import org.timehands.linux.ErrnoException;

/**
 * How timers are kept and woken. Immutable.
 *
 * @param shards how many queues with a device and a thread each, in [1, 1024]; only timers of one
 *     shard expire in order
 * @param devices makes the device of each shard
 * @param deferred runs the callbacks of soft timers; what it rejects runs on a virtual thread
 * @param slowCallbackNanos callbacks that take longer are reported; {@link Long#MAX_VALUE} for
 * never
 * @param reports is told what goes wrong
 * @param fifoPriority real-time priority of the threads in [1, 99], where permitted; 0 for none
 * @param timerSlackNanos how much later than asked the kernel may end the threads' waits, in [1,
 *     10^9]; a real-time thread has none, and timerfd is not subject to it
 * @param cpus the processors that the shards' threads are bound to, in turn, ascending; none if
 *     they are not
 */
public record TimerOptions(
    int shards,
    Supplier<ClockEventDevice> devices,
    Executor deferred,
    long slowCallbackNanos,
    TimerReports reports,
    int fifoPriority,
    long timerSlackNanos,
    List<Integer> cpus) {
  /** More shards than this are refused. */
  public static final int MAX_SHARDS = 1024;

  private static final long MAX_SLACK_NANOS = 1_000_000_000;
  private static final long SLOW_NANOS = 10_000_000;

  /** Checks the ranges. */
  public TimerOptions {
    Objects.requireNonNull(devices, "devices");
    Objects.requireNonNull(deferred, "deferred");
    Objects.requireNonNull(reports, "reports");
    // Whoever makes a timer looks for the shard of its processor by halves.
    cpus = cpus.stream().sorted().distinct().toList();
    if (!cpus.isEmpty() && cpus.getFirst() < 0) {
      throw new IllegalArgumentException(
          "processor " + cpus.getFirst() + " must not be negative; an empty list binds to none");
    }
    if (shards < 1 || shards > MAX_SHARDS) {
      throw new IllegalArgumentException(
          shards + " shards must lie in [1, " + MAX_SHARDS + "]: one is enough for most");
    }
    if (slowCallbackNanos < 1) {
      throw new IllegalArgumentException(
          "slow callbacks of " + slowCallbackNanos + " ns must be at least 1");
    }
    if (fifoPriority < 0 || fifoPriority > 99) {
      throw new IllegalArgumentException(
          "real-time priority " + fifoPriority + " must lie in [0, 99]; 0 is none");
    }
    if (timerSlackNanos < 1 || timerSlackNanos > MAX_SLACK_NANOS) {
      throw new IllegalArgumentException(
          "timer slack of " + timerSlackNanos + " ns must lie in [1, " + MAX_SLACK_NANOS + "]");
    }
  }

  /**
   * One shard, the default device ({@link ClockEventDevices#best}), soft callbacks on virtual
   * threads, 10 ms is slow, log what goes wrong, no real-time priority, the least timer slack.
   */
  public static TimerOptions defaults() {
    return new TimerOptions(
        1,
        ClockEventDevices::best,
        Thread::startVirtualThread,
        SLOW_NANOS,
        TimerReports.LOGGING,
        0,
        1,
        List.of());
  }

  /** These options with another number of shards, bound to no processors. */
  public TimerOptions withShards(int newShards) {
    return new TimerOptions(
        newShards, devices, deferred, slowCallbackNanos, reports, fifoPriority,
        timerSlackNanos, List.of());
  }

  /** These options with other devices. */
  public TimerOptions withDevices(Supplier<ClockEventDevice> newDevices) {
    return new TimerOptions(
        shards, newDevices, deferred, slowCallbackNanos, reports, fifoPriority,
        timerSlackNanos, cpus);
  }

  /** These options with another executor for soft timers. */
  public TimerOptions withDeferred(Executor newDeferred) {
    return new TimerOptions(
        shards, devices, newDeferred, slowCallbackNanos, reports, fifoPriority,
        timerSlackNanos, cpus);
  }

  /** These options with another limit for callbacks. */
  public TimerOptions withSlowCallbackNanos(long newSlowCallbackNanos) {
    return new TimerOptions(
        shards, devices, deferred, newSlowCallbackNanos, reports, fifoPriority,
        timerSlackNanos, cpus);
  }

  /** These options with other reports. */
  public TimerOptions withReports(TimerReports newReports) {
    return new TimerOptions(
        shards, devices, deferred, slowCallbackNanos, newReports, fifoPriority,
        timerSlackNanos, cpus);
  }

  /** These options with a real-time priority. */
  public TimerOptions withFifoPriority(int newFifoPriority) {
    return new TimerOptions(
        shards, devices, deferred, slowCallbackNanos, reports, newFifoPriority,
        timerSlackNanos, cpus);
  }

  /** These options with another timer slack. */
  public TimerOptions withTimerSlackNanos(long newTimerSlackNanos) {
    return new TimerOptions(
        shards, devices, deferred, slowCallbackNanos, reports, fifoPriority,
        newTimerSlackNanos, cpus);
  }

  /**
   * These options with a shard for each processor that this process may run on, its thread bound
   * there; and a timer that is made without a choice of shard belongs to the one of the processor
   * that its maker is on, as the kernel's do. For many timers of many threads: only timers of one
   * shard expire in order.
   *
   * @throws IllegalStateException if the system does not tell the processors
   * @throws UnsupportedOperationException where native access is denied
   */
  public TimerOptions withShardPerCpu() {
    try {
      List<Integer> all = Arrays.stream(Cpus.affinity()).limit(MAX_SHARDS).boxed().toList();
      return new TimerOptions(
          all.size(), devices, deferred, slowCallbackNanos, reports, fifoPriority,
          timerSlackNanos, all);
    } catch (ErrnoException refused) {
      throw new IllegalStateException("the processors are not told: " + refused.getMessage());
    }
  }
}
