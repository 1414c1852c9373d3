package org.timehands.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which segment answers for which cycles of one clocksource, over all timelines of one boot:
 * stretches of cycles that do not overlap, in signed order. Immutable.
 *
 * <p>Where two timelines both promised a cycle, neither's answer is the answer: such a stretch is
 * {@link #AMBIGUOUS}. A segment whose cycles wrap past 2^63 makes two stretches.
 */
final class Coverage {
  /** Names no segment: several timelines promised these cycles. */
  static final long AMBIGUOUS = -1;

  private final long[] first;
  private final long[] last;
  private final long[] segment;

  private Coverage(long[] first, long[] last, long[] segment) {
    this.first = first;
    this.last = last;
    this.segment = segment;
  }

  /** Names segment i of timeline t. */
  static long name(int t, int i) {
    return (long) t << 32 | i;
  }

  static int timelineOf(long name) {
    return (int) (name >>> 32);
  }

  static int indexOf(long name) {
    return (int) name;
  }

  /** Where a stretch of cycles begins or ends. */
  private record Edge(long cycle, boolean begins, long segment) {}

  /** The stretches of a clocksource. */
  static Coverage of(long clocksourceId, List<SegmentList> timelines) {
    Coverage simple = simple(clocksourceId, timelines);
    if (simple != null) {
      return simple;
    }
    List<Edge> edges = new ArrayList<>();
    for (int t = 0; t < timelines.size(); t++) {
      SegmentList list = timelines.get(t);
      for (int i = 0; i < list.count(); i++) {
        if (list.clocksource(i) == clocksourceId && list.promised(i) > 0) {
          add(edges, list.start(i), list.start(i) + list.promised(i) - 1, name(t, i));
        }
      }
    }
    edges.sort(
        (a, b) -> {
          int byCycle = Long.compare(a.cycle, b.cycle);
          return byCycle != 0 ? byCycle : Boolean.compare(b.begins, a.begins);
        });
    return sweep(edges);
  }

  /** The usual case: one timeline after the other, each in order. Null if it is not that. */
  private static Coverage simple(long clocksourceId, List<SegmentList> timelines) {
    int most = timelines.stream().mapToInt(SegmentList::count).sum();
    Coverage found = new Coverage(new long[most], new long[most], new long[most]);
    int count = 0;
    for (int t = 0; t < timelines.size(); t++) {
      SegmentList list = timelines.get(t);
      for (int i = 0; i < list.count(); i++) {
        if (list.clocksource(i) == clocksourceId && list.promised(i) > 0) {
          long from = list.start(i);
          long to = from + list.promised(i) - 1;
          if (from > to || (count > 0 && from <= found.last[count - 1])) {
            return null;
          }
          found.first[count] = from;
          found.last[count] = to;
          found.segment[count++] = name(t, i);
        }
      }
    }
    return found.shortened(count);
  }

  private Coverage shortened(int count) {
    return new Coverage(
        Arrays.copyOf(first, count), Arrays.copyOf(last, count), Arrays.copyOf(segment, count));
  }

  private static void add(List<Edge> edges, long from, long to, long name) {
    if (from > to) {
      add(edges, from, Long.MAX_VALUE, name);
      add(edges, Long.MIN_VALUE, to, name);
      return;
    }
    edges.add(new Edge(from, true, name));
    edges.add(new Edge(to, false, name));
  }

  private static Coverage sweep(List<Edge> edges) {
    Coverage found =
        new Coverage(
            new long[edges.size()], new long[edges.size()], new long[edges.size()]);
    List<Long> active = new ArrayList<>();
    int count = 0;
    long at = Long.MIN_VALUE;
    for (Edge edge : edges) {
      // Nothing lies before the least cycle, and nothing after the greatest.
      boolean none = edge.begins ? edge.cycle == Long.MIN_VALUE : at == Long.MIN_VALUE && count > 0;
      long to = edge.begins ? edge.cycle - 1 : edge.cycle;
      if (!active.isEmpty() && !none && at <= to) {
        found.first[count] = at;
        found.last[count] = to;
        found.segment[count++] = active.size() == 1 ? active.getFirst() : AMBIGUOUS;
      }
      at = edge.begins ? edge.cycle : edge.cycle + 1;
      if (edge.begins) {
        active.add(edge.segment);
      } else {
        active.remove(edge.segment);
      }
    }
    return found.shortened(count);
  }

  /** The stretch that a cycle lies in, or -1. */
  int find(long cycles) {
    int low = -1;
    int high = first.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (first[middle] <= cycles) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low >= 0 && cycles <= last[low] ? low : -1;
  }

  long first(int stretch) {
    return first[stretch];
  }

  long last(int stretch) {
    return last[stretch];
  }

  /** The name of the segment of a stretch, or {@link #AMBIGUOUS}. */
  long segment(int stretch) {
    return segment[stretch];
  }
}
