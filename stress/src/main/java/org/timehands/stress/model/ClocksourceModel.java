package org.timehands.stress.model;

/**
 * A change of the clocksource, from X to Y and back.
 *
 * <p>The writer does not know what Y shows when X shows the sealed horizon H. It knows a bracket:
 * it reads X, Y, X, and between those readings and H the two may drift apart by a rated amount. The
 * new segment starts at the upper end of what Y may show at H. Readers for whom Y has not come so
 * far use X, which holds still at H - 1.
 *
 * <pre>
 *   X   ... H-2  H-1   H   H+1  H+2        sealed at H
 *   Y   ...  7    8    9   10   11         somewhere in 8..10 at H, so segment 1 starts at 10
 *   time     5    6    6    7    8         stands still, never goes back
 * </pre>
 *
 * <p>One tick of the world moves X by one, and Y by one but for a few ticks, when it stalls or
 * skips. Both lines have slope 1. Cycles of different counters are ordered by segment.
 */
final class ClocksourceModel extends TimelineModel {
  /** Where the new segment starts, and what else may be wrong. */
  enum Variant {
    /** At the upper end of the bracket. */
    RULE,
    /** At the lower end. */
    STARTS_AT_LOW_END,
    /** In the middle. */
    STARTS_AT_MIDPOINT,
    /** At the upper end, but the old counter runs on beyond the horizon meanwhile. */
    OLD_COUNTER_NOT_HELD
  }

  /**
   * Size of a search; see {@link ChainModel.Size}.
   *
   * @param changes how many changes of the counter
   * @param bracket how wide a bracket the writer accepts, in ticks
   * @param drift how many times Y stalls or skips a tick
   */
  record Size(int readers, int changes, int ticks, int lease, int bracket, int drift) {
    @Override
    public String toString() {
      return Words.readers(readers, 0) + ", " + Words.count(changes, "change") + ", "
          + Words.count(ticks, "tick") + ", lease " + lease + ", bracket " + bracket + ", drift "
          + drift;
    }

    private int maxCycle() {
      return FIRST_Y + ticks + lease + drift + (changes + 1) * (drift + 2);
    }
  }

  /** Y is ahead, so that the lower end of a bracket is never below zero. */
  private static final int FIRST_Y = 3;

  private static final int LOSSES = 1;

  private static final int COUNTER = 1;
  private static final int WORD = 2;
  private static final int CAS = 3;

  private static final int LOAD = 0;
  private static final int OLD_BEFORE = 1;
  private static final int NEW = 2;
  private static final int OLD_AFTER = 3;
  private static final int WRITE = 4;
  private static final int SEAL = 5;
  private static final int HEAD = 6;

  private final Variant variant;
  private final Size size;
  private final int[] counters;
  private final int drifted;
  private final int newest;
  private final int writerPc;
  private final int writerWord;
  private final int oldBefore;
  private final int newBetween;
  private final int oldAfter;
  private final Chain chain;
  private final int[] cameBack;
  private final int[] word;
  private final int[] losses;

  ClocksourceModel(Variant variant, Size size) {
    super(
        size.readers,
        0,
        new Ranges(
            CAS,
            size.changes,
            size.maxCycle(),
            (size.changes + 1) * (size.maxCycle() + 1),
            Chain.FAST * size.maxCycle()));
    this.variant = variant;
    this.size = size;
    int max = size.maxCycle();
    counters = new int[] {counter, layout.variable("Y", max)};
    drifted = layout.variable("drifted", size.drift);
    newest = layout.variable("newest", size.changes);
    writerPc = layout.variable("writerPc", HEAD);
    writerWord = layout.variable("writerWord", max);
    oldBefore = layout.variable("oldBefore", max);
    newBetween = layout.variable("newBetween", max);
    oldAfter = layout.variable("oldAfter", max);
    chain = new Chain(layout, size.changes + 1, max);
    cameBack = layout.readerVariables("cameBack", size.readers, 1);
    word = layout.readerVariables("word", size.readers, max);
    losses = layout.readerVariables("losses", size.readers, LOSSES);
  }

