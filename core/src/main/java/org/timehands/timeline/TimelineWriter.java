package org.timehands.timeline;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.Memory;
import org.timehands.mischief.Mischief;

/**
 * The writer of a timeline: appends segments, each by one atomic step that readers may meet at any
 * time and never wait for.
 *
 * <p>One process at a time owns a page and steers it (rule I8); within it any thread may append,
 * one after the other. A writer may be stopped or killed between any two of its steps, for ever:
 * until the one compare-and-set that seals the old segment nothing has happened, and after it
 * everything has.
 */
/*
 * Why the successor starts at the sealed horizon, and not at "now" or a little later (semantics.md
 * 5.2, rules 1 and 2):
 *
 *   writer                           reader
 *   c = 100: computes a lower slope
 *   (descheduled)                    reads c = 900 on the old line  -> 390 ns
 *   publishes "from c = 100 on"      reads c = 901 on the new line  -> 386 ns: time went back
 *
 * Here the writer asks how far time has been promised (H = 1000), writes the line from 1000 on, and
 * seals 1000 by the CAS that also publishes it. If a reader has promised more meanwhile, the CAS
 * fails and the line is computed anew. Tests: HandoverModelTest, InterleavingTest, MutantTest.
 *
 *   field   | read          | write         | guard
 *   current | under lock    | under lock    | lock
 *   draft   | under lock    | under lock    | lock
 *   drafted | under lock    | under lock    | lock
 *   publishing | under lock | under lock    | lock
 *   before  | under lock    | under lock    | lock
 *   retired | under lock    | under lock    | lock
 *   check   | under lock    | under lock    | lock
 */
public final class TimelineWriter {
  /** A change of the line, applied to the continuation of the present one. */
  @FunctionalInterface
  public interface Edit {
    /**
     * Changes the continuation. Called again with a later start when a reader was faster: it must
     * depend on nothing but its argument and its own constants. Where the segment begins, and at
     * what, is not its to change; but one that goes on on another clocksource sets the start cycle
     * there: no less than that counter can have been when the old one was at the given start (A9).
     * A narrow counter's start is counted on from where its last segment was, or it has a new id,
     * since history tells cycles of one id apart by nothing but their numbers.
     */
    void apply(Segment next);
  }

  /** A horizon further ahead of the counter than this times GAP is nonsense: see recover. */
  private static final int ABSURD_GAPS = 4;

  /** How often in a row an absurd promise is taken back before the writer gives up. */
  private static final int MAX_POISONED = 1000;

  /** How many first promises there are, from one cycle on: see freshWord. */
  private static final long FRESH_PROMISES = 8;

  private final Page page;
  private final Counters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Segment before = new Segment();
  private final Segment draft = new Segment();
  private final Segment bridge = new Segment();
  private final long epoch;
  private long current;
  private long drafted = -1;
  private boolean publishing;
  private long retries;
  private long recoveries;
  private boolean retired;
  private CounterCheck check = CounterCheck.TRUSTING;

  private TimelineWriter(Page page, Counters counters, long current) {
    this.page = page;
    this.counters = counters;
    this.current = current;
    this.epoch = page.ownerEpoch();
  }

  /**
   * Begins a timeline in an empty page.
   *
   * @param page a formatted page that is not ready yet
   * @param counters the counters of this process
   * @param first edits the first segment, number 0; start, bases and slopes are all its own
   * @return its writer; the page is ready
   */
  public static TimelineWriter begin(Page page, Counters counters, Edit first) {
    Objects.requireNonNull(first, "first");
    TimelineWriter writer = new TimelineWriter(page, counters, -1);
    Segment draft = writer.draft;
    first.apply(draft);
    draft.sequence = 0;
    checkDraft(draft);
    writer.put(draft, writer.freshWord(0));
    page.setHead(0);
    page.setClocksource(draft.clocksourceId);
    writer.current = 0;
    page.setState(Page.STATE_READY);
    return writer;
  }

