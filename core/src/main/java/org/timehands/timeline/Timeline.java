package org.timehands.timeline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.timehands.clocksource.ClockSource;
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
 * Concurrency. Two fields of this class change, and both are hints:
 *
 *   field        | read          | write                      | guard
 *   reached      | acquire       | release, by a walk's end   | none: any value will do
 *   REACHED      | the way to it | never                      | -
 *   nativeLately | plain         | plain, by a slow read      | none: either value will do
 *
 * Words of the page:
 *
 *   word      | reader here            | writer (TimelineWriter)        | pairs
 *   HEAD      | acquire                | release, after the seal        | a hint: may be old
 *   SEQ       | plain, after loadLoad  | -1, storeStore ... release k   | slot reuse
 *   others    | plain                  | plain, between the two         | under SEQ
 *   horizon   | acquire; CAS to extend | CAS to seal (release)          | seal publishes k+1
 *
 * Segments ahead. A segment begins at what was promised before, up to L from now: of a writer that
 * appends each L/10, some ten segments have not begun, and to walk back over them at each read
 * would cost more than all the rest. So a walk leaves behind where it ended, and the next reads
 * begin there as long as the head is what it was, or until one has to look again, because the
 * counter has gone on. What the walk skipped must be of one counter, or a counter that was given
 * up because it sticks would answer for ever (ReachedTest):
 *
 *   segment 5 on X, newest 6 on Y: Y has not begun, so a walk answers from 5
 *   X sticks below H_5; Y begins: every other reader is in 6, the hint would stay in 5
 *
 * Order in a read. The counter is sampled first of all in the fast path, where the processor can
 * find the segment meanwhile, and always before the horizon word is loaded. A horizon loaded first
 * could be an absurd one that the writer is about to take back (TimelineWriter.recover):
 *
 *   reader                          writer
 *   load H = absurd
 *                                   H := frozen; H := now + margin; seal; new slope from H on
 *   sample c > H; c < absurd
 *   answers c from the old line                                  <- two answers for c
 *
 * Sampling first bounds c by the moment of the freezing (PoisonHandover). A frozen horizon (bit
 * 63) promises nothing; whoever finds it and may write samples the counter again, which bounds all
 * that was answered before the freezing, and promises from there.
 *
 * Slot reuse. A reader may sleep for ever between any two steps. When it wakes, its slot may hold
 * segment k + N. Every answer is therefore computed first and given only if SEQ still says k. A CAS
 * that hits the reused word by accident promises too much there, because words are relative to
 * START; that breaks no answer, its own is refused by the same check, and the writer takes it back
 * if it is absurd. Fresh words differ from one round of the ring to the next (freshWord).
 *
 * Progress. A read takes a bounded number of steps unless the ring wraps under it: N updates within
 * one read, each time it tries; or, on a counter narrower than 64 bits, unless somebody extends at
 * each of its tries. Three lost CASes end in the last promised time. A thousand tries without an
 * intact segment end in an exception: no writer is that fast, the page is damaged, and a reader
 * that went on would hang (TimelineDamageTest).
 *
 * Overrun. A reader whose cycle is older than all that the ring keeps, because more updates were
 * published ahead than it has slots, answers the first cycle that is kept. It stays there for all
 * who come later until the counter is there too, so time stands still and does not go back:
 *
 *   ring of 4: segments 5..8 start at cycles 100..103; the counter is at 90
 *   reader A: walks back to 5, 4 is gone: answers T(100), says OVERRUN
 *   reader B: later, 5 is gone too:       answers T(101)
 */
public final class Timeline {
  /** No clock, but the cycle itself. */
  private static final int STAMP = 5;

  private static final int MAX_TRIES = 3;

  /** So many restarts of one read mean a damaged page, not a ring that wrapped each time. */
  private static final int GIVE_UP = 1_000;

  /** How often a reader that may not write looks at a frozen horizon before it answers anyhow. */
  private static final int MAX_FROZEN = 900;

  /** A segment further ahead of the counter than this times GAP was promised by nobody. */
  private static final int FURTHEST_GAPS = 8;

  /** Stands for the cycles since the start where the counter cannot be read. */
  private static final long UNREADABLE = Long.MAX_VALUE;

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

  private static final int BACK_BITS = 16;
  private static final long BACK_MASK = (1L << BACK_BITS) - 1;
  private static final VarHandle REACHED = reachedHandle();

  /** The head under which a read last had to walk back, and by how many segments it did. */
  @SuppressWarnings({"unused", "FieldMayBeFinal"}) // by REACHED
  private long reached;

  /** Whether the last slow read found the processor's own counter. */
  private boolean nativeLately = NATIVE_KIND >= 0;

