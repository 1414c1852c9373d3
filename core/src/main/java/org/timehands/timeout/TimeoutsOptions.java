package org.timehands.timeout;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ParkDevice;
import org.timehands.timekeeping.ClockId;

/**
 * How a {@link Timeouts} is built.
 *
 * @param tickNanos length of a tick in nanoseconds, 1 000 to 10^10; 1 000 000 by default
 * @param shards how many wheels, each with its owner, 1 to 64; by default one for each four
 *     processors
 * @param budget how many callbacks run before the owner looks at its clock and mail again, 1 to
 *     10^6; 256 by default; or fewer, when a tick has passed, or 0.1 ms if that is longer
 * @param slowNanos callbacks that take as long, or longer, are told to the listener; 5 ms by
 *     default; by the host's time, but for those by hand by their own clock
 * @param executor runs the callbacks; null for the wheel's own thread
 * @param listener hears of slow and failed callbacks; logs them by default
 * @param lateArms what becomes of arming after the shutdown
 * @param devices makes what each owner sleeps on; parking by default, since a tick is coarse
 * @param clock what delays count: {@code MONOTONIC}, which stands still while the machine is
 *     suspended, by default; or {@code BOOTTIME}, which goes on, so that what became due in a sleep
 *     runs within a second after it: an owner with anything armed then looks once a second
 */
public record TimeoutsOptions(
    long tickNanos,
    int shards,
    int budget,
    long slowNanos,
    Executor executor,
    TimeoutListener listener,
    LateArms lateArms,
    Supplier<ClockEventDevice> devices,
    ClockId clock) {
  private static final long LEAST_TICK_NANOS = 1_000;
  private static final long LONGEST_TICK_NANOS = 10_000_000_000L;
  private static final long MILLI = 1_000_000;
  private static final int MOST_SHARDS = 64;
  private static final int MOST_BUDGET = 1_000_000;
  private static final int PROCESSORS_PER_SHARD = 4;

  /** Ticks of a millisecond, callbacks on the wheel's own thread. */
  public static final TimeoutsOptions DEFAULT =
      new TimeoutsOptions(
          MILLI,
          Math.clamp(
              Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_SHARD, 1, MOST_SHARDS),
          256,
          5 * MILLI,
          null,
          new TimeoutListener() {},
          LateArms.REFUSE,
          ParkDevice::new,
          ClockId.MONOTONIC);

  /** Checks the ranges. */
  public TimeoutsOptions {
    require("tickNanos", tickNanos, LEAST_TICK_NANOS, LONGEST_TICK_NANOS,
        "what has to be finer is a timer");
    require("shards", shards, 1, MOST_SHARDS, "one for each four processors will do");
    require("budget", budget, 1, MOST_BUDGET, "a round ends after a tick anyhow");
    require("slowNanos", slowNanos, 1, Long.MAX_VALUE, "take the greatest to hear of none");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(lateArms, "lateArms");
    Objects.requireNonNull(devices, "devices");
    if (Objects.requireNonNull(clock, "clock") != ClockId.MONOTONIC && clock != ClockId.BOOTTIME) {
      throw new IllegalArgumentException(
          "clock " + clock + ": must be MONOTONIC or BOOTTIME, which nobody sets;"
              + " what has to follow a clock that is set is a timer");
    }
  }

  private static void require(String name, long value, long least, long most, String remedy) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + ": must be " + least + " to " + most + "; " + remedy);
    }
  }

  /** These, with another tick. */
  public TimeoutsOptions withTickNanos(long nanos) {
    return new TimeoutsOptions(
        nanos, shards, budget, slowNanos, executor, listener, lateArms, devices,
        clock);
  }

  /** These, with another number of shards. */
  public TimeoutsOptions withShards(int count) {
    return new TimeoutsOptions(
        tickNanos, count, budget, slowNanos, executor, listener, lateArms, devices,
        clock);
  }

  /** These, with another budget. */
  public TimeoutsOptions withBudget(int callbacks) {
    return new TimeoutsOptions(
        tickNanos, shards, callbacks, slowNanos, executor, listener, lateArms, devices,
        clock);
  }

  /** These, with another limit of what is slow. */
  public TimeoutsOptions withSlowNanos(long nanos) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, nanos, executor, listener, lateArms, devices,
        clock);
  }

  /** These, with callbacks on an executor. */
  public TimeoutsOptions on(Executor other) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, slowNanos, other, listener, lateArms, devices,
        clock);
  }

  /** These, with each callback on a virtual thread of its own. */
  public TimeoutsOptions onVirtualThreads() {
    return on(task -> Thread.ofVirtual().name("timehands-timeout").start(task));
  }

  /** These, with another listener. */
  public TimeoutsOptions withListener(TimeoutListener other) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, slowNanos, executor, other, lateArms, devices,
        clock);
  }

  /** These, with another policy for arming after the shutdown. */
  public TimeoutsOptions withLateArms(LateArms policy) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, slowNanos, executor, listener, policy, devices,
        clock);
  }

  /** These, with owners that sleep on other devices. */
  public TimeoutsOptions withDevices(Supplier<ClockEventDevice> others) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, slowNanos, executor, listener, lateArms, others,
        clock);
  }

  /** These, counting another clock: MONOTONIC or BOOTTIME. */
  public TimeoutsOptions withClock(ClockId other) {
    return new TimeoutsOptions(
        tickNanos, shards, budget, slowNanos, executor, listener, lateArms, devices,
        other);
  }
}
