package org.timehands.stress.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets one reader run alone from a state, everybody else having died there.
 *
 * <p>It must end its read within {@link Model#soloStepLimit} own steps, and a read that it did
 * wholly alone must be fresh. A solo run depends only on what the reader can see; {@link
 * Model#keepOnly} clears the rest, and a second set of states spares the runs that were checked
 * already.
 */
final class SoloRuns {
  private final Model model;
  private final StateSet checked;
  private final long[] packed;
  private final int[] state;
  private final int[][][] pools;
  private final Collector[] collectors;
  private final List<String> run = new ArrayList<>();
  private Property broken;
  private String reason;
  private boolean whole;
  private int[] start;

  SoloRuns(Model model) {
    this.model = model;
    int limit = model.soloStepLimit();
    // One more variable than the layout's, for the reader's number: projections must not mix.
    checked = new StateSet(model.layout().wordCount() + 1);
    packed = new long[model.layout().wordCount() + 1];
    state = new int[model.layout().variableCount()];
    pools = new int[limit + 1][][];
    collectors = new Collector[limit + 1];
    for (int depth = 0; depth <= limit; depth++) {
      collectors[depth] = new Collector(depth);
    }
  }

  /** The property that this reader's solo run breaks, or null. */
  Property check(int[] from, int reader) {
    System.arraycopy(from, 0, state, 0, state.length);
    model.keepOnly(state, reader);
    model.layout().pack(state, packed);
    packed[packed.length - 1] = reader;
    if (checked.add(packed, StateSet.ROOT) == StateSet.KNOWN) {
      return null;
    }
    broken = null;
    whole = model.idle(state, reader);
    start = state;
    run.clear();
    walk(state, reader, 0);
    return broken;
  }

  /** What went wrong, with the solo run's own steps. */
  String report() {
    return reason + ". Its steps alone: " + String.join("; ", run);
  }

  private void walk(int[] from, int reader, int depth) {
    if (depth == model.soloStepLimit()) {
      broken = Property.LIVE;
      reason = "reader " + reader + " alone does not end its read within " + depth + " own steps";
      return;
    }
    Collector collector = collectors[depth];
    collector.count = 0;
    collector.reader = reader;
    collector.from(from);
    model.readerSteps(from, reader, collector);
    if (collector.count == 0) {
      broken = Property.LIVE;
      reason = "reader " + reader + " has no step left and has not ended its read";
    }
    for (int i = 0; i < collector.count && broken == null; i++) {
      run.add(collector.words[i]);
      if (collector.stale[i] != null) {
        broken = Property.FRESH;
        reason = collector.stale[i];
      } else if (!model.idle(pools[depth][i], reader)) {
        walk(pools[depth][i], reader, depth + 1);
      }
      if (broken == null) {
        run.removeLast();
      }
    }
  }

  /** Keeps the steps of one depth of the walk. */
  private final class Collector extends Steps {
    private static final int WIDTH = 64;

    private final int depth;
    private final String[] words = new String[WIDTH];
    private final String[] stale = new String[WIDTH];
    private int count;
    private int reader;
    private String staleNow;

    Collector(int depth) {
      super(model.layout().variableCount());
      this.depth = depth;
      pools[depth] = new int[WIDTH][model.layout().variableCount()];
    }

    @Override
    void take(String format, int a, int b, int c, int d) {
      System.arraycopy(changed(), 0, pools[depth][count], 0, changed().length);
      words[count] = String.format(format, a, b, c, d);
      stale[count] = staleNow;
      staleNow = null;
      count++;
    }

    @Override
    void violates(Property property, String format, int a, int b, int c, int d) {}

    @Override
    void answers(int who, int segment, int cycle, int time) {
      if (whole && !model.fresh(start, reader, segment, cycle, time)) {
        staleNow = String.format("reader %d, alone, answers the time of cycle %d", reader, cycle);
      }
    }
  }
}
