package org.timehands.stress.model;

/**
 * The hand-overs the field uses or proposes, in which readers and writer do not agree on a horizon.
 *
 * <p>All of them compute a new line from a counter reading and publish it later, by one store. They
 * are here to be broken: the gap between the two has no bound, and no margin covers it.
 */
final class LateHandover extends TimelineModel {
  /** What the writer computes and what a reader does with it. */
  enum Rule {
    /** Linux's sequence counter: the new line holds from the cycle the writer read. */
    LATE_PUBLISH,
    /** Each line has a lease; past its end a slower tail runs on until a successor is seen. */
    LEASE_WITH_SLOW_TAIL,
    /** The new line holds from the next cycle on, which is still in the future when computed. */
    FUTURE_START
  }

  /** Size of a search; see {@link ChainModel.Size}. */
  record Size(int readers, int updates, int ticks, int lease) {
    @Override
    public String toString() {
      return Words.readers(readers, 0) + ", " + Words.count(updates, "update") + ", "
          + Words.count(ticks, "tick") + ", lease " + lease;
    }

    private int maxCycle() {
      return ticks + lease * (updates + 1);
    }
  }

  private static final int TAIL_SLOPE = 1;

  private static final int COUNTER = 1;
  private static final int CHECK = 2;

  private static final int WRITER_COMPUTE = 0;
  private static final int WRITER_PUBLISH = 1;

  private final Rule rule;
  private final Size size;
  private final int writerPc;
  private final Chain chain;

  LateHandover(Rule rule, Size size) {
    super(
        size.readers,
        0,
        new Ranges(
            CHECK, size.updates, size.maxCycle(), size.maxCycle(), Chain.FAST * size.maxCycle()));
    this.rule = rule;
    this.size = size;
    writerPc = layout.variable("writerPc", WRITER_PUBLISH);
    chain = new Chain(layout, size.updates + 1, size.maxCycle());
  }

  @Override
  public String name() {
    return Words.of(rule) + ": " + size;
  }

  @Override
  int ticks() {
    return size.ticks;
  }

  @Override
  void clearOthers(int[] s) {
    s[writerPc] = WRITER_COMPUTE;
  }

  @Override
  public int soloStepLimit() {
    // Hint, counter, check, and once more if the check failed.
    return 6;
  }

  @Override
  public void initial(Steps out) {
    chain.write(out.next(), 0, 0, 0);
    out.take("segment 0 starts at cycle 0 with slope %d", Chain.FAST);
  }

  @Override
  void otherSteps(int[] s, Steps out) {
    if (s[writerPc] == WRITER_PUBLISH) {
      publish(s, out);
    } else if (s[head] < size.updates) {
      compute(s, out);
    }
  }

  private void compute(int[] s, Steps out) {
    int k = s[head];
    int at =
        switch (rule) {
          case LATE_PUBLISH -> s[counter];
          case LEASE_WITH_SLOW_TAIL -> leaseEnd(s, k);
          case FUTURE_START -> s[counter] + 1;
        };
    int[] next = out.next();
    chain.write(next, k + 1, at, chain.line(s, k, at));
    next[writerPc] = WRITER_PUBLISH;
    out.take(
        "writer computes segment %d: from cycle %d, time %d, slope %d",
        k + 1, at, chain.line(s, k, at), chain.slope(next, k + 1));
  }

  private int leaseEnd(int[] s, int k) {
    return s[chain.start[k]] + size.lease;
  }

  private void publish(int[] s, Steps out) {
    int[] next = out.next();
    next[head]++;
    next[writerPc] = WRITER_COMPUTE;
    out.take("writer publishes segment %d", s[head] + 1);
  }

  /** The newest line is loaded afresh for each read: these rules fare no better for being kind. */
  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case IDLE -> {
        int[] next = out.next();
        observer.begin(next, r);
        next[pc[r]] = COUNTER;
        next[segment[r]] = s[head];
        out.take("reader %d begins a read with segment %d", r, s[head]);
      }
      case COUNTER -> readCounter(s, r, CHECK, out);
      default -> finish(s, r, out);
    }
  }

  /** Linux looks whether the line it used is still current; the others walk back to its start. */
  private void finish(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    if (rule == Rule.LATE_PUBLISH && s[head] != k) {
      int[] next = out.next();
      next[pc[r]] = COUNTER;
      next[segment[r]] = s[head];
      out.take("reader %d saw the sequence change and tries again", r);
      return;
    }
    int c = s[cycle[r]];
    while (c < s[chain.start[k]]) {
      k--;
    }
    out.next();
    observer.answer(out, r, k, c, c, value(s, k, c));
  }

  private int value(int[] s, int k, int c) {
    if (rule != Rule.LEASE_WITH_SLOW_TAIL || c < leaseEnd(s, k)) {
      return chain.line(s, k, c);
    }
    return chain.line(s, k, leaseEnd(s, k)) + (c - leaseEnd(s, k)) * TAIL_SLOPE;
  }
}
