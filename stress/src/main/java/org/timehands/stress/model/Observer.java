package org.timehands.stress.model;

/**
 * Checks MONO and PURE by remembering one answer.
 *
 * <p>Both properties speak of pairs of answers. Whenever a read ends, the search goes on in two
 * ways: with this answer remembered, if none is yet, and without. Every later answer is compared
 * with the remembered one, so over the whole search every pair is compared, while a state carries
 * one answer instead of the history. Nothing need count the reads: their number is unbounded.
 */
final class Observer {
  private final Layout layout;
  private final int set;
  private final int position;
  private final int time;
  private final int[] after;

  /**
   * Adds the observer's variables.
   *
   * @param maxPosition the greatest place in the order of cycles
   * @param maxTime the greatest time
   */
  Observer(Layout layout, int readers, int maxPosition, int maxTime) {
    this.layout = layout;
    set = layout.variable("observed", 1);
    position = layout.variable("observedPosition", maxPosition);
    time = layout.variable("observedTime", maxTime);
    after = layout.readerVariables("after", readers, 1);
  }

  /** A read begins: does it begin after the remembered one ended? */
  void begin(int[] next, int reader) {
    next[after[reader]] = next[set];
  }

  /** Clears all variables: the observer never changes what a reader does. */
  void clear(int[] state) {
    state[set] = 0;
    state[position] = 0;
    state[time] = 0;
    for (int index : after) {
      state[index] = 0;
    }
  }

  /**
   * A read ends with an answer: takes the step from {@code out}'s changed state, in which it makes
   * the reader idle.
   *
   * @param place where the cycle stands in the order of all cycles
   */
  void answer(Steps out, int reader, int segment, int cycle, int place, int answer) {
    lastAnswer(out, reader, segment, cycle, place, answer);
    int[] next = out.changed();
    if (next[set] == 0) {
      next[set] = 1;
      next[position] = place;
      next[time] = answer;
      emit(out, reader, segment, cycle, answer, true, true);
    }
  }

  /**
   * As {@link #answer}, but never remembers: this answer is compared with those given before it,
   * and none is compared with it.
   */
  void lastAnswer(Steps out, int reader, int segment, int cycle, int place, int answer) {
    int[] next = out.changed();
    boolean mono = next[after[reader]] == 0 || answer >= next[time];
    boolean pure =
        next[set] == 0
            || (place == next[position]
                ? answer == next[time]
                : place > next[position] ? answer >= next[time] : answer <= next[time]);
    layout.clearReader(next, reader);
    emit(out, reader, segment, cycle, answer, mono, pure);
  }

  private void emit(
      Steps out, int reader, int segment, int cycle, int answer, boolean mono, boolean pure) {
    int[] next = out.changed();
    if (!mono) {
      out.violates(
          Property.MONO,
          "a read that ended before this one began got %d, this one gets %d",
          next[time], answer, 0, 0);
    } else if (!pure) {
      out.violates(
          Property.PURE,
          "cycle %d got time %d, and cycle %d now gets time %d",
          next[position], next[time], cycle, answer);
    }
    out.answers(reader, segment, cycle, answer);
    out.take("reader %d answers %d: segment %d at cycle %d", reader, answer, segment, cycle);
  }
}
