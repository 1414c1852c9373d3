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

  /** Words of a stretch: its first cycle, its last, and the name of its segment. */
  private static final int FIRST = 0;
  private static final int LAST = 1;
  private static final int SEGMENT = 2;
  private static final int WORDS = 3;

  /** Side by side, so that a stretch is one line of the cache. */
  private final long[] stretches;
  private final int count;

  /** For each of many equal parts of the range: the last stretch that begins at or before it. */
  private final int[] guesses;
  private final int shift;

  private Coverage(long[] stretches, int count) {
    this.stretches = stretches;
    this.count = count;
    if (count == 0) {
      this.shift = 0;
      this.guesses = new int[0];
      return;
    }
    // Segments are of much the same length as a rule, so twice as many parts leave one or two.
    long span = last(count - 1) - first(0);
    int spanBits = Long.SIZE - Long.numberOfLeadingZeros(span);
    int partBits = Integer.SIZE - Integer.numberOfLeadingZeros(2 * count);
    this.shift = Math.max(0, spanBits - partBits);
    this.guesses = new int[(int) (span >>> shift) + 2];
    int stretch = 0;
    for (int part = 0; part < guesses.length - 1; part++) {
      long begins = (long) part << shift;
      while (stretch + 1 < count
          && Long.compareUnsigned(first(stretch + 1) - first(0), begins) <= 0) {
        stretch++;
      }
      guesses[part] = stretch;
    }
    guesses[guesses.length - 1] = count - 1;
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
    long[] found = new long[WORDS * most];
    int count = 0;
    for (int t = 0; t < timelines.size(); t++) {
      SegmentList list = timelines.get(t);
      for (int i = 0; i < list.count(); i++) {
        if (list.clocksource(i) == clocksourceId && list.promised(i) > 0) {
          long from = list.start(i);
          long to = from + list.promised(i) - 1;
          if (from > to || (count > 0 && from <= found[WORDS * count - WORDS + LAST])) {
            return null;
          }
          put(found, count++, from, to, name(t, i));
        }
      }
    }
    return new Coverage(Arrays.copyOf(found, WORDS * count), count);
  }

  private static void put(long[] stretches, int stretch, long from, long to, long segment) {
    stretches[WORDS * stretch + FIRST] = from;
    stretches[WORDS * stretch + LAST] = to;
    stretches[WORDS * stretch + SEGMENT] = segment;
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
    long[] found = new long[WORDS * edges.size()];
    List<Long> active = new ArrayList<>();
    int count = 0;
    long at = Long.MIN_VALUE;
    for (Edge edge : edges) {
      // Nothing lies before the least cycle, and nothing after the greatest.
      boolean none = edge.begins ? edge.cycle == Long.MIN_VALUE : at == Long.MIN_VALUE && count > 0;
      long to = edge.begins ? edge.cycle - 1 : edge.cycle;
      if (!active.isEmpty() && !none && at <= to) {
        put(found, count++, at, to, active.size() == 1 ? active.getFirst() : AMBIGUOUS);
      }
      at = edge.begins ? edge.cycle : edge.cycle + 1;
      if (edge.begins) {
        active.add(edge.segment);
      } else {
        active.remove(edge.segment);
      }
    }
    return new Coverage(Arrays.copyOf(found, WORDS * count), count);
  }

  /** The stretch that a cycle lies in, or -1. */
  int find(long cycles) {
    if (count == 0 || cycles < first(0) || cycles > last(count - 1)) {
      return -1;
    }
    int part = (int) ((cycles - first(0)) >>> shift);
    int low = guesses[part];
    int high = guesses[part + 1];
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (first(middle) <= cycles) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return cycles <= last(low) ? low : -1;
  }

  /**
   * Looks, for some cycles, at what converting them will look at. Memory that is far away is asked
   * for many at a time then, where a conversion would wait for each in turn.
   *
   * @param cycles the cycles
   * @param from the first
   * @param to after the last
   * @param timelines whose names these are
   * @return a number that means nothing, but must be made
   */
  long touch(long[] cycles, int from, int to, List<SegmentList> timelines) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      if (count > 0 && cycles[i] >= first(0) && cycles[i] <= last(count - 1)) {
        long name = segment(guesses[(int) ((cycles[i] - first(0)) >>> shift)]);
        if (name != AMBIGUOUS) {
          sum += timelines.get(timelineOf(name)).touch(indexOf(name));
        }
      }
    }
    return sum;
  }

  long first(int stretch) {
    return stretches[WORDS * stretch + FIRST];
  }

  long last(int stretch) {
    return stretches[WORDS * stretch + LAST];
  }

  /** The name of the segment of a stretch, or {@link #AMBIGUOUS}. */
  long segment(int stretch) {
    return stretches[WORDS * stretch + SEGMENT];
  }
}
