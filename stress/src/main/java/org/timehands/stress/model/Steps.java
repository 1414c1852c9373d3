package org.timehands.stress.model;

/**
 * Where a model puts the steps that are possible from a state.
 *
 * <p>A step is built in three moves: {@link #next} hands out a copy of the present state, the model
 * changes it, {@link #take} adds it with the words a trace shows for it. The words are a format
 * with {@code %d}s, since most steps are never shown. Before {@code take}, a model may state with
 * {@link #violates} that the step breaks a property, and with {@link #answers} that it ends a read.
 */
abstract class Steps {
  private static final int NO_ARGUMENT = 0;

  private final int[] scratch;
  private int[] from;

  Steps(int variableCount) {
    scratch = new int[variableCount];
  }

  /** Sets the state from which steps are taken. */
  final void from(int[] state) {
    from = state;
  }

  /** A copy of the present state, to be changed; valid until the next call. */
  final int[] next() {
    System.arraycopy(from, 0, scratch, 0, scratch.length);
    return scratch;
  }

  /** The state last handed out by {@link #next}, as the model left it. */
  final int[] changed() {
    return scratch;
  }

  final void take(String words) {
    take(words, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT);
  }

  final void take(String words, int a) {
    take(words, a, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT);
  }

  final void take(String words, int a, int b) {
    take(words, a, b, NO_ARGUMENT, NO_ARGUMENT);
  }

  final void take(String words, int a, int b, int c) {
    take(words, a, b, c, NO_ARGUMENT);
  }

  /** Adds the state last handed out by {@link #next} as a step. */
  abstract void take(String words, int a, int b, int c, int d);

  /** Says that the step about to be taken breaks a property. */
  abstract void violates(Property property, String words, int a, int b, int c, int d);

  /** Says that the step about to be taken ends a read with this answer. */
  void answers(int reader, int segment, int cycle, int time) {}
}
