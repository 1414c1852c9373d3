package org.timehands.stress.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Writes the run that leads to a state, one line a step.
 *
 * <p>The search keeps no words; they are found again by taking each step of the run once more.
 */
final class Trace {
  private final Model model;
  private final StateSet states;

  Trace(Model model, StateSet states) {
    this.model = model;
    this.states = states;
  }

  /**
   * The run to {@code position}, the step from there to {@code last} (null: none), and the reason.
   */
  List<String> of(int position, int[] last, Property property, String reason) {
    Deque<int[]> path = new ArrayDeque<>();
    for (int at = position; at != StateSet.ROOT; at = states.parent(at)) {
      path.addFirst(state(at));
    }
    if (last != null) {
      path.addLast(last);
    }
    List<String> lines = new ArrayList<>();
    int[] from = null;
    for (int[] to : path) {
      lines.add(String.format("%3d  %s", lines.size(), words(from, to)));
      from = to;
    }
    lines.add(property + " broken: " + reason);
    return lines;
  }

  private int[] state(int position) {
    long[] packed = new long[model.layout().wordCount()];
    states.get(position, packed);
    int[] state = new int[model.layout().variableCount()];
    model.layout().unpack(packed, state);
    return state;
  }

  private String words(int[] from, int[] to) {
    Describer describer = new Describer(model.layout().variableCount(), to);
    if (from == null) {
      describer.from(new int[to.length]);
      model.initial(describer);
    } else {
      describer.from(from);
      model.steps(from, describer);
    }
    if (describer.found == null) {
      throw new IllegalStateException(model.name() + ": a step depends on more than the state");
    }
    return describer.found;
  }

  /** Looks for the step to a given state. */
  private static final class Describer extends Steps {
    private final int[] wanted;
    private String found;

    Describer(int variableCount, int[] wanted) {
      super(variableCount);
      this.wanted = wanted;
    }

    @Override
    void take(String words, int a, int b, int c, int d) {
      if (found == null && Arrays.equals(changed(), wanted)) {
        found = String.format(words, a, b, c, d);
      }
    }

    @Override
    void violates(Property property, String words, int a, int b, int c, int d) {}
  }
}
