package org.timehands.timeline;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.linux.Counter;
import org.timehands.linux.Memory;

/**
 * The reader of a timeline: answers what time it is at the present cycle of the counter, without
 * waiting for anybody.
 *
 * <p>Reads come in two kinds. An <em>ordered</em> read samples the counter after everything that
 * the calling thread has seen before it: if a message, a lock or a volatile write carries a time
 * from one thread to another, the other never reads an earlier one. A <em>relaxed</em> read lets
 * the processor sample the counter some tens of cycles early: right for one thread's own stamps and
 * intervals, and about half the price; carried to another thread it may look up to a few
 * microseconds ahead of what that thread reads.
 *
 * <p>Thread-safe; allocates nothing, takes no lock, makes no system call but in the rare case that
 * a {@link GapProbe} is asked. A read throws {@link IllegalStateException} if the page was damaged
 * after it was attached, so that no answer can be found in it.
 */
/*
 * Shape. A timeline is a chain of segments k = 0, 1, 2 ... in the slots of a Page. Segment k
 * answers for the cycles [START_k, H_k). H_k, the horizon, is the only word of a segment that ever
 * changes after publication: readers move it forward by CAS; the writer seals it by CAS. Sealing is
 * publishing: the successor stands complete in the next slot before the seal, and starts at the
 * sealed horizon with the value of the line there. So a cycle that was answered once has one answer
 * for ever (rules I1 to I3), and how late a writer or reader runs is of no consequence.
 *
 * Concurrency. No field of this class changes. Words of the page:
 *
 *   word      | reader here            | writer (TimelineWriter)        | pairs
 *   HEAD      | acquire                | release, after the seal        | a hint: may be old
 *   SEQ       | plain, after loadLoad  | -1, storeStore ... release k   | slot reuse
 *   others    | plain                  | plain, between the two         | under SEQ
 *   horizon   | acquire; CAS to extend | CAS to seal (release)          | seal publishes k+1
 *
 * Order in a read. The counter is sampled before the horizon word is loaded. A horizon loaded first
 * could be an absurd one that the writer is about to lower (TimelineWriter.recover):
 *
 *   reader                          writer
 *   load H = absurd
 *                                   lower H to now + margin; wait; seal; new slope from H on
 *   sample c > H; c < absurd
 *   answers c from the old line                                  <- two answers for c
 *
 * Sampling first bounds c by the moment of the lowering (model: PoisonModel).
 *
 * Slot reuse. A reader may sleep for ever between any two steps. When it wakes, its slot may hold
 * segment k + N. Every answer is therefore computed first and given only if SEQ still says k. A CAS
 * that hits the reused word by accident promises at most GAP + STEP cycles too much there, because
 * words are relative to START, and its answer is then refused by the same check.
 *
 * Progress. A read takes a bounded number of steps unless the ring wraps under it: N updates within
 * one read, each time it tries. Three lost CASes end in the last promised time. A thousand tries
 * without an intact segment end in an exception: no writer is that fast, the page is damaged, and a
 * reader that went on would hang (TimelineDamageTest).
 */
public final class Timeline {
  /** The clocks that one segment gives. */
  static final int MONO = 0;
  static final int RAW = 1;
  static final int REAL = 2;
  static final int BOOT = 3;
  static final int TAI = 4;

  private static final int MAX_TRIES = 3;
  private static final int GIVE_UP = 1000;
  static final long UNREADABLE = Long.MIN_VALUE;
  private static final long KIND_MASK = 0xFFFF;
  private static final long NATIVE_KIND = nativeKind();

  private final Page page;
  private final long headAddress;
  private final long slots;
  private final long horizons;
  private final long mask;
  private final Counters counters;
  private final boolean extending;
  private final GapProbe probe;

