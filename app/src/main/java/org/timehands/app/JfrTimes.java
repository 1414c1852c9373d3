package org.timehands.app;

import java.util.List;
import org.timehands.clocksource.ClockSource;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.trace.StampConverter;

/**
 * Converts the ticks of a recording by its anchors: to cycles and by history if possible, else
 * between the times that the anchors themselves carry. Not thread-safe.
 */
/*
 * What the ticks are is measured. If each anchor's tick and its two cycles leave a common offset,
 * and the ticks do not count nanoseconds as HotSpot's other clock does, then ticks are cycles less
 * an offset, for all of the recording:
 *
 *   anchor 1   c1 - t <= offset <= c1' - t          anchor 2   c2 - u <= offset <= c2' - u   ...
 *
 * Else they count something else (nanoseconds of the host's MONOTONIC, which the host slews), and
 * only between two anchors is known where they are: on the chord, less or more by as much as two
 * rates that differ by SLACK at most can leave it. SLACK is 500 ppm for each side, what NTP may do
 * to the host and we to ours; twice what was seen, if more was seen.
 */
final class JfrTimes {
  /** How a time was found. */
  enum How {
    /** What the clock told at that tick, from history. */
    EXACT,
    /** As exact, but the timeline has not promised that far. */
    PREDICTED,
    /** From history, but the counter told nothing then. */
    UNMAPPABLE,
    /** From the readings in the anchors. */
    ANCHORED,
    /** By the recorder's own account: no anchor is there. */
    UNANCHORED
  }

  static final double SLACK = 1e-3;

  private static final long SECOND = 1_000_000_000L;

  private final List<JfrAnchor> anchors;
  private final double nanosPerTick;
  private final StampConverter history;
  private final boolean isCounter;
  private final double slack;
  private long offsetLow = Long.MIN_VALUE;
  private long offsetHigh = Long.MAX_VALUE;
  private final Sample low = new Sample();
  private final Sample high = new Sample();

  /** REALTIME in the middle, and how far it may be off what the clock told. */
  long realNanos;
  long withinNanos;
  /** Bound of REALTIME; the largest number if there is none. */
  long realBoundNanos;
  /** MONOTONIC in the middle, and its bound. */
  long monoNanos;
  long monoBoundNanos;

  /**
   * Times of a recording.
   *
   * @param anchors its anchors, in the order of their ticks
   * @param ticksPerSecond how fast its ticks run
   * @param history knows the timeline's past; null if it is another machine's or boot's
   */
  JfrTimes(List<JfrAnchor> anchors, long ticksPerSecond, StampConverter history) {
    this.anchors = List.copyOf(anchors);
    this.nanosPerTick = (double) SECOND / ticksPerSecond;
    this.history = history;
    this.isCounter = findOffset(ticksPerSecond);
    this.slack = Math.max(SLACK, 2 * largestBend());
  }

  /** Looks for one offset between ticks and cycles; whether there is one. */
  private boolean findOffset(long ticksPerSecond) {
    boolean one = anchors.size() > 1;
    for (JfrAnchor each : anchors) {
      one &= each.clocksource() == anchors.getFirst().clocksource();
      offsetLow = Math.max(offsetLow, each.before().cycles() - each.ticks());
      offsetHigh = Math.min(offsetHigh, each.after().cycles() - each.ticks());
    }
    long kind = one ? ClockSource.kindOf(anchors.getFirst().clocksource()) : 0;
    // Two clocks of the host in nanoseconds may agree for a while and part later.
    boolean sameKind = ticksPerSecond != SECOND || kind == ClockSource.NANO_TIME;
    return one && sameKind && offsetLow <= offsetHigh;
  }

  /** By how much the rate between neighbours was seen to differ from the rate of all, at least. */
  private double largestBend() {
    if (anchors.size() < 3) {
      return 0;
    }
    double all = rate(anchors.getFirst(), anchors.getLast());
    double most = 0;
    for (int i = 1; i < anchors.size(); i++) {
      JfrAnchor a = anchors.get(i - 1);
      JfrAnchor b = anchors.get(i);
      double ticks = b.ticks() - a.ticks();
      if (a.clocksource() == b.clocksource() && ticks > 0) {
        double open = (a.widthCycles() + b.widthCycles()) / (ticks * all);
        most = Math.max(most, Math.abs(rate(a, b) / all - 1) - open);
      }
    }
    return anchors.getFirst().clocksource() == anchors.getLast().clocksource() ? most : 0;
  }

  private static double rate(JfrAnchor a, JfrAnchor b) {
    return (double) (b.before().cycles() - a.before().cycles()) / (b.ticks() - a.ticks());
  }

  /** What the ticks are, in words. */
  String words() {
    if (anchors.isEmpty()) {
      return "no anchors; times are the recorder's own, without a bound (open a JfrAnchors while"
          + " recording)";
    }
    return isCounter
        ? "ticks are cycles of clocksource " + anchors.getFirst().clocksource() + " less "
            + Math.abs(offsetLow) + ", known to " + (offsetHigh - offsetLow) + " cycles from "
            + anchors.size() + " anchors"
        : "ticks are no cycles of the timeline; taken as straight between " + anchors.size()
            + " anchors, within " + Math.round(slack * 1e6) + " ppm";
  }