  private static VarHandle reachedHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Timeline.class, "reached", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("no field 'reached'", impossible);
    }
  }

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
    return read(Line.MONO, true);
  }

  /** MONOTONIC, relaxed. */
  public long monotonicRelaxed() {
    return read(Line.MONO, false);
  }

  /** MONOTONIC_RAW, ordered. */
  public long raw() {
    return read(Line.RAW, true);
  }

  /** MONOTONIC_RAW, relaxed. */
  public long rawRelaxed() {
    return read(Line.RAW, false);
  }

  /** REALTIME, ordered. */
  public long realtime() {
    return read(Line.REAL, true);
  }

  /** REALTIME, relaxed. */
  public long realtimeRelaxed() {
    return read(Line.REAL, false);
  }

  /** BOOTTIME, ordered. */
  public long boottime() {
    return read(Line.BOOT, true);
  }

  /** BOOTTIME, relaxed. */
  public long boottimeRelaxed() {
    return read(Line.BOOT, false);
  }

  /** TAI, ordered. */
  public long tai() {
    return read(Line.TAI, true);
  }

  /** TAI, relaxed. */
  public long taiRelaxed() {
    return read(Line.TAI, false);
  }

  // The fast path. It must stay small enough for the JIT to inline, and `clock` and `ordered` are
  // constants there, so that the switch folds.
  private long read(int clock, boolean ordered) {
    if (!nativeLately) {
      return slow(clock, ordered, null);
    }
    long c = nativeCycles(ordered);
    long k = first();
    long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
    if ((Memory.get(slot + Page.CLOCKSOURCE) & KIND_MASK) == NATIVE_KIND) {
      long d = c - Memory.get(slot + Page.START);
      long horizon = Memory.known(horizons + ((k & mask) << Page.HORIZON_SHIFT));
      long word = Memory.getAcquire(horizon);
      if (Long.compareUnsigned(d, Page.promised(word)) < 0) {
        long nanos = Line.value(slot, d, clock);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return nanos;
        }
      }
    }
    return slow(clock, ordered, null);
  }

  /** The segment at which a read begins: the newest, or where a walk from there ended. */
  private long first() {
    long head = Memory.getAcquire(Memory.known(headAddress));
    long hint = (long) REACHED.getAcquire(this);
    return hint >>> BACK_BITS == head ? head - (hint & BACK_MASK) : head;
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
    if (!nativeLately) {
      slow(Line.MONO, ordered, into);
      return;
    }
    long c = nativeCycles(ordered);
    long k = first();
    long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
    long id = Memory.get(slot + Page.CLOCKSOURCE);
    if ((id & KIND_MASK) == NATIVE_KIND) {
      long start = Memory.get(slot + Page.START);
      long horizon = Memory.known(horizons + ((k & mask) << Page.HORIZON_SHIFT));
      long word = Memory.getAcquire(horizon);
      long d = c - start;
      if (Long.compareUnsigned(d, Page.promised(word)) < 0) {
        into.fillStamp(id, start, d);
        into.fill(slot, k, d, null);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return;
        }
      }
    }
    slow(Line.MONO, ordered, into);
  }

  private static long nativeCycles(boolean ordered) {
    return ordered ? Counter.readOrdered() : Counter.readRelaxed();
  }

  /**
   * Every read that the fast path does not answer: other counters, other segments, an horizon to
   * extend. Walks forward to the newest segment, samples its counter, and from there back, or
   * forward again, to the segment that answers. Keeps its state in locals, so that it allocates
   * nothing.
   */
  private long slow(int clock, boolean ordered, Sample into) {
    long newest = page.newest();
    long seen = Memory.getAcquire(page.horizon(newest));
    long k = newest;
    long id = 0;
    long c = 0;
    int way = BEGUN;
    int lost = 0;
    long frozen = 0;
    for (int restarts = 0; ; ) {
      long slot = page.slot(k);
      long wanted = Memory.get(slot + Page.CLOCKSOURCE);
      if (way == BEGUN || wanted != id) {
        c = cyclesOf(wanted, ordered);
        id = wanted;
        way = way == BEGUN ? ONWARD : way;
      }
      long start = Memory.get(slot + Page.START);
      long flags = Memory.get(slot + Page.FLAGS);
      long word = Memory.getAcquire(page.horizon(k));
      if (Page.isFrozen(word) && word != frozen) {
        frozen = word;
        way = BEGUN;
        continue;
      }
      long d = readable(id) ? Segment.widen(c - start, Page.promised(word), flags) : UNREADABLE;
      c = d == UNREADABLE ? c : start + d;
      boolean certain = Segment.isWide(flags) || isSteady(newest, seen);
      Memory.loadLoadFence();
      boolean mine = Memory.get(slot + Page.SEQ) == k;
      int move =
          !mine ? way == BACK ? NEXT_KEPT : RESTART
              : certain ? move(k, slot, word, d, way, lost, restarts, clock) : RESTART;
      if (move <= NEXT_KEPT) {
        k += move == BACKWARD ? -1 : 1;
        way = move;
        continue;
      }
      if (move == AGAIN) {
        lost++;
        continue;
      }
      if (move != RESTART) {
        long answered = move < FIRST ? d : move < LAST ? 0 : Page.promised(word) - 1;
        long nanos = answer(clock, slot, k, answered, d, move, into);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return nanos;
        }
      }
      if (++restarts > GIVE_UP) {
        throw damaged();
      }
      newest = page.newest();
      seen = Memory.getAcquire(page.horizon(newest));
      k = newest;
      way = BEGUN;
    }
  }

  // How a slow read came to a segment, and what it does next. FIRST + r and LAST + r: answer the
  // segment's first or last promised cycle, for reason r; LAST alone: stand still at the end of a
  // counter, which is an answer like any other.
  private static final int FORWARD = 0;
  private static final int BACKWARD = 1;
  private static final int NEXT_KEPT = 2;
  private static final int BEGUN = 3;
  private static final int ONWARD = FORWARD;
  private static final int BACK = BACKWARD;
  private static final int AGAIN = 3;
  private static final int RESTART = 4;
  private static final int ANSWER = 5;
  private static final int FIRST = 64;
  private static final int LAST = 128;

  /** Gives an answer, which counts only if the slot is still the segment's afterwards. */
  private static long answer(
      int clock, long slot, long k, long answered, long d, int move, Sample into) {
    if (into == null) {
      return Line.value(slot, answered, clock);
    }
    long id = Memory.get(slot + Page.CLOCKSOURCE);
    long start = Memory.get(slot + Page.START);
    if (clock == STAMP) {
      into.fillStamp(id, start, d == UNREADABLE ? answered : d);
      return 0;
    }
    into.fillStamp(id, start, answered);
    boolean held = move >= FIRST && move != LAST;
    into.fill(slot, k, answered, held ? StatusReason.of(move & (FIRST - 1)) : null);
    if (answered != d) {
      boolean unknown = d == UNREADABLE || move == LAST + StatusReason.COUNTER_DISTURBED.code();
      into.late(slot, unknown ? Long.MAX_VALUE : Math.abs(d - answered));
    }
    return 0;
  }

  private IllegalStateException damaged() {
    return new IllegalStateException(
        "page's newest segment " + page.head() + " is missing: damaged; start its owner anew and"
            + " attach again");
  }

  /** Decides, for an intact segment, what the read does next. */
  private int move(
      long k, long slot, long word, long d, int way, int lost, int restarts, int clock) {
    long promised = Page.promised(word);
    boolean sealed = (word & 1) != 0;
    if (Long.compareUnsigned(d, promised) < 0) {
      if (first() != k) {
        remember(k, slot);
      }
      return ANSWER;
    }
    if (d < 0) {
      return before(k, slot, word, d, way, lost, clock);
    }
    if (Page.isFrozen(word) && clock != STAMP) {
      return thaw(k, slot, word, d, restarts);
    }
    if (way == BACK) {
      // The successor, on another counter, has not begun: stand still at the end of this (A9).
      return LAST;
    }
    if (sealed) {
      if (Memory.getAcquire(page.slot(k + 1) + Page.SEQ) == k + 1) {
        return FORWARD;
      }
      return restarts < MAX_TRIES ? RESTART : LAST + StatusReason.PAGE_DAMAGED.code();
    }
    if (clock == STAMP) {
      return ANSWER;
    }
    return d == UNREADABLE
        ? LAST + StatusReason.COUNTER_UNREADABLE.code()
        : extend(k, slot, word, d, lost);
  }

  private void remember(long k, long slot) {
    long head = page.head();
    long changes = Memory.get(page.slot(head) + Page.CS_CHANGED_SEQ);
    if (Memory.get(slot + Page.CS_CHANGED_SEQ) == changes && head - k <= BACK_MASK) {
      REACHED.setRelease(this, head << BACK_BITS | (head - k));
    }
  }

  /**
   * Decides about a cycle before the segment. Up to a few GAP it is a segment that begins at what
   * was promised ahead, and its predecessors answer. More than that nobody promises: the counter
   * went back, and a walk into the past would answer times long gone.
   */
  private int before(long k, long slot, long word, long d, int way, int lost, int clock) {
    if (way == NEXT_KEPT) {
      return FIRST + StatusReason.OVERRUN.code();
    }
    if (way != BACK && clock != STAMP && -d / FURTHEST_GAPS > Memory.get(slot + Page.GAP)) {
      if ((word & 1) != 0) {
        return RESTART;
      }
      GapProbe.Verdict verdict = probe.examine(this, k, Page.promised(word), d);
      if (verdict != GapProbe.Verdict.EXTEND) {
        boolean look = verdict == GapProbe.Verdict.LOOK_AGAIN && lost < MAX_TRIES;
        return look ? AGAIN : LAST + StatusReason.COUNTER_DISTURBED.code();
      }
    }
    return k == 0 ? FIRST + StatusReason.COUNTER_DISTURBED.code() : BACKWARD;
  }

  /**
   * Promises again on a frozen horizon. The counter was sampled after the horizon was seen frozen,
   * so nobody has answered a later cycle. Who may not write waits for one who may; the writer thaws
   * what it froze at once, unless it died in between. At last it answers its own cycle unpromised:
   * never less than what was answered before, but later answers may contradict it if whoever thaws
   * stops for a STEP between its sample and its CAS:
   *
   *   thawing                 read-only reader                    model: PoisonHandover,
   *   now = 0                                                     UNPROMISED_COUNTED
   *   (descheduled)           c = STEP, frozen: answers T(STEP)
   *   H := 0 + STEP
   *                           read-only: holds at H - 1 < c: time went back
   *
   * Who cannot read the counter has no cycle of its own, and answers the segment's first.
   */
  private int thaw(long k, long slot, long word, long d, int restarts) {
    if (restarts < MAX_FROZEN && (!extending || d == UNREADABLE)) {
      return RESTART;
    }
    if (d == UNREADABLE) {
      return FIRST + StatusReason.COUNTER_UNREADABLE.code();
    }
    if (!extending) {
      return ANSWER;
    }
    long further = d + Memory.get(slot + Page.STEP);
    return Memory.compareAndSet(page.horizon(k), word, further << 1) ? ANSWER : RESTART;
  }

  private int extend(long k, long slot, long word, long d, int lost) {
    long promised = Page.promised(word);
    if (d - promised > Memory.get(slot + Page.GAP)) {
      GapProbe.Verdict verdict = probe.examine(this, k, promised, d);
      if (verdict != GapProbe.Verdict.EXTEND) {
        boolean look = verdict == GapProbe.Verdict.LOOK_AGAIN && lost < MAX_TRIES;
        return look ? AGAIN : LAST + StatusReason.COUNTER_DISTURBED.code();
      }
    }
    if (!extending) {
      return LAST + StatusReason.PROMISE_RAN_OUT.code();
    }
    if (lost >= MAX_TRIES) {
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

  private boolean readable(long id) {
    return (id & KIND_MASK) == NATIVE_KIND || counters.find(id) != null;
  }

  private long cyclesOf(long id, boolean ordered) {
    boolean isNative = (id & KIND_MASK) == NATIVE_KIND;
    if (nativeLately != isNative) {
      nativeLately = isNative;
    }
    if (isNative) {
      return nativeCycles(ordered);
    }
    ClockSource source = counters.find(id);
    return source == null ? 0 : ordered ? source.read() : source.readRelaxed();
  }

  /**
   * Whether the newest segment's horizon is as it was before the counter was sampled. A count of a
   * narrow counter is widened to the one nearest to an horizon, which is wrong if this thread slept
   * in between for half the counter's range while others went on (A19):
   *
   *   this reader                      others, on a counter of 24 bits at 3.58 MHz
   *   samples c
   *   (descheduled for 3 s)            extend H again and again
   *   loads H, 10.7e6 cycles past c
   *   takes c for 6.1e6 past H         <- time jumps ahead by 4.7 s
   */
  private boolean isSteady(long newest, long seen) {
    return (seen & 1) == 0 && Memory.getAcquire(page.horizon(newest)) == seen;
  }

  /**
   * The present cycle of the counter that the newest segment names, widened to 64 bits. Makes no
   * promise: convert it later.
   *
   * @param ordered whether everything seen before comes first
   * @param into receives its cycles and its clocksource, nothing else
   */
  public void stamp(boolean ordered, Sample into) {
    long k = Memory.getAcquire(Memory.known(headAddress));
    long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
    long id = Memory.get(slot + Page.CLOCKSOURCE);
    if ((id & KIND_MASK) == NATIVE_KIND) {
      long c = nativeCycles(ordered);
      long start = Memory.get(slot + Page.START);
      if (c - start >= 0) {
        into.fillStamp(id, start, c - start);
        Memory.loadLoadFence();
        if (Memory.get(slot + Page.SEQ) == k) {
          return;
        }
      }
    }
    slow(STAMP, ordered, into);
  }
}
