package org.timehands.stress.model;

/** The hand-over by one sealing CAS, and the hand-overs that almost are. */
final class SealedHandover extends ChainModel {
  /** What of the rule is changed. */
  enum Variant {
    /** Nothing. */
    RULE,
    /** The writer seals with one store and publishes with a second; readers wait in between. */
    TWO_STORES_READERS_WAIT,
    /** The same, but readers answer the last promise in between. */
    TWO_STORES_READERS_HOLD,
    /** The writer draws another line in the segment itself. */
    EDITED_IN_PLACE
  }

  private static final int LOAD = 0;
  private static final int WRITE = 1;
  private static final int SEAL = 2;
  private static final int LINK = 3;
  private static final int HEAD = 4;

  private final Variant variant;
  private final int writerPc;
  private final int writerWord;

  SealedHandover(Variant variant, Size size) {
    // A segment that is sealed before anyone read it still ends one cycle after its start.
    super(size, size.ticks() + size.lease() + size.updates());
    this.variant = variant;
    writerPc = layout.variable("writerPc", HEAD);
    writerWord = layout.variable("writerWord", chain.maxCycle);
  }

  @Override
  public String name() {
    return Words.name("sealed hand-over", variant, size);
  }

  @Override
  void clearOthers(int[] s) {
    s[writerPc] = LOAD;
    s[writerWord] = 0;
  }

  @Override
  void otherSteps(int[] s, Steps out) {
    switch (s[writerPc]) {
      case LOAD -> loadHorizon(s, out);
      case WRITE -> writeSuccessor(s, out);
      case SEAL -> seal(s, out);
      case LINK -> link(s, out);
      default -> storeHead(s, out);
    }
  }

  private void loadHorizon(int[] s, Steps out) {
    int k = s[newest];
    if (k == size.updates()) {
      return;
    }
    int[] next = out.next();
    next[writerWord] = s[chain.promised[k]];
    next[writerPc] = variant == Variant.RULE ? WRITE : SEAL;
    out.take("writer loads the horizon of segment %d: %d", k, chain.horizon(s, k));
  }

  private void writeSuccessor(int[] s, Steps out) {
    int k = s[newest];
    int at = s[chain.start[k]] + s[writerWord];
    int[] next = out.next();
    chain.write(next, k + 1, at, chain.line(s, k, at));
    next[writerPc] = SEAL;
    out.take(
        "writer writes segment %d, not yet visible: from cycle %d, time %d, slope %d",
        k + 1, at, chain.line(s, k, at), chain.slope(next, k + 1));
  }

  private void seal(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    next[writerWord] = 0;
    if (s[chain.promised[k]] != s[writerWord]) {
      chain.discard(next, k + 1);
      next[writerPc] = LOAD;
      out.take("writer's CAS to seal segment %d is lost", k);
    } else if (variant == Variant.EDITED_IN_PLACE) {
      editInPlace(s, out);
    } else if (variant == Variant.RULE) {
      next[chain.sealed[k]] = 1;
      next[newest] = k + 1;
      next[writerPc] = HEAD;
      out.take("writer seals segment %d at %d, which publishes %d", k, chain.horizon(s, k), k + 1);
    } else {
      next[chain.sealed[k]] = 1;
      next[writerPc] = LINK;
      out.take("writer seals segment %d at %d; no successor yet", k, chain.horizon(s, k));
    }
  }

  /** Turns the line about its point at the horizon, in the segment that readers are reading. */
  private void editInPlace(int[] s, Steps out) {
    int[] next = out.next();
    next[chain.base[0]] += (Chain.FAST - Chain.SLOW) * s[writerWord];
    next[chain.slow[0]] = 1;
    next[newest] = size.updates();
    next[writerPc] = LOAD;
    next[writerWord] = 0;
    out.take(
        "writer edits segment 0 in place: the same time at cycle %d, slope %d",
        chain.horizon(s, 0), Chain.SLOW);
  }

  private void link(int[] s, Steps out) {
    int k = s[newest];
    int at = chain.horizon(s, k);
    int[] next = out.next();
    chain.write(next, k + 1, at, chain.line(s, k, at));
    next[newest] = k + 1;
    next[writerPc] = HEAD;
    out.take("writer publishes segment %d from cycle %d", k + 1, at);
  }

  private void storeHead(int[] s, Steps out) {
    int[] next = out.next();
    next[head] = s[newest];
    next[writerPc] = LOAD;
    out.take("writer stores the head hint: segment %d", s[newest]);
  }

  @Override
  void followSealed(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    if (k < s[newest]) {
      super.followSealed(s, r, out);
    } else if (variant == Variant.TWO_STORES_READERS_WAIT) {
      out.next();
      out.take("reader %d finds segment %d sealed without a successor and waits", r, k);
    } else {
      out.next();
      answer(s, r, chain.horizon(s, k) - 1, out);
    }
  }
}
