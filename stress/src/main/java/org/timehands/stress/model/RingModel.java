package org.timehands.stress.model;

/**
 * The page: few slots, reused; each segment written in several stores; writers that die.
 *
 * <p>A slot holds a sequence number, the start, the line (base and slope, the second half of the
 * fields) and a horizon word relative to the start. Every one of them is a step of its own to write
 * and to read. Rewriting a slot is: no sequence number, start, line, word, sequence number. A
 * reader trusts what it has read of a slot only if, afterwards, the sequence number is the one it
 * came for.
 *
 * <pre>
 *   reader  start of 0, counter, word of 0: open                         CAS
 *   writer                     seals 0, 1; rewrites slot 0 for segment 2
 * </pre>
 *
 * <p>The CAS succeeds if segment 2's word happens to be equal. Since the word is relative, segment
 * 2 then promises a little much, which is harmless; but the reader must not answer from segment 0.
 *
 * <p>A writer that takes over has the page and nothing else: it follows sealed segments from the
 * head hint, repairs the hint, and goes on.
 */
final class RingModel extends RingReaders {
  private static final int FIND_HEAD = 0;
  private static final int FIND_WORD = 1;
  private static final int REPAIR_HEAD = 2;
  private static final int LOAD = 3;
  private static final int INVALIDATE = 4;
  private static final int WRITE_START = 5;
  private static final int WRITE_LINE = 6;
  private static final int WRITE_WORD = 7;
  private static final int WRITE_SEQUENCE = 8;
  private static final int SEAL = 9;
  private static final int STORE_HEAD = 10;

  private final int writerPc;
  private final int writerSegment;
  private final int writerWord;
  private final int deathsUsed;

  RingModel(Variant variant, Size size) {
    super(variant, size);
    writerPc = layout.variable("writerPc", STORE_HEAD);
    writerSegment = layout.variable("writerSegment", size.updates());
    writerWord = layout.variable("writerWord", maxCycle);
    deathsUsed = layout.variable("deathsUsed", size.deaths());
  }

  @Override
  void initialWriter(int[] next) {
    next[writerPc] = LOAD;
  }

  @Override
  void clearOthers(int[] s) {
    s[writerPc] = 0;
    s[writerSegment] = 0;
    s[writerWord] = 0;
    s[deathsUsed] = 0;
  }

  @Override
  void otherSteps(int[] s, Steps out) {
    if (s[deathsUsed] < size.deaths()) {
      int[] next = out.next();
      clearOthers(next);
      next[deathsUsed] = s[deathsUsed] + 1;
      out.take("the writer dies, and another takes over from the page");
    }
    switch (s[writerPc]) {
      case FIND_HEAD -> findHead(s, out);
      case FIND_WORD -> findOpenSegment(s, out);
      case REPAIR_HEAD, STORE_HEAD -> storeHead(s, out);
      case LOAD -> loadHorizon(s, out);
      case INVALIDATE -> invalidate(s, out);
      case SEAL -> seal(s, out);
      default -> writeSlot(s, out);
    }
  }

  // Taking over.

  private void findHead(int[] s, Steps out) {
    int[] next = out.next();
    next[writerSegment] = s[head];
    next[writerPc] = variant == Variant.TAKEOVER_TRUSTS_HEAD ? LOAD : FIND_WORD;
    out.take("new writer loads the head hint: segment %d", s[head]);
  }

  private void findOpenSegment(int[] s, Steps out) {
    int k = s[writerSegment];
    int[] next = out.next();
    if (s[sealed[slot(k)]] == 1) {
      next[writerSegment] = k + 1;
      out.take("new writer finds segment %d sealed and goes on", k);
    } else {
      boolean repairs = k != s[head] && variant != Variant.TAKEOVER_LEAVES_HEAD;
      next[writerPc] = repairs ? REPAIR_HEAD : LOAD;
      out.take("new writer finds segment %d open", k);
    }
  }

  // Writing.

  private void loadHorizon(int[] s, Steps out) {
    int k = s[writerSegment];
    if (k < size.updates()) {
      int[] next = out.next();
      next[writerWord] = s[promised[slot(k)]];
      next[writerPc] = INVALIDATE;
      out.take("writer loads the horizon of segment %d: %d", k, horizon(s, k));
    }
  }

  /** A segment may be forgotten only when it is over: no reader then has to look for it. */
  private void invalidate(int[] s, Steps out) {
    int k = s[writerSegment];
    int victim = k + 1 - size.slots();
    boolean over = victim < 0 || s[counter] >= s[start[slot(victim + 1)]];
    if (over || variant == Variant.FORGETS_EARLY) {
      int[] next = out.next();
      next[sequence[slot(k + 1)]] = NO_SEQUENCE;
      next[writerPc] = WRITE_START;
      out.take("writer invalidates slot %d for segment %d", slot(k + 1), k + 1);
    }
  }

  private void writeSlot(int[] s, Steps out) {
    int k = s[writerSegment];
    int to = slot(k + 1);
    int at = s[start[slot(k)]] + s[writerWord];
    int[] next = out.next();
    next[writerPc]++;
    switch (s[writerPc]) {
      case WRITE_START -> {
        next[start[to]] = at;
        out.take("writer writes the start of segment %d: cycle %d", k + 1, at);
      }
      case WRITE_LINE -> {
        next[base[to]] = successorBase(s, k, at);
        next[slow[to]] = (k + 1) % 2;
        out.take("writer writes the line of segment %d: from time %d", k + 1, next[base[to]]);
      }
      case WRITE_WORD -> {
        next[promised[to]] = Chain.FIRST_PROMISE;
        next[sealed[to]] = 0;
        out.take("writer writes the horizon word of segment %d: open, its first cycle", k + 1);
      }
      default -> {
        next[sequence[to]] = k + 1 + 1;
        out.take("writer writes the sequence number %d", k + 1);
      }
    }
  }

  private int successorBase(int[] s, int k, int at) {
    int exact = line(s, slot(k), at - s[start[slot(k)]]);
    boolean estimates = variant == Variant.TAKEOVER_REBASES && s[deathsUsed] > 0;
    return estimates ? Math.max(0, exact - 2 * Chain.FAST) : exact;
  }

  private void seal(int[] s, Steps out) {
    int k = s[writerSegment];
    int at = slot(k);
    int[] next = out.next();
    next[writerWord] = 0;
    if (s[promised[at]] == s[writerWord] && s[sealed[at]] == 0) {
      next[sealed[at]] = 1;
      next[writerSegment] = k + 1;
      next[writerPc] = STORE_HEAD;
      out.take("writer seals segment %d at %d, which publishes %d", k, horizon(s, k), k + 1);
    } else {
      next[writerPc] = LOAD;
      out.take("writer's CAS to seal segment %d is lost", k);
    }
  }

  private void storeHead(int[] s, Steps out) {
    int[] next = out.next();
    next[head] = s[writerSegment];
    next[writerPc] = LOAD;
    out.take("writer stores the head hint: segment %d", s[writerSegment]);
  }
}