  /**
   * Takes up a timeline whose writer has gone, wherever it stopped. Time neither jumps back nor
   * restarts: the newest published segment goes on until this writer appends another.
   *
   * @param page a page that is ready, and whose lock the caller holds
   * @param counters the counters of this process
   * @return its writer
   * @throws PageFormatException if the newest segment cannot be found: the page is damaged
   */
  public static TimelineWriter resume(Page page, Counters counters) throws PageFormatException {
    long k = page.head();
    if (k < 0) {
      throw new PageFormatException("page's head is " + k + ", expected 0 or more: damaged");
    }
    // The last writer may have died between sealing and moving the hint.
    for (int steps = 0; (Memory.getAcquire(page.horizon(k)) & 1) != 0; steps++) {
      if (steps > page.slotCount() || Memory.getAcquire(page.slot(k + 1) + Page.SEQ) != k + 1) {
        throw new PageFormatException(
            "page's segment " + k + " is sealed and has no successor: damaged; remove the page");
      }
      k++;
    }
    if (Memory.getAcquire(page.slot(k) + Page.SEQ) != k) {
      throw new PageFormatException(
          "page's segment " + k + " is missing: damaged; remove the page");
    }
    page.setHead(k);
    return new TimelineWriter(page, counters, k);
  }

  /** The page that this writes. */
  public Page page() {
    return page;
  }

  /**
   * Says how to tell a counter that has gone back from a promise that is absurd. Without it, the
   * counter is believed. {@link GapGuard} is one.
   */
  public void setCounterCheck(CounterCheck next) {
    Objects.requireNonNull(next, "next");
    lock.lock();
    try {
      check = next;
    } finally {
      lock.unlock();
    }
  }

  /** How often readers have extended the newest segment's horizon, about. */
  public long extensions() {
    lock.lock();
    try {
      return Memory.get(page.horizon(current) + Page.EXTENSIONS);
    } finally {
      lock.unlock();
    }
  }

  /** How often a reader was faster and a segment was computed anew. */
  public long retries() {
    lock.lock();
    try {
      return retries;
    } finally {
      lock.unlock();
    }
  }

