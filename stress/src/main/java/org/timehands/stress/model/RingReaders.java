package org.timehands.stress.model;

/** The readers of a ring of slots; see {@link RingModel}. */
abstract class RingReaders extends TimelineModel {
  /** What of the rule is left out. */
  enum Variant {
    /** Nothing. */
    RULE,
    /** A reader whose CAS has succeeded answers without another look at the sequence number. */
    NO_CHECK_AFTER_CAS,
    /** A reader inside the promise answers without looking at the sequence number. */
    NO_CHECK_INSIDE_PROMISE,
    /** The writer reuses the slot of a segment that is not over. */
    FORGETS_EARLY,
    /** A reader that had to begin again holds a segment's last promise before its start. */
    HOLDS_BEFORE_START,
    /** A writer that takes over believes the head hint. */
    TAKEOVER_TRUSTS_HEAD,
    /** It finds the newest segment, but leaves the hint behind. */
    TAKEOVER_LEAVES_HEAD,
    /** It starts its first segment at a time of its own, a little behind. */
    TAKEOVER_REBASES
  }

  /** Size of a search; see {@link ChainModel.Size}. */
  record Size(
      int readers, int readOnly, int slots, int updates, int ticks, int lease, int deaths) {
    @Override
    public String toString() {
      return Words.readers(readers, readOnly) + ", " + slots + " slots, "
          + Words.count(updates, "update") + ", " + Words.count(ticks, "tick") + ", lease " + lease
          + ", " + Words.count(deaths, "death");
    }

    /** A stale CAS may add a whole span once more. */
    private int maxCycle() {
      return 2 * (ticks + lease) + updates;
    }

    private int maxTime() {
      return 2 * Chain.FAST * maxCycle();
    }
  }

  static final int NO_SEQUENCE = 0;

  private static final int LOAD_HEAD = 1;
  private static final int LOAD_START = 2;
  private static final int COUNTER = 3;
  private static final int LOAD_WORD = 4;
  private static final int CHECK = 5;
  private static final int CAS = 6;
  private static final int LOAD_LINE = 7;
  private static final int LOAD_LINE_TRUSTED = 8;
  private static final int CHECK_AFTER = 9;

  private static final int LOSSES = 1;

  final Variant variant;
  final Size size;
  final int maxCycle;
  final int[] sequence;
  final int[] start;
  final int[] base;
  final int[] slow;
  final int[] promised;
  final int[] sealed;
  private final int[] sampled;
  private final int[] seenStart;
  private final int[] seenWord;
  private final int[] seenSealed;
  private final int[] losses;
  private final int[] time;

  RingReaders(Variant variant, Size size) {
    super(
        size.readers,
        size.readOnly,
        new Ranges(CHECK_AFTER, size.updates, size.maxCycle(), size.maxCycle(), size.maxTime()));
    this.variant = variant;
    this.size = size;
    maxCycle = size.maxCycle();
    sequence = layout.variables("sequence", size.slots, size.updates + 1);
    start = layout.variables("start", size.slots, maxCycle);
    base = layout.variables("base", size.slots, size.maxTime());
    slow = layout.variables("slow", size.slots, 1);
    promised = layout.variables("promised", size.slots, maxCycle);
    sealed = layout.variables("sealed", size.slots, 1);
    sampled = layout.readerVariables("sampled", size.readers, 1);
    seenStart = layout.readerVariables("seenStart", size.readers, maxCycle);
    seenWord = layout.readerVariables("seenWord", size.readers, maxCycle);
    seenSealed = layout.readerVariables("seenSealed", size.readers, 1);
    losses = layout.readerVariables("losses", size.readers, LOSSES);
    time = layout.readerVariables("time", size.readers, size.maxTime());
  }

  abstract void initialWriter(int[] next);

  @Override
  final int ticks() {
    return size.ticks;
  }

  final int slot(int k) {
    return k % size.slots;
  }

  final int horizon(int[] s, int k) {
    return s[start[slot(k)]] + s[promised[slot(k)]];
  }

  final int line(int[] s, int at, int sinceStart) {
    return s[base[at]] + sinceStart * (s[slow[at]] == 1 ? Chain.SLOW : Chain.FAST);
  }

  @Override
  public String name() {
    return Words.name("slots reused", variant, size);
  }

  @Override
  public int soloStepLimit() {
    // A first try that finds its slot gone, then a walk over every slot, four loads each.
    return 10 + 4 * (size.slots + 1);
  }

  /** A reader that gives up early is not fresh; the question is whether it still is monotone. */
  @Override
  public boolean fresh(int[] s, int r, int segment, int cycle, int time) {
    return variant == Variant.HOLDS_BEFORE_START || super.fresh(s, r, segment, cycle, time);
  }