  @Override
  public String name() {
    return Words.name("clocksource change", variant, size);
  }

  @Override
  int ticks() {
    return size.ticks;
  }

  @Override
  void clearOthers(int[] s) {
    toLoad(s);
  }

  @Override
  public int soloStepLimit() {
    // Hint and CAS, and a counter and a word for each segment, either way.
    return 3 + 4 * (size.changes + 1);
  }

  /**
   * Time is never ahead by more than the drift, nor behind by more than that and the brackets. What
   * the mutants do to this is of less interest than what they do to MONO.
   */
  @Override
  public boolean fresh(int[] s, int r, int segment, int cycle, int time) {
    int behind = s[counter] - time;
    int standstill = size.changes * (size.bracket + 2 * size.drift + 1);
    return variant != Variant.RULE
        || behind >= -size.drift && behind <= standstill + size.drift;
  }

  private void toLoad(int[] next) {
    next[writerPc] = LOAD;
    next[writerWord] = 0;
    next[oldBefore] = 0;
    next[newBetween] = 0;
    next[oldAfter] = 0;
  }

  /** The counter that a segment is on. */
  private int counterOf(int k) {
    return counters[k % 2];
  }

  private static String nameOf(int k) {
    return k % 2 == 0 ? "X" : "Y";
  }

  private int time(int[] s, int k, int c) {
    return s[chain.base[k]] + c - s[chain.start[k]];
  }

  @Override
  public void initial(Steps out) {
    int[] next = out.next();
    chain.write(next, 0, 0, 0);
    next[counters[1]] = FIRST_Y;
    out.take("segment 0 starts at X = 0, where Y is %d", FIRST_Y);
  }

  @Override
  void tick(int[] s, Steps out) {
    tick(s, 1, out);
    if (s[drifted] < size.drift) {
      tick(s, 0, out);
      tick(s, 2, out);
    }
  }

  private void tick(int[] s, int stepOfY, Steps out) {
    int[] next = out.next();
    next[counter]++;
    next[counters[1]] += stepOfY;
    next[drifted] += stepOfY == 1 ? 0 : 1;
    out.take("the counters tick to X = %d, Y = %d", next[counter], next[counters[1]]);
  }

  // The writer.

  @Override
  void otherSteps(int[] s, Steps out) {
    int k = s[newest];
    switch (s[writerPc]) {
      case LOAD -> loadHorizon(s, k, out);
      case OLD_BEFORE -> bracket(s, oldBefore, k, out);
      case NEW -> bracket(s, newBetween, k + 1, out);
      case OLD_AFTER -> closeBracket(s, k, out);
      case WRITE -> writeSuccessor(s, k, out);
      case SEAL -> seal(s, k, out);
      default -> storeHead(s, out);
    }
  }

  private void loadHorizon(int[] s, int k, Steps out) {
    if (k < size.changes) {
      int[] next = out.next();
      next[writerWord] = s[chain.promised[k]];
      next[writerPc] = OLD_BEFORE;
      out.take("writer loads the horizon of segment %d: %d", k, chain.horizon(s, k));
    }
  }

  private void bracket(int[] s, int into, int k, Steps out) {
    int[] next = out.next();
    next[into] = s[counterOf(k)];
    next[writerPc]++;
    out.take("writer reads " + nameOf(k) + ": %d", next[into]);
  }

  private void closeBracket(int[] s, int k, Steps out) {
    int[] next = out.next();
    int after = s[counterOf(k)];
    if (after - s[oldBefore] > size.bracket) {
      toLoad(next);
      out.take("writer reads " + nameOf(k) + ": %d, too late, and begins again", after);
    } else {
      next[oldAfter] = after;
      next[writerPc] = WRITE;
      out.take("writer reads " + nameOf(k) + ": %d", after);
    }
  }

