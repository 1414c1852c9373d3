package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Segment;

/**
 * Notes in each segment how far this timeline is from the host's clocks, which is what the gap
 * guard compares after a sleep. Guarded by its owner's lock.
 */
final class HostWatch {
  /** More than this is news for the gap guard, and not to be covered up. */
  private static final long DRIFT_NANOS = 1_000_000;

  private final HostTimes host;
  private boolean begun;
  private long cycles;
  private long mono;
  private long raw;
  private long boot;

  HostWatch(HostTimes host) {
    this.host = host;
  }

  /** Looks at the host's clocks and at the counter in between. */
  void look(ClockSource counter) {
    long before = counter.read();
    mono = host.monoNanos();
    raw = host.rawNanos();
    boot = host.bootNanos();
    cycles = before + ((counter.read() - before) >> 1);
  }

  /**
   * Notes what was seen.
   *
   * @param next the segment to be published
   * @param newest the one that it continues, on the counter that was looked at
   */
  void note(Segment next, Segment newest) {
    long since = cycles - newest.startCycles;
    if (since < 0 || newest.isGap()) {
      return;
    }
    long monoOffset = mono - newest.monoAt(since);
    long rawOffset = raw - newest.rawAt(since);
    boolean near = Math.abs(rawOffset - next.hostRawOffsetNanos) < DRIFT_NANOS;
    if (near || !begun) {
      next.hostMonoOffsetNanos = monoOffset;
      next.hostRawOffsetNanos = rawOffset;
    }
    if (!begun) {
      next.hostBootOffsetNanos = boot - mono;
    }
  }

  /** What was noted is published. */
  void noted() {
    begun = true;
  }
}
