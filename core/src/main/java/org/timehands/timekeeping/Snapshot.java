package org.timehands.timekeeping;

import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;

/**
 * All clocks, their bounds, their status and the counter, from one read of one counter.
 *
 * <p>What {@code ktime_get_snapshot} pairs in the kernel, with the bound beside it: any two values
 * of one snapshot belong to the same cycle. A reusable holder; filling it allocates nothing. Not
 * thread-safe.
 */
public final class Snapshot {
  private final Sample sample = new Sample();

  /** An empty snapshot: status STALE. */
  public Snapshot() {}

  Sample sample() {
    return sample;
  }

  /** A clock's time in nanoseconds. */
  public long nanos(ClockId clock) {
    return Timekeeper.nanosOf(sample, clock);
  }

  /** A clock's bound in nanoseconds; {@link Long#MAX_VALUE} when nobody vouches for any. */
  public long boundNanos(ClockId clock) {
    return Timekeeper.boundOf(sample, clock);
  }

  /** REALTIME in nanoseconds since 1970. */
  public long realtimeNanos() {
    return sample.realNanos();
  }

  /** MONOTONIC in nanoseconds. */
  public long monotonicNanos() {
    return sample.monoNanos();
  }

  /** MONOTONIC_RAW in nanoseconds. */
  public long rawNanos() {
    return sample.rawNanos();
  }

  /** BOOTTIME in nanoseconds. */
  public long boottimeNanos() {
    return sample.bootNanos();
  }

  /** TAI in nanoseconds since 1970-01-01T00:00:00 TAI. */
  public long taiNanos() {
    return sample.taiNanos();
  }

  /** The cycle that was read. */
  public long cycles() {
    return sample.cycles();
  }

  /** The counter's domain. */
  public long clocksourceId() {
    return sample.clocksourceId();
  }

  /** The cycle and its domain. */
  public Stamp stamp() {
    return new Stamp(sample.clocksourceId(), sample.cycles());
  }

  /** How far this can be trusted. */
  public TimeStatus status() {
    return sample.status();
  }

  /** Why the status is what it is. */
  public StatusReason reason() {
    return sample.reason();
  }

  /**
   * How far the answered cycle lies from the counter's present one, in nanoseconds: 0 if it is the
   * present one; {@link Long#MAX_VALUE} if nobody knows. It is in the bounds.
   */
  public long lateNanos() {
    return sample.lateNanos();
  }

  /** Whether this is the last promised time instead of the present one. */
  public boolean isHeld() {
    return sample.isHeld();
  }

  /** How often the wall clock has been set since the timeline began. */
  public long clockWasSetSeq() {
    return sample.clockWasSetSeq();
  }

  /** How often the timeline has changed its clocksource. */
  public long clocksourceChangedSeq() {
    return sample.clocksourceChangedSeq();
  }
}