  private void writeSuccessor(int[] s, int k, Steps out) {
    int horizon = s[chain.start[k]] + s[writerWord];
    int high = s[newBetween] + horizon - s[oldBefore] + size.drift;
    int low = Math.max(0, s[newBetween] + horizon - s[oldAfter] - size.drift);
    int at =
        switch (variant) {
          case STARTS_AT_LOW_END -> low;
          case STARTS_AT_MIDPOINT -> (low + high) / 2;
          default -> high;
        };
    int[] next = out.next();
    toLoad(next);
    next[writerWord] = s[writerWord];
    chain.write(next, k + 1, at, time(s, k, horizon));
    next[writerPc] = SEAL;
    out.take(
        "writer writes segment %d, not yet visible, from " + nameOf(k + 1) + " = %d of %d..%d",
        k + 1, at, low, high);
  }

  private void seal(int[] s, int k, Steps out) {
    int[] next = out.next();
    toLoad(next);
    if (s[chain.promised[k]] != s[writerWord]) {
      chain.discard(next, k + 1);
      out.take("writer's CAS to seal segment %d is lost", k);
    } else {
      next[chain.sealed[k]] = 1;
      next[newest] = k + 1;
      next[writerPc] = HEAD;
      out.take("writer seals segment %d at %d, which publishes %d", k, chain.horizon(s, k), k + 1);
    }
  }

  private void storeHead(int[] s, Steps out) {
    int[] next = out.next();
    next[head] = s[newest];
    next[writerPc] = LOAD;
    out.take("writer stores the head hint: segment %d", s[newest]);
  }

  // A reader.

  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case IDLE -> begin(s, r, COUNTER, out);
      case COUNTER -> readCounter(s, r, out);
      case WORD -> decide(s, r, out);
      default -> extend(s, r, out);
    }
  }

  private void readCounter(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int[] next = out.next();
    next[pc[r]] = WORD;
    next[cycle[r]] = s[counterOf(k)];
    out.take("reader %d reads " + nameOf(k) + ": %d", r, next[cycle[r]]);
  }

  private void decide(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int c = s[cycle[r]];
    int[] next = out.next();
    if (c < s[chain.start[k]]) {
      go(next, r, k - 1);
      next[cameBack[r]] = 1;
      out.take("reader %d goes back from segment %d, which has not begun", r, k);
    } else if (c < chain.horizon(s, k)) {
      answer(s, r, c, out);
    } else if (s[chain.sealed[k]] == 1 && s[cameBack[r]] == 0) {
      go(next, r, k + 1);
      out.take("reader %d finds segment %d sealed at %d and goes on", r, k, chain.horizon(s, k));
    } else if (s[chain.sealed[k]] == 1) {
      boolean held = variant != Variant.OLD_COUNTER_NOT_HELD;
      answer(s, r, held ? chain.horizon(s, k) - 1 : c, out);
    } else if (s[losses[r]] == LOSSES) {
      answer(s, r, chain.horizon(s, k) - 1, out);
    } else {
      next[pc[r]] = CAS;
      next[word[r]] = s[chain.promised[k]];
      out.take("reader %d finds segment %d open up to %d", r, k, chain.horizon(s, k));
    }
  }

  private void go(int[] next, int r, int k) {
    next[segment[r]] = k;
    next[cycle[r]] = 0;
    next[pc[r]] = COUNTER;
  }

  private void extend(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int c = s[cycle[r]];
    int[] next = out.next();
    if (s[chain.promised[k]] == s[word[r]] && s[chain.sealed[k]] == 0) {
      next[chain.promised[k]] = c + size.lease - s[chain.start[k]];
      answer(s, r, c, out);
    } else {
      next[pc[r]] = WORD;
      next[word[r]] = 0;
      next[losses[r]] = LOSSES;
      out.take("reader %d loses its CAS to extend segment %d", r, k);
    }
  }

  private void answer(int[] s, int r, int at, Steps out) {
    int k = s[segment[r]];
    int place = k * (chain.maxCycle + 1) + at;
    observer.answer(out, r, k, at, place, time(s, k, at));
  }
}
