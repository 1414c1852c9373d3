package org.timehands.journal;

import java.util.Arrays;
import java.util.List;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;

/**
 * A second estimate of REALTIME at a cycle of the past, from all that the reference said before and
 * after it.
 *
 * <p>What was read live could only know what was known then, and a conversion repeats exactly that.
 * Hindsight may look ahead: it smooths the reference's samples over phase and frequency ({@link
 * Smoother}), on the line that nobody steers, so steering and sets of our own clock leave no trace
 * in it. It answers between the first and the last sample of an unbroken stretch; a step of the
 * reference, a sleep or a change of the clocksource breaks it. Its bound is its own.
 *
 * <p>A pure function of the journal. Windows are smoothed when they are asked for and the last one
 * is kept. Not thread-safe.
 */
public final class Hindsight {
  /** A stretch of fewer samples tells nothing. */
  static final int LEAST_SAMPLES = 8;

  /** So many samples are smoothed together, and so many on either side look on. */
  private static final int CORE = 2048;
  private static final int MARGIN = 256;

  /** No clock runs off faster than this part of its time: more is a step. */
  private static final long FASTEST_DIVISOR = 1_000;

  /** A change of BOOTTIME - MONOTONIC of more than this is a sleep. */
  private static final long SLEEP_NANOS = 1_000_000;

  private long[] raw = new long[256];
  private long[] phase = new long[256];
  private long[] half = new long[256];
  private long[] declared = new long[256];
  private int[] arc = new int[256];
  private int count;
  private int arcs;

  private HindsightWindow window;
  private int windowFrom = -1;
  private int windowFirst;
  private int windowLast;

  // The sample that was taken last.
  private long lastClocksource;
  private long lastReference;
  private long lastAsleep;
  private boolean broken;

  private Hindsight() {}

  /** The hindsight of a timeline that a journal knows. */
  public static Hindsight of(JournalTimeline timeline) {
    Hindsight hindsight = new Hindsight();
    Boot alone = new Boot(timeline.bootId(), List.of(timeline));
    JournalConverter converter = new JournalConverter(List.of(alone));
    ReferenceSample sample = new ReferenceSample();
    Sample ours = new Sample();
    for (ReferenceSamples file : timeline.samples()) {
      for (int i = 0; i < file.count(); i++) {
        file.load(i, sample);
        Found found = converter.convert(sample.clocksourceId, sample.cycles, ours);
        if (found == Found.EXACT || found == Found.PREDICTED) {
          hindsight.add(sample, ours);
        }
      }
    }
    return hindsight;
  }

  /** The hindsight of a series, for tests: no breaks but by steps. */
  static Hindsight of(long[] raw, long[] real, long[] half, long[] declared) {
    Hindsight hindsight = new Hindsight();
    for (int i = 0; i < raw.length; i++) {
      hindsight.add(raw[i], real[i] - raw[i], half[i], declared[i], false);
    }
    return hindsight;
  }

  private void add(ReferenceSample sample, Sample ours) {
    long asleep = ours.bootNanos() - ours.monoNanos();
    boolean breaks =
        (sample.flags & ReferenceSample.FLAG_WAS_SET) != 0
            || sample.clocksourceId != lastClocksource
            || sample.referenceId != lastReference
            || Math.abs(asleep - lastAsleep) > SLEEP_NANOS;
    lastClocksource = sample.clocksourceId;
    lastReference = sample.referenceId;
    lastAsleep = asleep;
    long rawNanos = ours.rawNanos();
    add(rawNanos, sample.realNanos - rawNanos, sample.halfNanos, sample.declaredNanos, breaks);
  }

  private void add(
      long rawNanos, long phaseNanos, long halfNanos, long declaredNanos, boolean breaks) {
    broken |= breaks;
    if (count > 0 && rawNanos <= raw[count - 1]) {
      return;
    }
    if (count == 0 || broken || isStep(rawNanos, phaseNanos, halfNanos)) {
      arcs++;
      broken = false;
    }
    if (count == raw.length) {
      int more = 2 * count;
      raw = Arrays.copyOf(raw, more);
      phase = Arrays.copyOf(phase, more);
      half = Arrays.copyOf(half, more);
      declared = Arrays.copyOf(declared, more);
      arc = Arrays.copyOf(arc, more);
    }
    raw[count] = rawNanos;
    phase[count] = phaseNanos;
    half[count] = Math.max(1, halfNanos);
    declared[count] = declaredNanos;
    arc[count++] = arcs;
  }

  private boolean isStep(long rawNanos, long phaseNanos, long halfNanos) {
    long jump = Math.abs(phaseNanos - phase[count - 1]);
    long spent = Math.abs(rawNanos - raw[count - 1]);
    return jump > spent / FASTEST_DIVISOR + halfNanos + half[count - 1];
  }

  /** How many samples it knows. */
  public int sampleCount() {
    return count;
  }

  /** How many unbroken stretches they make. */
  public int arcCount() {
    return arcs;
  }

  /**
   * The estimate at a converted stamp.
   *
   * @param converted what the journal answered for it, of this timeline
   * @param into receives the estimate
   * @return false if no samples surround it: nothing was learnt after it, or nothing before
   */
  public boolean at(Sample converted, HindsightEstimate into) {
    return at(converted.rawNanos(), into);
  }

  /** The estimate at a time of the line that nobody steers. */
  boolean at(long rawNanos, HindsightEstimate into) {
    int i = lastBy(rawNanos);
    boolean within = i >= 0 && (raw[i] == rawNanos || (i + 1 < count && arc[i] == arc[i + 1]));
    if (!within || !choose(i)) {
      return false;
    }
    window.at(i - windowFrom, rawNanos, phase[windowFrom], into);
    return true;
  }

  private int lastBy(long rawNanos) {
    int low = -1;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (raw[middle] <= rawNanos) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Makes the window that answers for sample i and what follows it up to the next. */
  private boolean choose(int i) {
    if (window != null && i >= windowFirst && i <= windowLast) {
      return true;
    }
    int first = i / CORE * CORE;
    int last = Math.min(count - 1, first + CORE - 1);
    int from = Math.max(0, first - MARGIN);
    int to = Math.min(count - 1, last + MARGIN);
    while (arc[from] != arc[i]) {
      from++;
    }
    while (arc[to] != arc[i]) {
      to--;
    }
    if (to - from + 1 < LEAST_SAMPLES) {
      return false;
    }
    window =
        new HindsightWindow(
            Arrays.copyOfRange(raw, from, to + 1),
            Arrays.copyOfRange(phase, from, to + 1),
            Arrays.copyOfRange(half, from, to + 1),
            Arrays.copyOfRange(declared, from, to + 1));
    windowFrom = from;
    windowFirst = Math.max(from, first);
    windowLast = Math.min(to, last);
    return true;
  }
}