  /**
   * A reader of a page.
   *
   * @param page the page
   * @param counters the counters that this process can read
   * @param extending whether this process may write to the horizon words
   * @param probe asked about gaps
   */
  public Timeline(Page page, Counters counters, boolean extending, GapProbe probe) {
    this.page = Objects.requireNonNull(page, "page");
    this.counters = Objects.requireNonNull(counters, "counters");
    this.probe = Objects.requireNonNull(probe, "probe");
    this.extending = extending;
    this.headAddress = page.address() + Page.H_HEAD;
    this.slots = page.slotsAddress();
    this.horizons = page.horizonsAddress();
    this.mask = page.mask();
  }

  private static long nativeKind() {
    if (!Counter.available()) {
      return -1;
    }
    return System.getProperty("os.arch").equals("aarch64") ? ClockSource.CNTVCT : ClockSource.TSC;
  }

  /** The page that this reads. */
  public Page page() {
    return page;
  }

  /** The counters that this process can read. */
  public Counters counters() {
    return counters;
  }

  /** Whether this reader moves the horizon itself. */
  public boolean isExtending() {
    return extending;
  }

  /** MONOTONIC, ordered. */
  public long monotonic() {
    return read(MONO, true);
  }

  /** MONOTONIC, relaxed. */
  public long monotonicRelaxed() {
    return read(MONO, false);
  }

  /** MONOTONIC_RAW, ordered. */
  public long raw() {
    return read(RAW, true);
  }

  /** MONOTONIC_RAW, relaxed. */
  public long rawRelaxed() {
    return read(RAW, false);
  }

  /** REALTIME, ordered. */
  public long realtime() {
    return read(REAL, true);
  }

  /** REALTIME, relaxed. */
  public long realtimeRelaxed() {
    return read(REAL, false);
  }

  /** BOOTTIME, ordered. */
  public long boottime() {
    return read(BOOT, true);
  }

  /** BOOTTIME, relaxed. */
  public long boottimeRelaxed() {
    return read(BOOT, false);
  }

  /** TAI, ordered. */
  public long tai() {
    return read(TAI, true);
  }

  /** TAI, relaxed. */
  public long taiRelaxed() {
    return read(TAI, false);
  }

