package org.timehands.host;

import java.util.Objects;
import org.timehands.timeline.Page;

/**
 * How a timeline follows the host's clock. Immutable.
 *
 * @param policy what to do when the host's wall clock is stepped
 * @param slots segments of history, a power of two
 * @param stepNanos by how much a reader extends the horizon (L): the delay of every change
 * @param gapNanos beyond which a reader asks what happened since the horizon (G)
 * @param heartbeatNanos how often the owner promises time ahead for readers who may not; 0 for
 *     never
 */
public record HostOptions(
    StepPolicy policy, int slots, long stepNanos, long gapNanos, long heartbeatNanos) {
  /** Shortest horizon step: 10 us. */
  public static final long STEP_MIN_NANOS = 10_000;

  /** Longest horizon step: 100 ms. */
  public static final long STEP_MAX_NANOS = 100_000_000;

  /** How many beats ahead a heartbeat promises: one may come a whole period late. */
  public static final int BEATS_AHEAD = 3;

  /** Checks the ranges. */
  public HostOptions {
    Objects.requireNonNull(policy, "policy");
    Page.checkSlots(slots);
    if (stepNanos < STEP_MIN_NANOS || stepNanos > STEP_MAX_NANOS) {
      throw new IllegalArgumentException(
          "horizon step of " + stepNanos + " ns must lie in [" + STEP_MIN_NANOS + ", "
              + STEP_MAX_NANOS + "]; 1000000 is the default");
    }
    if (gapNanos < 2 * stepNanos || gapNanos > 10_000_000_000L) {
      throw new IllegalArgumentException(
          "gap guard of " + gapNanos + " ns must lie between two steps and 10 s; 50000000 is the"
              + " default");
    }
    if (heartbeatNanos < 0 || heartbeatNanos > gapNanos / BEATS_AHEAD) {
      throw new IllegalArgumentException(
          "heartbeat of " + heartbeatNanos + " ns must lie in [0, " + gapNanos / BEATS_AHEAD
              + "], a third of the gap guard; 10000000 is right for most, 0 is none");
    }
  }

  /** What a library wants: follows steps, 4096 segments, 1 ms, 50 ms, no heartbeat. */
  public static HostOptions defaults() {
    return new HostOptions(
        StepPolicy.FOLLOW,
        Page.DEFAULT_SLOTS,
        1_000_000,
        50_000_000,
        0);
  }

  /** These options with another policy. */
  public HostOptions withPolicy(StepPolicy other) {
    return new HostOptions(other, slots, stepNanos, gapNanos, heartbeatNanos);
  }

  /** These options with another depth of history. */
  public HostOptions withSlots(int other) {
    return new HostOptions(policy, other, stepNanos, gapNanos, heartbeatNanos);
  }

  /** These options with another heartbeat. */
  public HostOptions withHeartbeatNanos(long other) {
    return new HostOptions(policy, slots, stepNanos, gapNanos, other);
  }
}
