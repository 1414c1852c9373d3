package org.timehands.stress.model;

/**
 * The readers of rules I1 to I3 over a {@link Chain}; a subclass adds the writer.
 *
 * <p>Segments are never reused here ({@link RingModel} does that), so a segment's own fields are
 * read for free, and each access to a horizon word, to the head hint and to the counter is a step.
 * A hint may be any there ever was: a segment that a reader keeps is such a hint, too.
 */
abstract class ChainModel extends TimelineModel {
  /**
   * The size of a search.
   *
   * @param readers how many readers; each reads as often as it likes
   * @param readOnly how many of them, from the first, cannot extend
   * @param updates how many hand-overs
   * @param ticks how far the counter goes
   * @param lease how many cycles beyond the present one a reader promises
   * @param losses how many lost CASes before a reader answers the last promise
   */
  record Size(int readers, int readOnly, int updates, int ticks, int lease, int losses) {
    @Override
    public String toString() {
      return Words.readers(readers, readOnly) + ", " + Words.count(updates, "update") + ", "
          + Words.count(ticks, "tick") + ", lease " + lease;
    }
  }

  static final int COUNTER = 1;
  static final int WORD = 2;
  static final int CAS = 3;

  /** The first program counter that a subclass may give to a step of its own. */
  static final int OWN = 4;

  private static final int MAX_PC = 7;

  final Size size;
  final int newest;
  final Chain chain;
  final int[] word;
  final int[] losses;

  ChainModel(Size size, int maxCycle) {
    super(
        size.readers,
        size.readOnly,
        new Ranges(MAX_PC, size.updates, maxCycle, maxCycle, Chain.FAST * maxCycle));
    this.size = size;
    newest = layout.variable("newest", size.updates);
    chain = new Chain(layout, size.updates + 1, maxCycle);
    word = layout.readerVariables("word", size.readers, maxCycle);
    losses = layout.readerVariables("losses", size.readers, size.losses);
  }

  @Override
  final int ticks() {
    return size.ticks;
  }

  @Override
  public int soloStepLimit() {
    // Hint, counter and CAS, and a word for each segment, either way.
    return 3 + 2 * (size.updates + 1);
  }

  @Override
  public final void initial(Steps out) {
    chain.write(out.next(), 0, 0, 0);
    out.take("segment 0 starts at cycle 0 with slope %d", Chain.FAST);
  }

  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case IDLE -> begin(s, r, afterHint(), out);
      case COUNTER -> readCounter(s, r, WORD, out);
      case WORD -> decide(s, r, s[cycle[r]], out);
      default -> extend(s, r, out);
    }
  }

  /** What a reader does after it has a segment: it reads the counter. */
  int afterHint() {
    return COUNTER;
  }

  /** Loads the horizon word of the reader's segment and acts on it. */
  final void decide(int[] s, int r, int c, Steps out) {
    int k = s[segment[r]];
    if (c < s[chain.start[k]]) {
      out.next()[segment[r]] = k - 1;
      out.take("reader %d at cycle %d goes back from segment %d, which has not begun", r, c, k);
    } else if (c < chain.horizon(s, k)) {
      out.next();
      answer(s, r, c, out);
    } else if (s[chain.sealed[k]] == 1) {
      followSealed(s, r, out);
    } else if (r < size.readOnly || s[losses[r]] == size.losses) {
      hold(s, r, out);
    } else {
      int[] next = out.next();
      next[pc[r]] = CAS;
      next[word[r]] = s[chain.promised[k]];
      out.take(
          "reader %d at cycle %d finds segment %d open up to %d", r, c, k, chain.horizon(s, k));
    }
  }

  /** The reader's segment is open, its cycle lies beyond, and it cannot, or no longer, extend. */
  void hold(int[] s, int r, Steps out) {
    out.next();
    answer(s, r, heldCycle(s, r), out);
  }

  /** The last cycle that the reader's segment promises. */
  final int heldCycle(int[] s, int r) {
    int k = s[segment[r]];
    return Math.max(s[chain.start[k]], chain.horizon(s, k) - 1);
  }

  /** The reader's segment is sealed, and its cycle lies beyond. */
  void followSealed(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    out.next()[segment[r]] = k + 1;
    out.take("reader %d finds segment %d sealed at %d and goes on", r, k, chain.horizon(s, k));
  }

  final void extend(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int c = s[cycle[r]];
    int[] next = out.next();
    if (s[chain.promised[k]] == s[word[r]] && s[chain.sealed[k]] == 0) {
      next[chain.promised[k]] = c + size.lease - s[chain.start[k]];
      answer(s, r, c, out);
    } else {
      next[pc[r]] = WORD;
      next[word[r]] = 0;
      next[losses[r]] = Math.min(s[losses[r]] + 1, size.losses);
      out.take("reader %d loses its CAS to extend segment %d", r, k);
    }
  }

  /** Ends the read in {@code out}'s changed state. */
  final void answer(int[] s, int r, int at, Steps out) {
    int k = s[segment[r]];
    observer.answer(out, r, k, at, at, chain.line(s, k, at));
  }
}
