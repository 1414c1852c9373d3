package org.timehands.journal;

import java.util.ArrayList;
import java.util.List;
import org.timehands.timeline.SegmentCopy;

/**
 * Which segment answers for which cycles of one clocksource, over all timelines of one boot:
 * stretches of cycles that do not overlap, in signed order. Immutable.
 *
 * <p>Where two timelines both promised a cycle, neither's answer is the answer: such a stretch is
 * {@link #AMBIGUOUS}. A segment whose cycles wrap past 2^63 makes two stretches.
 *
 * <p>Beside each stretch stands the line of its segment, so that a stamp is converted by what lies
 * side by side: 104 bytes a segment, where the journal's own record has 264 and lies elsewhere.
 */
final class Coverage {
  /** Names no segment: several timelines promised these cycles. */
  static final long AMBIGUOUS = -1;

  /** Words of a stretch: its first cycle, its last, and the name of its segment. */
  private static final int FIRST = 0;
  private static final int LAST = 1;
  private static final int SEGMENT = 2;
  private static final int WORDS = 3;

  /** Words of what a conversion needs: the last cycle, the segment's name, and its line. */
  private static final int ENTRY_LAST = 0;
  private static final int ENTRY_SEGMENT = 1;
  private static final int ENTRY_LINE = 2;
  private static final int ENTRY_WORDS = ENTRY_LINE + SegmentCopy.LINE_WORDS;

  /** Words of a line of the cache. */
  private static final int CACHE_WORDS = 8;

  /** Alone, so that what is searched is small. */
  private final long[] firsts;
  private final long[] entries;
  private final int count;

  /** For each of many equal parts of the range: the last stretch that begins at or before it. */
  private final int[] guesses;
  private final int shift;

  private Coverage(long[] stretches, int count, List<SegmentList> timelines) {
    this.count = count;
    this.firsts = new long[count];
    this.entries = new long[ENTRY_WORDS * count];
    SegmentCopy copy = new SegmentCopy();
    for (int i = 0; i < count; i++) {
      firsts[i] = stretches[WORDS * i + FIRST];
      entries[ENTRY_WORDS * i + ENTRY_LAST] = stretches[WORDS * i + LAST];
      long name = stretches[WORDS * i + SEGMENT];
      entries[ENTRY_WORDS * i + ENTRY_SEGMENT] = name;
      if (name != AMBIGUOUS) {
        timelines.get(timelineOf(name)).load(indexOf(name), copy);
        copy.storeLine(entries, ENTRY_WORDS * i + ENTRY_LINE);
      }
    }
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
    return sweep(edges, timelines);
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
    return new Coverage(found, count, timelines);
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

  private static Coverage sweep(List<Edge> edges, List<SegmentList> timelines) {
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
    return new Coverage(found, count, timelines);
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
   * Finds the stretches of some cycles, and looks at what converting them will look at. Memory that
   * is far away is asked for many at a time then, where a conversion would wait for each in turn.
   *
   * @param cycles the cycles
   * @param from the first
   * @param to after the last
   * @param into receives the stretch of each, or -1, from place 0 on
   * @return a number that means nothing, but must be made
   */
  long findAll(long[] cycles, int from, int to, int[] into) {
    for (int i = from; i < to; i++) {
      into[i - from] = find(cycles[i]);
    }
    long sum = 0;
    for (int i = 0; i < to - from && count > 0; i++) {
      int entry = ENTRY_WORDS * Math.max(into[i], 0);
      sum += entries[entry] + entries[entry + CACHE_WORDS] + entries[entry + ENTRY_WORDS - 1];
    }
    return sum;
  }

  /** Copies of the segment of a stretch that is not AMBIGUOUS what a line needs. */
  void loadLine(int stretch, SegmentCopy into) {
    into.loadLine(entries, ENTRY_WORDS * stretch + ENTRY_LINE);
  }

  long first(int stretch) {
    return firsts[stretch];
  }

  long last(int stretch) {
    return entries[ENTRY_WORDS * stretch + ENTRY_LAST];
  }

  /** The name of the segment of a stretch, or {@link #AMBIGUOUS}. */
  long segment(int stretch) {
    return entries[ENTRY_WORDS * stretch + ENTRY_SEGMENT];
  }
}
