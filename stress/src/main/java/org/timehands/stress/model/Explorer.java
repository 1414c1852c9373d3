package org.timehands.stress.model;

import java.util.List;

/**
 * A breadth-first search of every state a {@link Model} can reach.
 *
 * <p>It stops at the first step that breaks a property; since the search is breadth first, no other
 * run breaks one in fewer steps. Progress ({@link Property#LIVE}, {@link Property#FRESH}) is
 * checked in each state by {@link SoloRuns}.
 */
public final class Explorer {
  private final Model model;
  private final Layout layout;
  private final StateSet states;
  private final long[] packed;
  private final SoloRuns soloRuns;
  private final Search search;
  private final boolean exchanges;
  private long transitions;
  private int expanded;
  private Violation violation;

  private Explorer(Model model, boolean exchanges) {
    this.model = model;
    this.exchanges = exchanges;
    layout = model.layout();
    states = new StateSet(layout.wordCount());
    packed = new long[layout.wordCount()];
    soloRuns = new SoloRuns(model);
    search = new Search();
  }

  /**
   * What a search found.
   *
   * @param model the model's name
   * @param states how many different states were reached
   * @param transitions how many steps were taken between them
   * @param complete whether every reachable state was expanded
   * @param broken the property that was broken, or null
   * @param trace the shortest run to the violation, one line a step; empty if there is none
   */
  public record Result(
      String model,
      int states,
      long transitions,
      boolean complete,
      Property broken,
      List<String> trace) {

    /** The verdict in a word or two, and the trace below it. */
    @Override
    public String toString() {
      String head = model + ": " + states + " states, " + transitions + " steps, " + verdict();
      return trace.isEmpty() ? head : head + "\n" + String.join("\n", trace);
    }

    /** Holds, broken, or cut off. */
    public String verdict() {
      if (broken != null) {
        return broken + " broken in " + (trace.size() - 2) + " steps";
      }
      return complete ? "holds" : "cut off before the end";
    }
  }

  private record Violation(Property property, String words, int parent, int[] state) {}

  /**
   * Searches the whole model.
   *
   * <p>States that differ only in the numbers of like readers are searched once. A trace in which
   * readers change their numbers cannot be read, so if a property turns out to be broken, the
   * search is done again without that.
   *
   * @param model what to search
   * @param stateLimit where to give up; the result then says that it is not complete
   */
  static Result explore(Model model, int stateLimit) {
    Result result = new Explorer(model, true).run(stateLimit);
    return result.broken() == null ? result : exploreEachReader(model, stateLimit);
  }

  /** As {@link #explore}, with every reader told apart. */
  static Result exploreEachReader(Model model, int stateLimit) {
    return new Explorer(model, false).run(stateLimit);
  }

  private Result run(int stateLimit) {
    int[] state = new int[layout.variableCount()];
    search.from(state);
    search.parent = StateSet.ROOT;
    model.initial(search);
    while (expanded < states.size() && violation == null && states.size() < stateLimit) {
      states.get(expanded, packed);
      layout.unpack(packed, state);
      search.from(state);
      search.parent = expanded;
      model.steps(state, search);
      if (violation == null) {
        checkProgress(state);
      }
      expanded++;
    }
    boolean complete = violation == null && expanded == states.size();
    Property broken = violation == null ? null : violation.property();
    return new Result(model.name(), states.size(), transitions, complete, broken, trace());
  }

  private void checkProgress(int[] state) {
    for (int reader = 0; reader < model.readerCount(); reader++) {
      Property broken = soloRuns.check(state, reader);
      if (broken != null) {
        violation = new Violation(broken, soloRuns.report(), expanded, null);
        return;
      }
    }
  }

  private List<String> trace() {
    if (violation == null || exchanges) {
      return List.of();
    }
    Trace trace = new Trace(model, states);
    return trace.of(violation.parent(), violation.state(), violation.property(), violation.words());
  }

  /** Adds what it is given to the set, and keeps the first violation. */
  private final class Search extends Steps {
    private final int[] sorted = new int[layout.variableCount()];
    private int parent;
    private Property broken;
    private String brokenWords;

    Search() {
      super(layout.variableCount());
    }

    @Override
    void take(String words, int a, int b, int c, int d) {
      transitions++;
      if (broken != null && violation == null) {
        violation = new Violation(broken, brokenWords, parent, changed().clone());
      }
      broken = null;
      int[] state = changed();
      if (exchanges) {
        System.arraycopy(state, 0, sorted, 0, sorted.length);
        model.exchangeAlike(sorted);
        state = sorted;
      }
      layout.pack(state, packed);
      states.add(packed, parent);
    }

    @Override
    void violates(Property property, String words, int a, int b, int c, int d) {
      if (broken != null) {
        return; // the first reason is the more particular
      }
      broken = property;
      brokenWords = String.format(words, a, b, c, d);
    }
  }
}
