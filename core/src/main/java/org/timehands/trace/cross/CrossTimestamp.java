package org.timehands.trace.cross;

import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timeline.History;
import org.timehands.timeline.TimeStatus;

/**
 * A device's time and all of our clocks at the same moment, with the bound of each pair.
 *
 * <p>A reusable holder, filled by {@link CrossTimestamps}. Not thread-safe.
 */
public final class CrossTimestamp {
  private final Capture capture = new Capture();
  private final Snapshot first = new Snapshot();
  private final Snapshot last = new Snapshot();
  private History.Found found = History.Found.TOO_OLD;

  /** An empty one: TOO_OLD. */
  public CrossTimestamp() {}

  Capture mutableCapture() {
    return capture;
  }

  Snapshot first() {
    return first;
  }

  Snapshot last() {
    return last;
  }

  void found(History.Found now) {
    found = now;
  }

  /**
   * How our times were found: the worse of both ends. EXACT times are what every clock told, or
   * would have told, then, and stay so; TOO_OLD and WRONG_CLOCKSOURCE ones are none.
   */
  public History.Found found() {
    return found;
  }

  /** Whether there are times of ours: all but TOO_OLD and WRONG_CLOCKSOURCE have. */
  public boolean hasTimes() {
    return found != History.Found.TOO_OLD && found != History.Found.WRONG_CLOCKSOURCE;
  }

  /** What was captured, in cycles. */
  public Capture capture() {
    return capture;
  }

  /** The device's time in nanoseconds, on its own scale. */
  public long deviceNanos() {
    return capture.deviceNanos();
  }

  /**
   * Our clock at that moment: the middle of what is possible.
   *
   * @param clock which
   * @return nanoseconds
   */
  public long nanos(ClockId clock) {
    long from = first.nanos(clock);
    return from + ((last.nanos(clock) - from) >> 1);
  }

  /**
   * How far {@link #nanos} may be off what the clock told at that moment, for not knowing the
   * moment any better; 0 if one cycle was captured.
   *
   * @param clock which
   * @return nanoseconds; {@link Long#MAX_VALUE} if the clock was set between the two cycles
   */
  public long halfNanos(ClockId clock) {
    boolean set = first.clockWasSetSeq() != last.clockWasSetSeq();
    boolean steps = clock != ClockId.MONOTONIC && clock != ClockId.MONOTONIC_RAW;
    if (set && steps) {
      return Long.MAX_VALUE;
    }
    long width = last.nanos(clock) - first.nanos(clock);
    return width < 0 ? Long.MAX_VALUE : (width + 1) >> 1;
  }

  /**
   * How far the pair may be off: our clock's own bound, the width of the capture and the device's
   * own error.
   *
   * @param clock which
   * @return nanoseconds; {@link Long#MAX_VALUE} when nobody vouches for any bound
   */
  public long boundNanos(ClockId clock) {
    long ours = Math.max(first.boundNanos(clock), last.boundNanos(clock));
    return sum(sum(ours, halfNanos(clock)), capture.deviceErrorNanos());
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The device's time minus our clock's. */
  public long offsetNanos(ClockId clock) {
    return capture.deviceNanos() - nanos(clock);
  }

  /** How far our times could be trusted then: the worse of both ends. */
  public TimeStatus status() {
    return first.status().worse(last.status());
  }

  @Override
  public String toString() {
    return "device " + deviceNanos() + " ns, "
        + (hasTimes()
            ? "REALTIME " + nanos(ClockId.REALTIME) + " ns ±" + halfNanos(ClockId.REALTIME)
                + " ns, " + found
            : found.toString());
  }
}