  /**
   * Converts a tick into the fields of this.
   *
   * @return how; of UNMAPPABLE and UNANCHORED ones the fields say nothing
   */
  How convert(long ticks) {
    if (anchors.isEmpty()) {
      return How.UNANCHORED;
    }
    int next = firstFrom(ticks);
    JfrAnchor a = next > 0 ? anchors.get(next - 1) : null;
    JfrAnchor b = next < anchors.size() ? anchors.get(next) : null;
    How how = history == null ? null : byHistory(ticks, a, b);
    return how == null ? byAnchors(ticks, a, b) : how;
  }

  /** The first anchor at a tick or after it. */
  private int firstFrom(long ticks) {
    int from = 0;
    int to = anchors.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (anchors.get(middle).ticks() >= ticks) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  private How byHistory(long ticks, JfrAnchor a, JfrAnchor b) {
    JfrAnchor near = a == null ? b : a;
    long id = near.clocksource();
    long from;
    long to;
    if (isCounter) {
      from = ticks + offsetLow;
      to = ticks + offsetHigh;
    } else if (a != null && b != null && b.clocksource() == id && b.ticks() > a.ticks()) {
      double part = (double) (ticks - a.ticks()) / (b.ticks() - a.ticks());
      double bend = slack * rate(a, b) * Math.min(ticks - a.ticks(), b.ticks() - ticks);
      double first = part * (b.before().cycles() - a.before().cycles()) - bend;
      double last = part * (b.after().cycles() - a.after().cycles()) + bend;
      from = a.before().cycles() + (long) Math.floor(first);
      to = a.after().cycles() + (long) Math.ceil(last);
    } else {
      return null;
    }
    return answerByHistory(
        history.convert(id, from, low), history.convert(id, to, high));
  }

  private How answerByHistory(Found first, Found last) {
    if (first == Found.UNMAPPABLE || last == Found.UNMAPPABLE) {
      return How.UNMAPPABLE;
    }
    if (!hasTimes(first) || !hasTimes(last)) {
      return null;
    }
    answer(
        low.realNanos(), high.realNanos(), low.monoNanos(), high.monoNanos(),
        Math.max(low.wallErrorNanos(), high.wallErrorNanos()),
        Math.max(low.errorNanos(), high.errorNanos()));
    return first == Found.EXACT && last == Found.EXACT ? How.EXACT : How.PREDICTED;
  }

  private static boolean hasTimes(Found found) {
    return found == Found.EXACT || found == Found.PREDICTED;
  }

  private void answer(
      long realLow, long realHigh, long monoLow, long monoHigh, long realBound, long monoBound) {
    // A set in between may have put the later end before the earlier one.
    long first = Math.min(realLow, realHigh);
    long last = Math.max(realLow, realHigh);
    realNanos = first + ((last - first) >> 1);
    withinNanos = (last - first + 1) >> 1;
    monoNanos = monoLow + ((monoHigh - monoLow) >> 1);
    realBoundNanos = sum(realBound, withinNanos);
    monoBoundNanos = sum(monoBound, (monoHigh - monoLow + 1) >> 1);
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private How byAnchors(long ticks, JfrAnchor a, JfrAnchor b) {
    long[] one = span(ticks, a == null ? b : a);
    if (a != null && b != null) {
      long[] other = span(ticks, b);
      join(one, other, 0, a.setSeq() == b.setSeq());
      join(one, other, 2, true);
      one[4] = Math.max(one[4], other[4]);
      one[5] = Math.max(one[5], other[5]);
    }
    answer(one[0], one[1], one[2], one[3], one[4], one[5]);
    return How.ANCHORED;
  }

  /**
   * Joins two intervals: to what both allow; to what either allows if the clock was set in between
   * and told one or the other, or if they contradict each other.
   */
  private static void join(long[] one, long[] other, int at, boolean both) {
    long first = Math.max(one[at], other[at]);
    long last = Math.min(one[at + 1], other[at + 1]);
    boolean meet = both && first <= last;
    one[at] = meet ? first : Math.min(one[at], other[at]);
    one[at + 1] = meet ? last : Math.max(one[at + 1], other[at + 1]);
  }

  /** What one anchor says of a tick: ends of REALTIME and MONOTONIC, and their bounds. */
  private long[] span(long ticks, JfrAnchor anchor) {
    double nanos = (ticks - anchor.ticks()) * nanosPerTick;
    double open = slack * Math.abs(nanos) + 1;
    long low = (long) Math.floor(nanos - open);
    long high = (long) Math.ceil(nanos + open);
    return new long[] {
      anchor.before().realNanos() + low,
      anchor.after().realNanos() + high,
      anchor.before().monoNanos() + low,
      anchor.after().monoNanos() + high,
      anchor.realBoundNanos(),
      anchor.monoBoundNanos()
    };
  }
}
