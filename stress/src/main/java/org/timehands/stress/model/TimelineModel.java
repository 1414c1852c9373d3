package org.timehands.stress.model;

/**
 * What all models here share: a head hint, a counter that ticks, and readers that begin with a hint
 * and end with an answer, which is checked.
 */
abstract class TimelineModel implements Model {
  /** Between two reads; every other variable of the reader is then 0, too. */
  static final int IDLE = 0;

  /**
   * The greatest values of the variables.
   *
   * @param pc of a reader's program counter
   * @param segment of a segment's number
   * @param cycle of a cycle
   * @param place of a cycle's place in the order of all cycles
   * @param time of an answer
   */
  record Ranges(int pc, int segment, int cycle, int place, int time) {}

  final int readers;
  final int readOnly;
  final Layout layout = new Layout();
  final int counter;
  final int head;
  final int[] pc;
  final int[] segment;
  final int[] cycle;
  final Observer observer;

  /**
   * Adds the common variables.
   *
   * @param readOnly how many of the readers, from the first, cannot extend a horizon
   */
  TimelineModel(int readers, int readOnly, Ranges max) {
    this.readers = readers;
    this.readOnly = readOnly;
    counter = layout.variable("counter", max.cycle);
    head = layout.variable("head", max.segment);
    pc = layout.readerVariables("pc", readers, max.pc);
    segment = layout.readerVariables("segment", readers, max.segment);
    cycle = layout.readerVariables("cycle", readers, max.cycle);
    observer = new Observer(layout, readers, max.place, max.time);
  }

  /** How far the counter goes. */
  abstract int ticks();

  /** Adds the next steps of everyone but the counter and the readers. */
  abstract void otherSteps(int[] s, Steps out);

  /** Clears the variables of everyone but the readers, as far as no reader looks at them. */
  abstract void clearOthers(int[] s);

  @Override
  public final Layout layout() {
    return layout;
  }

  @Override
  public final int readerCount() {
    return readers;
  }

  @Override
  public final boolean idle(int[] s, int r) {
    return s[pc[r]] == IDLE;
  }

  @Override
  public final void exchangeAlike(int[] s) {
    layout.sortReaders(s, readOnly);
  }

  @Override
  public final void keepOnly(int[] s, int reader) {
    observer.clear(s);
    clearOthers(s);
    for (int r = 0; r < readers; r++) {
      if (r != reader) {
        layout.clearReader(s, r);
      }
    }
  }

  @Override
  public boolean fresh(int[] s, int r, int segment, int cycle, int time) {
    return r < readOnly || cycle == s[counter];
  }

  @Override
  public final void steps(int[] s, Steps out) {
    if (s[counter] < ticks()) {
      tick(s, out);
    }
    otherSteps(s, out);
    for (int r = 0; r < readers; r++) {
      readerSteps(s, r, out);
    }
  }

  void tick(int[] s, Steps out) {
    out.next()[counter]++;
    out.take("the counter ticks to %d", s[counter] + 1);
  }

  /**
   * A read begins: the reader has any hint there ever was, since it may have loaded it long ago.
   *
   * @param then the reader's next program counter
   */
  final void begin(int[] s, int r, int then, Steps out) {
    for (int k = 0; k <= s[head]; k++) {
      int[] next = out.next();
      observer.begin(next, r);
      next[pc[r]] = then;
      next[segment[r]] = k;
      out.take("reader %d begins a read, with a head hint of segment %d", r, k);
    }
  }

  final void readCounter(int[] s, int r, int then, Steps out) {
    int[] next = out.next();
    next[pc[r]] = then;
    next[cycle[r]] = s[counter];
    out.take("reader %d reads the counter: %d", r, s[counter]);
  }
}
