package org.timehands.page;

import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.linux.HostClocks;
import org.timehands.timeline.Segment;

/**
 * The calibration self-test of a reader (A28): whether the counter runs here as the page says.
 *
 * <p>Over 200 us or more the page's unsteered line must gain what the host's clock gains, within
 * one part in a thousand and what the two brackets and the counter's own steps leave open; the span
 * grows, up to 20 ms or sixteen ticks of a counter that ticks, until these are small beside it, as
 * they are not in a JVM that has just begun. A page from another machine, or a counter that is
 * scaled for this one, fails by far more.
 */
final class SelfTest {
  private static final long SPAN_MIN_NANOS = 200_000;
  private static final long SPAN_MAX_NANOS = 20_000_000;
  private static final long TOLERANCE_DIVISOR = 1000;

  /** What is open is small if it is so many times smaller than the span. */
  private static final long OPEN_DIVISOR = 200;

  /** For a step that was seen but once, when this thread lost its processor in it. */
  private static final long LIMIT_DIVISOR = 8;

  /** The longest tick that is waited for: of 100 a second. */
  private static final long TICK_MAX_NANOS = 10_000_000;

  private static final int TRIES = 16;
  private static final int KIND_MASK = 0xFFFF;

  private final ClockSource counter;
  private final int hostClock;
  private final int shift;
  private long stepCycles = Long.MAX_VALUE;

  private SelfTest(ClockSource counter) {
    this.counter = counter;
    this.shift = 64 - counter.widthBits();
    this.hostClock =
        (counter.id() & KIND_MASK) == ClockSource.NANO_TIME
                || (counter.id() & KIND_MASK) == ClockSource.TICK
            ? HostClocks.CLOCK_MONOTONIC
            : HostClocks.CLOCK_MONOTONIC_RAW;
  }

  /** A host clock between two reads of the counter. */
  private record Bracket(long before, long hostNanos, long after) {}

  /** Refuses a counter that does not run as the segment says. */
  static void check(Segment newest, ClockSource counter) throws PageRefusedException {
    new SelfTest(counter).check(newest);
  }

  private void check(Segment newest) throws PageRefusedException {
    Bracket first = narrowest();
    Bracket last;
    long tick = Math.min(newest.cycleNanos(), TICK_MAX_NANOS);
    long longest = Math.max(SPAN_MAX_NANOS, 2 * LIMIT_DIVISOR * tick);
    long host;
    long open;
    do {
      last = narrowest();
      host = last.hostNanos - first.hostNanos;
      open = open(newest, first, last);
    } while (host < SPAN_MIN_NANOS || (host < longest && open > host / OPEN_DIVISOR));
    long ours = gain(newest, cycles(first.before, last.before));
    long allowed =
        Math.min(Fixed.addBound(host / TOLERANCE_DIVISOR + 2, open), host / LIMIT_DIVISOR);
    if (ours < 0 || Math.abs(ours - host) > allowed) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SLOPE,
          "the page's line gains " + ours + " ns while the host gains " + host + ", " + allowed
              + " apart are allowed: its counter, " + counter.name()
              + ", runs at another rate here; start an owner here");
    }
  }

  private long open(Segment line, Bracket first, Bracket last) {
    long steps = 2 * (stepCycles == Long.MAX_VALUE ? 1 : stepCycles);
    long widths = cycles(first.before, first.after) + cycles(last.before, last.after);
    long open = gain(line, widths + steps);
    return open < 0 ? Long.MAX_VALUE : open;
  }

  private static long gain(Segment line, long cycles) {
    return line.rawNanosIn(cycles);
  }

  private long cycles(long from, long to) {
    return ((to - from) << shift) >>> shift;
  }

  private Bracket narrowest() {
    Bracket best = bracket();
    for (int tries = 1; tries < TRIES; tries++) {
      Bracket next = bracket();
      if (cycles(next.before, next.after) < cycles(best.before, best.after)) {
        best = next;
      }
    }
    return best;
  }

  private Bracket bracket() {
    long before = counter.read();
    long host = HostClocks.nanos(hostClock);
    long after = counter.read();
    long width = cycles(before, after);
    if (width != 0) {
      stepCycles = Math.min(stepCycles, width);
    }
    return new Bracket(before, host, after);
  }
}
