package org.timehands.journal;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.timehands.timeline.SegmentCopy;

/**
 * An index of the segments that a journal has of one timeline, in order of their numbers, each
 * once; the words stay where they were read. Filled once, then immutable.
 *
 * <p>A segment may stand in a journal more than once: as far as it went at some time, and sealed.
 * The sealed one counts, else the one that goes furthest.
 */
final class SegmentList {
  private final List<LongBuffer> files = new ArrayList<>();
  private int count;
  private long[] sequence = new long[64];
  private long[] start = new long[64];
  private long[] promised = new long[64];
  private long[] clocksource = new long[64];
  private long[] place = new long[64];
  private boolean[] sealed = new boolean[64];
  private boolean[] gap = new boolean[64];
  private final SegmentCopy copy = new SegmentCopy();
  private int contradictions;
  private int[] runs = new int[0];

  /** Takes the words of another file. */
  void addFile(LongBuffer words) {
    files.add(words);
  }

  /** Takes a segment of the file that was added last. */
  void add(int index) {
    LongBuffer words = files.getLast();
    copy.load(words, index);
    if (count == sequence.length) {
      grow();
    }
    sequence[count] = copy.sequence();
    start[count] = copy.startCycles();
    promised[count] = copy.promisedCycles();
    clocksource[count] = copy.clocksourceId();
    place[count] = (long) (files.size() - 1) << 32 | index;
    sealed[count] = copy.isSealed();
    gap[count] = copy.isGap();
    count++;
  }

  /** Notes how far the segment that was added last has been promised since; others are ignored. */
  void promise(int index) {
    LongBuffer words = files.getLast();
    int last = count - 1;
    if (last >= 0 && sequence[last] == words.get(index) && !sealed[last]) {
      promised[last] = Math.max(promised[last], words.get(index + 1));
    }
  }

  private void grow() {
    int more = 2 * count;
    sequence = Arrays.copyOf(sequence, more);
    start = Arrays.copyOf(start, more);
    promised = Arrays.copyOf(promised, more);
    clocksource = Arrays.copyOf(clocksource, more);
    place = Arrays.copyOf(place, more);
    sealed = Arrays.copyOf(sealed, more);
    gap = Arrays.copyOf(gap, more);
  }

  /** Puts them in order, each once. */
  void finish() {
    sort();
    int kept = 0;
    for (int i = 0; i < count; ) {
      int best = i;
      boolean contradictory = false;
      int next = i + 1;
      for (; next < count && sequence[next] == sequence[i]; next++) {
        contradictory |= contradicts(best, next);
        best = isBetter(next, best) ? next : best;
      }
      if (contradictory) {
        contradictions++;
      } else {
        move(best, kept++);
      }
      i = next;
    }
    count = kept;
    clipOpen();
    runs =
        IntStream.range(0, count)
            .filter(i -> i == 0 || clocksource[i] != clocksource[i - 1])
            .toArray();
  }

  /** The first segments of the runs on one clocksource, in order. */
  int[] runs() {
    return runs;
  }

  /** Records come in order as a rule; a second writer may have begun before the first one's end. */
  private void sort() {
    boolean inOrder = true;
    for (int i = 1; i < count && inOrder; i++) {
      inOrder = sequence[i - 1] <= sequence[i];
    }
    if (inOrder) {
      return;
    }
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(sequence[a], sequence[b]));
    SegmentList sorted = new SegmentList();
    sorted.sequence = new long[count];
    sorted.start = new long[count];
    sorted.promised = new long[count];
    sorted.clocksource = new long[count];
    sorted.place = new long[count];
    sorted.sealed = new boolean[count];
    sorted.gap = new boolean[count];
    for (int i = 0; i < count; i++) {
      copyTo(order[i], sorted, i);
    }
    sequence = sorted.sequence;
    start = sorted.start;
    promised = sorted.promised;
    clocksource = sorted.clocksource;
    place = sorted.place;
    sealed = sorted.sealed;
    gap = sorted.gap;
  }

  private void move(int from, int to) {
    copyTo(from, this, to);
  }

  private void copyTo(int from, SegmentList there, int to) {
    there.sequence[to] = sequence[from];
    there.start[to] = start[from];
    there.promised[to] = promised[from];
    there.clocksource[to] = clocksource[from];
    there.place[to] = place[from];
    there.sealed[to] = sealed[from];
    there.gap[to] = gap[from];
  }

  private boolean isBetter(int a, int b) {
    return sealed[a] != sealed[b] ? sealed[a] : promised[a] > promised[b];
  }

  /** Two records of one segment that cannot both be true. */
  private boolean contradicts(int a, int b) {
    SegmentCopy one = load(a);
    SegmentCopy other = load(b);
    boolean bothSealed = sealed[a] && sealed[b];
    return !one.hasLineOf(other) || (bothSealed && promised[a] != promised[b]);
  }

  /** A promise that was not final ends where the next segment that is known begins. */
  private void clipOpen() {
    for (int i = 0; i + 1 < count; i++) {
      if (!sealed[i] && clocksource[i] == clocksource[i + 1]) {
        promised[i] = Math.max(0, Math.min(promised[i], start[i + 1] - start[i]));
      }
    }
  }

  int count() {
    return count;
  }

  /** How many segments were left out because their records contradict each other. */
  int contradictions() {
    return contradictions;
  }

  long sequence(int i) {
    return sequence[i];
  }

  long start(int i) {
    return start[i];
  }

  /** How far segment i goes, in cycles from its start. */
  long promised(int i) {
    return promised[i];
  }

  long clocksource(int i) {
    return clocksource[i];
  }

  boolean isSealed(int i) {
    return sealed[i];
  }

  /** Whether segment i bridges a time in which the counter told nothing. */
  boolean isGap(int i) {
    return gap[i];
  }

  /** Copies segment i. */
  void load(int i, SegmentCopy into) {
    into.load(files.get((int) (place[i] >>> 32)), (int) place[i]);
  }

  private SegmentCopy load(int i) {
    SegmentCopy into = new SegmentCopy();
    load(i, into);
    return into;
  }
}