  // The fast path. It must stay small enough for the JIT to inline, and `clock` and `ordered` are
  // constants there, so that the switch folds.
  private long read(int clock, boolean ordered) {
    long k = Memory.getAcquire(Memory.known(headAddress));
    long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
    if ((Memory.get(slot + Page.CLOCKSOURCE) & KIND_MASK) == NATIVE_KIND) {
      long d = nativeCycles(ordered) - Memory.get(slot + Page.START);
      long horizon = Memory.known(horizons + ((k & mask) << Page.HORIZON_SHIFT));
      long word = Memory.getAcquire(horizon);
      if (Long.compareUnsigned(d, word >>> 1) < 0) {
        long nanos = value(slot, d, clock);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return nanos;
        }
      }
    }
    return slow(clock, ordered, null);
  }

  /**
   * Fills a sample with all clocks at the present cycle, ordered.
   *
   * @param into the holder to fill
   */
  public void sample(Sample into) {
    sample(into, true);
  }

  /**
   * Fills a sample with all clocks at the present cycle, relaxed.
   *
   * @param into the holder to fill
   */
  public void sampleRelaxed(Sample into) {
    sample(into, false);
  }

  private void sample(Sample into, boolean ordered) {
    long k = Memory.getAcquire(Memory.known(headAddress));
    long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
    if ((Memory.get(slot + Page.CLOCKSOURCE) & KIND_MASK) == NATIVE_KIND) {
      long d = nativeCycles(ordered) - Memory.get(slot + Page.START);
      long horizon = Memory.known(horizons + ((k & mask) << Page.HORIZON_SHIFT));
      long word = Memory.getAcquire(horizon);
      if (Long.compareUnsigned(d, word >>> 1) < 0) {
        into.fill(slot, k, d, null);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return;
        }
      }
    }
    slow(MONO, ordered, into);
  }

  /** The line's gain in nanoseconds after so many cycles; plain loads. */
  static long lineNanos(long slot, long d) {
    return Fixed.wholeNanos(
        d,
        Memory.get(slot + Page.SLOPE_INT),
        Memory.get(slot + Page.SLOPE_FRAC),
        Memory.get(slot + Page.MONO_FRAC));
  }

  /** RAW after so many cycles; plain loads. */
  static long rawNanos(long slot, long d) {
    return Memory.get(slot + Page.RAW_BASE)
        + Fixed.wholeNanos(
            d,
            Memory.get(slot + Page.RAW_SLOPE_INT),
            Memory.get(slot + Page.RAW_SLOPE_FRAC),
            Memory.get(slot + Page.RAW_FRAC));
  }

  private static long value(long slot, long d, int clock) {
    if (clock == RAW) {
      return rawNanos(slot, d);
    }
    long mono = Memory.get(slot + Page.MONO_BASE) + lineNanos(slot, d);
    return switch (clock) {
      case REAL ->
          mono
              + Memory.get(slot + Page.OFF_REAL)
              + Segment.leapCorrection(
                  mono, Memory.get(slot + Page.LEAP_AT), Memory.get(slot + Page.FLAGS));
      case BOOT -> mono + Memory.get(slot + Page.OFF_BOOT);
      case TAI -> mono + Memory.get(slot + Page.OFF_TAI);
      default -> mono;
    };
  }

  private static long nativeCycles(boolean ordered) {
    return ordered ? Counter.readOrdered() : Counter.readRelaxed();
  }

  /**
   * Every read that the fast path does not answer: other counters, other segments, an horizon to
   * extend. Keeps its state in locals, so that it allocates nothing.
   */
  private long slow(int clock, boolean ordered, Sample into) {
    long k = Memory.getAcquire(headAddress);
    long id = 0;
    long c = UNREADABLE;
    boolean sampled = false;
    boolean back = false;
    int hold = 0;
    int tries = 0;
    while (tries < GIVE_UP) {
      long slot = page.slot(k);
      long wanted = Memory.get(slot + Page.CLOCKSOURCE);
      if (!sampled || wanted != id) {
        c = cyclesOf(counters, wanted, ordered);
        id = wanted;
        sampled = true;
      }
      long start = Memory.get(slot + Page.START);
      long flags = Memory.get(slot + Page.FLAGS);
      long word = Memory.getAcquire(page.horizon(k));
      long promised = word >>> 1;
      long d = c == UNREADABLE ? Long.MAX_VALUE : widen(c - start, promised, flags);
      Memory.loadLoadFence();
      boolean mine = Memory.get(slot + Page.SEQ) == k;
      int move = mine ? move(k, slot, word, d, back, hold, tries) : REUSED;
      if (move == FORWARD || move == BACKWARD) {
        back = move == BACKWARD;
        k = back ? k - 1 : k + 1;
        continue;
      }
      tries++;
      if (move == AGAIN) {
        continue;
      }
      if (mine) {
        long answered = move == ANSWER ? d : move == FIRST ? 0 : promised - 1;
        StatusReason why = reasonOf(move);
        long nanos = 0;
        if (into == null) {
          nanos = value(slot, answered, clock);
        } else {
          into.fill(slot, k, answered, why);
        }
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return nanos;
        }
      }
      // The slot was reused while this thread slept, or the walk fell off the end of history.
      hold = tries > MAX_TRIES ? LAST + StatusReason.COUNTER_DISTURBED.code() : 0;
      k = Memory.getAcquire(headAddress);
      sampled = false;
      back = false;
    }
    throw damaged();
  }

  private IllegalStateException damaged() {
    return new IllegalStateException(
        "page's newest segment " + page.head() + " is missing: damaged; start its owner anew and"
            + " attach again");
  }

  // What a slow read does next. LAST + r: answer the last promised cycle, for reason r (LAST alone:
  // stand still at the end of a counter, which is an answer like any other).
  private static final int ANSWER = 0;
  private static final int FORWARD = 1;
  private static final int BACKWARD = 2;
  private static final int AGAIN = 3;
  private static final int REUSED = 4;
  private static final int FIRST = 5;
  private static final int LAST = 64;

  private static StatusReason reasonOf(int move) {
    return move > LAST
        ? StatusReason.of(move - LAST)
        : move == FIRST ? StatusReason.COUNTER_DISTURBED : null;
  }

  /** Decides, for an intact segment, what the read does next. */
  private int move(
      long k, long slot, long word, long d, boolean back, int hold, int tries) {
    long promised = word >>> 1;
    boolean sealed = (word & 1) != 0;
    if (Long.compareUnsigned(d, promised) < 0) {
      return ANSWER;
    }
    if (back && d >= promised) {
      // The successor, on another counter, has not begun: stand still at the end of this (A9).
      return LAST;
    }
    if (sealed && (hold != 0 || d >= promised)) {
      return FORWARD;
    }
    if (hold != 0) {
      return hold;
    }
    if (d < 0) {
      return k == 0 ? FIRST : BACKWARD;
    }
    return d == Long.MAX_VALUE
        ? LAST + StatusReason.COUNTER_UNREADABLE.code()
        : extend(k, slot, word, d, tries);
  }

  private int extend(long k, long slot, long word, long d, int tries) {
    long promised = word >>> 1;
    if (d - promised > Memory.get(slot + Page.GAP)) {
      GapProbe.Verdict verdict = probe.examine(this, k, promised, d);
      if (verdict != GapProbe.Verdict.EXTEND) {
        boolean look = verdict == GapProbe.Verdict.LOOK_AGAIN && tries < MAX_TRIES;
        return look ? AGAIN : LAST + StatusReason.COUNTER_DISTURBED.code();
      }
    }
    if (!extending) {
      return LAST + StatusReason.PROMISE_RAN_OUT.code();
    }
    if (tries >= MAX_TRIES) {
      return LAST + StatusReason.CONTENDED.code();
    }
    long further = d + Memory.get(slot + Page.STEP);
    long horizon = page.horizon(k);
    if (!Memory.compareAndSet(horizon, word, further << 1)) {
      return AGAIN;
    }
    // A statistic for people: two who count at once may count one.
    Memory.set(horizon + Page.EXTENSIONS, Memory.get(horizon + Page.EXTENSIONS) + 1);
    return ANSWER;
  }

  /** The present cycle of any counter, or {@link #UNREADABLE}. */
  static long cyclesOf(Counters counters, long id, boolean ordered) {
    if ((id & KIND_MASK) == NATIVE_KIND) {
      return nativeCycles(ordered);
    }
    ClockSource source = counters.find(id);
    return source == null ? UNREADABLE : ordered ? source.read() : source.readRelaxed();
  }

  /** Widens a count of a narrow counter to the one nearest to the horizon (A19). */
  static long widen(long d, long promised, long flags) {
    int shift = 64 - (int) (flags & 0x7F);
    return promised + (((d - promised) << shift) >> shift);
  }

  /**
   * The present cycle of the counter that the newest segment names, widened to 64 bits. Makes no
   * promise: convert it later.
   *
   * @param ordered whether everything seen before comes first
   * @param into receives its cycles and its clocksource, nothing else
   */
  public void stamp(boolean ordered, Sample into) {
    for (int tries = 0; tries < GIVE_UP; tries++) {
      long k = Memory.getAcquire(headAddress);
      long slot = page.slot(k);
      long id = Memory.get(slot + Page.CLOCKSOURCE);
      long start = Memory.get(slot + Page.START);
      long flags = Memory.get(slot + Page.FLAGS);
      long c = cyclesOf(counters, id, ordered);
      long promised = Memory.getAcquire(page.horizon(k)) >>> 1;
      Memory.loadLoadFence();
      if (Memory.get(slot + Page.SEQ) == k) {
        long d = c == UNREADABLE ? promised : widen(c - start, promised, flags);
        into.fillStamp(id, start, d);
        return;
      }
    }
    throw damaged();
  }
}
