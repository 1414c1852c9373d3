package org.timehands.stress.jcstress;

import java.util.concurrent.atomic.AtomicLong;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A page of four slots for one jcstress state, with the production writer and reader on it, and
 * the words of the page by its published layout.
 *
 * <p>jcstress makes states by the million, and a mapping for each would cost more than the test.
 * So the pages are a ring in one block: each new state takes the next. States of one epoch must fit
 * into the ring, which {@link #check} sees to.
 */
public final class SmallPage {
  /** The first cycle of segment 0. */
  public static final long START = 1000;
  /** By how many cycles readers extend. */
  public static final long STEP = 16;
  /** A gap guard that never asks. */
  public static final long NO_GUARD = Long.MAX_VALUE;
  /** What {@link #judge} says: the segment's slot holds another, or none. */
  public static final int ABSENT = 0;
  /** What {@link #judge} says: all words are the segment's. */
  public static final int INTACT = 1;
  /** What {@link #judge} says: the sequence is the segment's, and some words are not. */
  public static final int TORN = -1;

  private static final int SLOTS = 4;
  private static final int RING = 4096;
  private static final int WORDS = 32;
  private static final long HEADER_BYTES = 4096;
  private static final long SLOT_BYTES = 256;
  private static final long HORIZON_STRIDE = 64;
  private static final PageIdentity IDENTITY = new PageIdentity(1, 2, 3, 4, 5);

  private static final long BYTES = Page.totalBytes(SLOTS);
  private static final long BLOCK = Memory.allocate(RING * BYTES, HEADER_BYTES);
  /*
   * field  | read | write        | guard
   * ISSUED | CAS  | CAS          | none: each caller takes one number
   */
  private static final AtomicLong ISSUED = new AtomicLong();

  /** Word by word what segments 0 to 4 are if nobody reads: every page begins alike. */
  private static final long[][] LINES = lines();

  /** The writer. */
  public final TimelineWriter writer;
  /** The reader, which extends. */
  public final Timeline timeline;

  private final long number;
  private final long address;
  private final long[] copied = new long[WORDS];

  /** A page whose segment 0 starts at {@link #START}. */
  public SmallPage(ClockSource counter, long gapCycles) {
    this(counter, gapCycles, START);
  }

  /** A page whose segment 0 starts at a cycle. */
  public SmallPage(ClockSource counter, long gapCycles, long startCycles) {
    number = ISSUED.getAndIncrement();
    address = BLOCK + number % RING * BYTES;
    Page page = Page.format(address, SLOTS, IDENTITY);
    Counters counters = new Counters(counter);
    writer =
        TimelineWriter.begin(
            page, counters, first -> first(first, counter.id(), startCycles, gapCycles));
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
  }

  private static void first(Segment first, long id, long startCycles, long gapCycles) {
    first.startCycles = startCycles;
    first.clocksourceId = id;
    first.stepCycles = STEP;
    first.gapCycles = gapCycles;
    first.monoBaseNanos = 1_000_000;
    first.rawBaseNanos = 2_000_000;
    first.setRate(new Slope(1, 1L << 62));
    first.setRawRate(new Slope(1, 1L << 61));
    first.leapAtMonoNanos = Segment.NO_LEAP - 1000;
  }

  private static long[][] lines() {
    SmallPage page = new SmallPage(FakeCounter.standing(START), NO_GUARD);
    long[][] lines = new long[SLOTS + 1][WORDS];
    for (int k = 0; k <= SLOTS; k++) {
      if (k > 0) {
        page.append();
      }
      page.copy(k, lines[k]);
    }
    return lines;
  }

  /** Appends a segment that differs from the last in every word that a reader uses. */
  public void append() {
    writer.append(SmallPage::change);
  }

  private static void change(Segment next) {
    long k = next.sequence;
    next.setRate(new Slope(k & 1 ^ 1, (1L << 61) + k));
    next.setRawRate(new Slope(1, (1L << 61) + k));
    next.realOffsetNanos = 1000 * k;
    next.leapAtMonoNanos = Segment.NO_LEAP - 1000 - k;
    next.bootOffsetNanos = 2000 * k;
    next.taiOffsetNanos = 3000 * k;
    next.errorNanos = 10 * k;
    next.errorRate = 20 * k;
    next.referenceErrorNanos = 30 * k;
    next.rawErrorNanos = 40 * k;
    next.rawErrorRate = 50 * k;
    next.holdoverAfterCycles = 1_000_000 + k;
    next.freerunAfterCycles = 2_000_000 + k;
    next.clockWasSetSeq = k;
    next.hostMonoOffsetNanos = 60 * k;
    next.hostRawOffsetNanos = 70 * k;
    next.hostBootOffsetNanos = 80 * k;
  }

  /** The address of the horizon word of segment k. */
  public long horizon(long k) {
    return address + Page.horizonOffset(SLOTS) + (k & (SLOTS - 1)) * HORIZON_STRIDE;
  }

  /** The address of the slot of segment k, where its sequence number stands. */
  public long slot(long k) {
    return address + HEADER_BYTES + (k & (SLOTS - 1)) * SLOT_BYTES;
  }

  /** How far segment 0 answers: to where segment 1 starts. */
  public long sealedCycles() {
    check();
    return Memory.get(slot(1) + 8) - Memory.get(slot(0) + 8);
  }

  /** MONOTONIC at the start of a segment. */
  public static long monoNanos(int k) {
    return LINES[k][2];
  }

  /** RAW at the start of a segment. */
  public static long rawNanos(int k) {
    return LINES[k][12];
  }

  /** REALTIME at the start of a segment. */
  public static long realNanos(int k) {
    return LINES[k][2] + LINES[k][8];
  }

  /** Copies all words of a slot but the first, by plain loads. */
  public void copy(long k) {
    copy(k, copied);
  }

  private void copy(long k, long[] into) {
    long slot = slot(k);
    for (int word = 1; word < WORDS; word++) {
      into[word] = Memory.get(slot + word * 8L);
    }
  }

  /** Says whose the copied words are, if the slot's sequence number was found to be this. */
  public int judge(long sequence, int k) {
    check();
    if (sequence != k) {
      return ABSENT;
    }
    for (int word = 1; word < WORDS; word++) {
      if (copied[word] != LINES[k][word]) {
        return TORN;
      }
    }
    return INTACT;
  }

  /** Writes the words of a segment but its sequence number, by plain stores. */
  public void store(int k) {
    long slot = slot(k);
    for (int word = 1; word < WORDS; word++) {
      Memory.set(slot + word * 8L, LINES[k][word]);
    }
  }

  /** Makes segment 0 promise far more than anybody can have meant. */
  public void poison() {
    Memory.set(horizon(0), 1L << 61);
  }

  /** Holds a weakened actor up for a moment, as the scheduler may for ever. */
  public static void stall() {
    for (int i = 0; i < 20; i++) {
      Thread.onSpinWait();
    }
  }

  /** Stops the run if this page has been given to another state meanwhile. */
  public void check() {
    if (ISSUED.get() - number > RING) {
      throw new IllegalStateException(
          "more than " + RING + " states at once: choose -strideSize and -strideCount whose product"
              + " is at most " + RING);
    }
  }
}