  @Override
  public void initial(Steps out) {
    int[] next = out.next();
    next[sequence[0]] = 1;
    next[promised[0]] = Chain.FIRST_PROMISE;
    initialWriter(next);
    out.take("segment 0 starts at cycle 0 with slope %d", Chain.FAST);
  }

  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case IDLE -> begin(s, r, LOAD_START, out);
      case LOAD_HEAD -> loadHead(s, r, out);
      case LOAD_START -> loadStart(s, r, out);
      case COUNTER -> readCounter(s, r, out);
      case LOAD_WORD -> loadWord(s, r, out);
      case CHECK -> checkAndDecide(s, r, out);
      case CAS -> extend(s, r, out);
      case CHECK_AFTER -> checkAndAnswer(s, r, out);
      default -> loadLine(s, r, out);
    }
  }

  private void to(int[] next, int r, int where, int k) {
    next[pc[r]] = where;
    next[segment[r]] = k;
    next[seenStart[r]] = 0;
    next[seenWord[r]] = 0;
    next[seenSealed[r]] = 0;
  }

  private void forget(int[] next, int r) {
    next[cycle[r]] = 0;
    next[sampled[r]] = 0;
    next[losses[r]] = 0;
    next[time[r]] = 0;
  }

  private void loadHead(int[] s, int r, Steps out) {
    to(out.next(), r, LOAD_START, s[head]);
    out.take("reader %d loads the head hint: segment %d", r, s[head]);
  }

  private void loadStart(int[] s, int r, Steps out) {
    int at = slot(s[segment[r]]);
    int[] next = out.next();
    next[seenStart[r]] = s[start[at]];
    next[pc[r]] = s[sampled[r]] == 1 ? LOAD_WORD : COUNTER;
    out.take("reader %d loads the start in slot %d: %d", r, at, s[start[at]]);
  }

  private void readCounter(int[] s, int r, Steps out) {
    int[] next = out.next();
    next[cycle[r]] = s[counter];
    next[sampled[r]] = 1;
    next[pc[r]] = LOAD_WORD;
    out.take("reader %d reads the counter: %d", r, s[counter]);
  }

  private void loadWord(int[] s, int r, Steps out) {
    int at = slot(s[segment[r]]);
    int since = s[cycle[r]] - s[seenStart[r]];
    int[] next = out.next();
    if (since >= 0 && since < s[promised[at]]) {
      next[pc[r]] =
          variant == Variant.NO_CHECK_INSIDE_PROMISE ? LOAD_LINE_TRUSTED : LOAD_LINE;
    } else {
      next[seenWord[r]] = s[promised[at]];
      next[seenSealed[r]] = s[sealed[at]];
      next[pc[r]] = CHECK;
    }
    out.take(
        "reader %d loads the horizon word in slot %d: %d from the start, sealed %d",
        r, at, s[promised[at]], s[sealed[at]]);
  }

  private void restart(int[] s, int r, Steps out) {
    int[] next = out.next();
    forget(next, r);
    to(next, r, LOAD_HEAD, 0);
    next[losses[r]] = variant == Variant.HOLDS_BEFORE_START ? LOSSES : 0;
    out.take("reader %d finds its slot reused and begins again", r);
  }

  private void checkAndDecide(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    if (s[sequence[slot(k)]] != k + 1) {
      restart(s, r, out);
      return;
    }
    int[] next = out.next();
    boolean gaveUp = variant == Variant.HOLDS_BEFORE_START && s[losses[r]] == LOSSES;
    if (s[cycle[r]] < s[seenStart[r]] && !gaveUp) {
      to(next, r, LOAD_START, k - 1);
      out.take("reader %d finds the slot still segment %d's, and goes back one", r, k);
    } else if (s[seenSealed[r]] == 1) {
      to(next, r, LOAD_START, k + 1);
      out.take("reader %d finds the slot still segment %d's, sealed, and goes on one", r, k);
    } else if (r < size.readOnly || s[losses[r]] == LOSSES) {
      next[cycle[r]] = s[seenStart[r]] + Math.max(s[seenWord[r]] - 1, 0);
      next[pc[r]] = LOAD_LINE;
      out.take("reader %d holds the last promise of segment %d, %d", r, k, next[cycle[r]]);
    } else {
      next[pc[r]] = CAS;
      out.take("reader %d finds the slot still segment %d's, open", r, k);
    }
  }

  private void extend(int[] s, int r, Steps out) {
    int at = slot(s[segment[r]]);
    int[] next = out.next();
    if (s[promised[at]] == s[seenWord[r]] && s[sealed[at]] == 0) {
      next[promised[at]] = s[cycle[r]] - s[seenStart[r]] + size.lease;
      next[pc[r]] = variant == Variant.NO_CHECK_AFTER_CAS ? LOAD_LINE_TRUSTED : LOAD_LINE;
      out.take("reader %d extends the horizon in slot %d by CAS to %d from the start",
          r, at, next[promised[at]]);
    } else {
      next[pc[r]] = LOAD_WORD;
      next[losses[r]] = LOSSES;
      out.take("reader %d loses its CAS in slot %d", r, at);
    }
  }

  private void loadLine(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int value = line(s, slot(k), s[cycle[r]] - s[seenStart[r]]);
    int[] next = out.next();
    if (s[pc[r]] == LOAD_LINE_TRUSTED) {
      observer.answer(out, r, k, s[cycle[r]], s[cycle[r]], value);
      return;
    }
    to(next, r, CHECK_AFTER, k);
    next[time[r]] = value;
    out.take("reader %d loads the line in slot %d and computes %d", r, slot(k), value);
  }

  private void checkAndAnswer(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int at = slot(k);
    if (s[sequence[at]] != k + 1) {
      restart(s, r, out);
      return;
    }
    int whole = line(s, at, s[cycle[r]] - s[start[at]]);
    if (s[time[r]] != whole) {
      out.violates(
          Property.TORN,
          "reader %d computed %d for cycle %d, where the segment says %d",
          r, s[time[r]], s[cycle[r]], whole);
    }
    out.next();
    observer.answer(out, r, k, s[cycle[r]], s[cycle[r]], s[time[r]]);
  }
}