  /** How often an absurd horizon was taken back. */
  public long recoveries() {
    lock.lock();
    try {
      return recoveries;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Copies the newest segment.
   *
   * @param into the holder
   * @return its horizon now, in cycles relative to its start
   */
  public long newest(Segment into) {
    lock.lock();
    try {
      load(into);
      return Page.promised(Memory.getAcquire(page.horizon(current)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends a segment: seals the present one at its horizon and goes on from there with the edit
   * applied. Never waits for readers or for the counter.
   *
   * @param edit what is to change
   * @return the sequence number of the new segment; it is in force once the counter has passed its
   *     start ({@link #awaitCommit})
   * @throws IllegalArgumentException if the edited segment breaks a rule; nothing is published
   * @throws IllegalStateException if another owner has taken the page over
   */
  public long append(Edit edit) {
    return publish(null, 0, edit);
  }

  /**
   * Appends as {@link #append} does, but only if nobody has since a segment was looked at.
   *
   * @param expected the sequence number of the segment that the edit was made for
   * @param edit what is to change
   * @return the sequence number of the new segment, or -1 if another is the newest by now
   */
  public long appendIf(long expected, Edit edit) {
    lock.lock();
    try {
      return current == expected ? publish(null, 0, edit) : -1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tries to append two segments at once: a bridge over a time in which the counter told nothing,
   * and the line after it. Gives up when a thread, this one included, is appending already.
   *
   * @param expected the sequence number of the segment after which the gap was found; another one
   *     may be on another counter, or on this side of the gap already
   * @param over edits the bridge, whose slope decides how far time moves on it
   * @param endCycles the cycle at which the bridge ends
   * @param edit edits the line after it
   * @return the sequence number of the line after it, or -1 if somebody else is appending or has
   *     appended since
   */
  public long tryAppendBridge(long expected, Edit over, long endCycles, Edit edit) {
    if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
      return -1;
    }
    try {
      return current == expected ? publish(over, endCycles, edit) : -1;
    } finally {
      lock.unlock();
    }
  }

  private long publish(Edit over, long bridgeEnd, Edit edit) {
    Objects.requireNonNull(edit, "edit");
    lock.lock();
    try {
      if (publishing) {
        throw new IllegalStateException("append called from inside an edit: return from it first");
      }
      publishing = true;
      try {
        return publishLocked(over, bridgeEnd, edit);
      } finally {
        publishing = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private long publishLocked(Edit over, long bridgeEnd, Edit edit) {
    checkOwner();
    load(before);
    drafted = -1;
    for (;;) {
      long word = openHorizon();
      long last = prepare(over, bridgeEnd, edit, word >>> 1);
      if (Memory.compareAndSet(page.horizon(current), word, word | 1)) {
        current = last;
        drafted = last;
        page.setHead(last);
        page.setClocksource(draft.clocksourceId);
        return last;
      }
      retries++;
    }
  }

  /** The horizon word to seal: open, and no absurd promise. */
  private long openHorizon() {
    for (int tries = 0; tries < MAX_POISONED; tries++) {
      long word = Memory.getAcquire(page.horizon(current));
      if ((word & 1) != 0) {
        throw new IllegalStateException(
            "segment " + current + " was sealed by somebody else: this process no longer owns"
                + " the page; attach as a reader");
      }
      // Looked at before each seal: sealed at 2^61, the timeline could never be steered again.
      if (Page.isFrozen(word)) {
        thaw(word);
      } else if (!isAbsurd(word) || !recover(word)) {
        return word;
      }
    }
    throw new IllegalStateException(
        "somebody keeps promising absurd times, " + MAX_POISONED + " in a row: take the right to"
            + " write to the page's horizon file from them");
  }

  /** Writes the successor, or the bridge and the successor, where readers will look for them. */
  private long prepare(Edit over, long bridgeEnd, Edit edit, long promised) {
    if (over == null) {
      draft.continueFrom(before, promised);
      applyTo(draft, edit);
      put(draft, freshWord(draft.sequence));
      return draft.sequence;
    }
    bridge.continueFrom(before, promised);
    applyTo(bridge, over);
    bridge.setGap(true);
    long length = Math.max(bridgeEnd - bridge.startCycles, 1);
    draft.continueFrom(bridge, length);
    applyTo(draft, edit);
    put(draft, freshWord(draft.sequence));
    put(bridge, (length << 1) | 1);
    return draft.sequence;
  }

  /** Lets an edit change a continuation, but not where it begins nor at what (rule I3). */
  private static void applyTo(Segment next, Edit edit) {
    long sequence = next.sequence;
    long start = next.startCycles;
    long mono = next.monoBaseNanos;
    long monoFraction = next.monoFraction;
    long raw = next.rawBaseNanos;
    long rawFraction = next.rawFraction;
    long id = next.clocksourceId;
    long changes = next.clocksourceChangedSeq;
    edit.apply(next);
    boolean sameCounter = next.clocksourceId == id;
    if (next.sequence != sequence
        || (sameCounter && next.startCycles != start)
        || next.monoBaseNanos != mono
        || next.monoFraction != monoFraction
        || next.rawBaseNanos != raw
        || next.rawFraction != rawFraction) {
      throw new IllegalArgumentException(
          "edit moves segment " + sequence + " from (cycle " + start + ", MONOTONIC " + mono
              + ", RAW " + raw + ") to (cycle " + next.startCycles + ", MONOTONIC "
              + next.monoBaseNanos + ", RAW " + next.rawBaseNanos + "), fractions included: only"
              + " another clocksource may have another start cycle; change slopes and offsets");
    }
    next.clocksourceChangedSeq = sameCounter ? changes : changes + 1;
    checkDraft(next);
  }

  /** Writes a whole slot under its sequence number; readers see it only after the seal. */
  private void put(Segment segment, long word) {
    long slot = page.slot(segment.sequence);
    Memory.setRelease(slot + Page.SEQ, -1);
    Memory.storeStoreFence();
    segment.store(slot);
    long horizon = page.horizon(segment.sequence);
    Memory.set(horizon, word);
    Memory.set(horizon + Page.EXTENSIONS, 0);
    Memory.setRelease(slot + Page.SEQ, segment.sequence);
    if (Mischief.ON) {
      Mischief.point("put");
    }
  }

  /**
   * The horizon word of a fresh segment: open, one cycle promised, or a few more when the ring has
   * come round, so that a reader that slept does not extend another segment by what it read in
   * this:
   *
   *   reader, after an idle hour         writer, ring of 4
   *   loads H[1] = 1 of segment 1
   *   (descheduled)                      segment 5 takes the slot: H[1] = 1
   *   CAS H[1]: 1 -> an hour             <- segment 5 has promised an hour
   */
  private long freshWord(long k) {
    return (1 + k / page.slotCount() % FRESH_PROMISES) << 1;
  }

  /** Copies the newest segment: from its draft, where it is our own work, slopes and all. */
  private void load(Segment into) {
    if (drafted == current) {
      into.copyFrom(draft);
    } else {
      into.load(page.slot(current));
      into.sequence = current;
    }
  }

  /**
   * Ends this writer: waits for an append that is under way, and lets none begin any more. To be
   * called before the page's lock is given up, or a late append and the next owner's would write
   * to the same slot.
   */
  public void retire() {
    lock.lock();
    try {
      retired = true;
    } finally {
      lock.unlock();
    }
  }

  private void checkOwner() {
    if (retired) {
      throw new IllegalStateException(
          "this writer has given its page up: open the page anew to append to it");
    }
    long now = page.ownerEpoch();
    if (now != epoch) {
      throw new IllegalStateException(
          "page is in epoch " + now + ", this writer is of epoch " + epoch
              + ": another process owns it now; attach as a reader");
    }
  }

  private static void checkDraft(Segment draft) {
    if (draft.stepCycles < 1 || draft.stepCycles > 1L << 56) {
      throw new IllegalArgumentException(
          "horizon step of " + draft.stepCycles + " cycles must lie in [1, 2^56]");
    }
    if (draft.gapCycles < draft.stepCycles) {
      throw new IllegalArgumentException(
          "gap guard of " + draft.gapCycles + " cycles must not be below the step of "
              + draft.stepCycles);
    }
    int width = draft.widthBits();
    if (width < Long.SIZE && draft.gapCycles > 1L << (width - 2)) {
      throw new IllegalArgumentException(
          "gap guard of " + draft.gapCycles + " cycles must not be above 2^" + (width - 2)
              + ", a quarter of the range of a counter of " + width + " bits");
    }
    if (draft.errorNanos < 0 || draft.referenceErrorNanos < 0 || draft.rawErrorNanos < 0) {
      throw new IllegalArgumentException(
          "error bounds " + draft.errorNanos + ", " + draft.referenceErrorNanos + ", "
              + draft.rawErrorNanos + " ns must not be negative");
    }
  }

  /**
   * Waits until the counter has passed the start of a segment, so that every reader is in it or
   * later: what makes a setter read back what it set (A5). At most STEP cycles, or the heartbeat's
   * lead; gives a counter up that stands still for {@value CommitWait#STANDSTILL_READS} reads.
   *
   * @param sequence a number that {@link #append} returned
   * @return whether it is in force; false if this process cannot read the counter, or it stands
   *     still: then the segment comes into force once it counts again
   */
  public boolean awaitCommit(long sequence) {
    return awaitCommit(sequence, Thread::onSpinWait);
  }

  /**
   * Waits as {@link #awaitCommit(long)} does, in a way of the caller's choice.
   *
   * @param sequence a number that {@link #append} returned
   * @param idle what to do again and again meanwhile; at virtual time, let time pass
   */
  public boolean awaitCommit(long sequence, Runnable idle) {
    return CommitWait.await(page, counters, sequence, idle);
  }

  /**
   * Promises time ahead, as the owner's heartbeat does for readers who may not. Does nothing if
   * time is promised that far already, or if the counter stands beyond the gap guard: read the
   * timeline first, whose {@link GapProbe} decides about a gap.
   *
   * @param leadCycles how far from now, 1 or more; more than GAP counts as GAP
   */
  public void promise(long leadCycles) {
    lock.lock();
    try {
      load(before);
      ClockSource source = counters.find(before.clocksourceId);
      long word = Memory.getAcquire(page.horizon(current));
      // A sealed horizon here is the next owner's work: an extension would unseal it.
      if (source == null || retired || (word & 1) != 0 || Page.isFrozen(word)) {
        return;
      }
      long now = sinceStart(source, word >>> 1);
      long wanted = now + Math.min(leadCycles, before.gapCycles);
      boolean gap = now - (word >>> 1) > before.gapCycles;
      if (wanted > (word >>> 1) && !gap) {
        // Lost to a reader: it has promised about as much.
        Memory.compareAndSet(page.horizon(current), word, wanted << 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Promises time up to a cycle that the counter has passed, so that the next segment starts right
   * there. Does nothing if as much is promised already.
   *
   * @param sequence the newest segment
   * @param cycles where its line is to end, in cycles from its start, positive
   * @return whether the segment is the newest and its line is promised up to there
   */
  public boolean promiseUntil(long sequence, long cycles) {
    lock.lock();
    try {
      for (int tries = 0; tries < MAX_POISONED && current == sequence && !retired; tries++) {
        long word = Memory.getAcquire(page.horizon(current));
        if ((word & 1) != 0 || Page.isFrozen(word)) {
          return false;
        }
        if (cycles <= (word >>> 1)
            || Memory.compareAndSet(page.horizon(current), word, cycles << 1)) {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private long sinceStart(ClockSource source, long promised) {
    int shift = 64 - before.widthBits();
    return promised + (((source.read() - before.startCycles - promised) << shift) >> shift);
  }

  private boolean isAbsurd(long word) {
    ClockSource source = counters.find(before.clocksourceId);
    boolean guarded = before.gapCycles < Long.MAX_VALUE / (2 * ABSURD_GAPS);
    if (source == null || !guarded || before.widthBits() < Long.SIZE) {
      return false;
    }
    // Not as a difference: the greatest promise minus a count before the start overflows. A segment
    // that has not begun, because more was promised before it, needs no promise but the least.
    long now = source.read() - before.startCycles;
    return (word >>> 1) > Math.max(FRESH_PROMISES, now + ABSURD_GAPS * before.gapCycles);
  }

  /**
   * Takes back an absurd promise that a faulty or hostile reader made (A15). Rule I2 says that a
   * horizon only grows. To lower it to a little after now would break answers that were given while
   * this thread slept between its look at the counter and its CAS:
   *
   *   writer                              readers
   *   now = 100, H is absurd
   *   (descheduled)                       answer 5000 from the absurd horizon
   *   H := 150
   *   (killed)                            who may only read stands still at 149: time went back
   *
   * So the horizon is frozen first: a word that promises nothing and that nobody may seal. Readers
   * sample the counter before they load the horizon, so whoever used the absurd word had sampled a
   * cycle before the freezing, and a count taken after it bounds them all. From there the writer
   * promises again, or the next reader who meets the frozen word, if this thread stops here.
   *
   * <p>A counter that has gone back makes an honest horizon look absurd; to take it back would give
   * answered cycles a second time. Therefore the check is asked first.
   *
   * @return whether to look at the horizon again; false if it is to be left as it is
   */
  private boolean recover(long word) {
    if (!check.isSound(before, counters.find(before.clocksourceId))) {
      return false;
    }
    recoveries++;
    // Never the same word twice, so that no reader thaws this one by what it read for another.
    long frozen = Page.frozen(epoch, recoveries);
    if (Memory.compareAndSet(page.horizon(current), word, frozen)) {
      thaw(frozen);
    }
    return true;
  }

  private void thaw(long frozen) {
    ClockSource source = counters.find(before.clocksourceId);
    if (source == null) {
      throw new IllegalStateException(
          "clocksource " + before.clocksourceId + " cannot be read by this process, so a promise"
              + " that was taken back cannot be made anew: register the clocksource");
    }
    long after = source.read() - before.startCycles;
    long promised = Math.max(after + before.stepCycles, 1);
    // Lost to a reader, who has done the same.
    Memory.compareAndSet(page.horizon(current), frozen, promised << 1);
  }
}
