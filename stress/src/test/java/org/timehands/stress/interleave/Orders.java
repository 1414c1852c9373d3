package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Runs small programs of simulated threads, one step of one thread at a time; in all orders with at
 * most a few preemptions, one after the other, depth first, or in any order that somebody chooses.
 * After M. Musuvathi and S. Qadeer (CHESS, 2007).
 */
public final class Orders implements IntUnaryOperator {
  private static final int MOST_STEPS = 20_000;

  /** One simulated thread. */
  public interface Actor {
    /** Whether it has not ended and waits for nothing. */
    boolean canRun();

    /** Goes on until it stands before its next shared step, waits, or ends. */
    void run();
  }

  /** One run of a program. */
  public interface Program {
    /** Its threads. */
    List<? extends Actor> actors();

    /** What is wrong already; null if nothing is. */
    default String wrong() {
      return null;
    }

    /** Nobody can run: time goes on to where somebody can; false if that never comes. */
    boolean timePasses();

    /** What is wrong in the end; null if nothing is. */
    String verdict();
  }

  /** One point at which somebody was chosen: how many there were, which was taken. */
  private static final class Choice {
    final int options;
    int taken;

    Choice(int options) {
      this.options = options;
    }
  }

  private final List<Choice> choices = new ArrayList<>();
  private int depth;
  private long steps;

  /** Chooses in this order: as before up to the last choice but one, the first from there on. */
  @Override
  public int applyAsInt(int options) {
    if (depth == choices.size()) {
      choices.add(new Choice(options));
    }
    return choices.get(depth++).taken;
  }

  /** Goes on to the next order; false, and from the first again, if there is none. */
  public boolean next() {
    depth = 0;
    while (!choices.isEmpty()) {
      Choice last = choices.getLast();
      if (last.taken + 1 < last.options) {
        last.taken++;
        return true;
      }
      choices.removeLast();
    }
    return false;
  }

  /**
   * Runs a program.
   *
   * @param program the program
   * @param mostPreemptions how often a thread that can go on may have to let another
   * @param chooser told how many can go on, the one that just ran first; which does
   * @return what is wrong, or null
   */
  public String run(Program program, int mostPreemptions, IntUnaryOperator chooser) {
    Actor current = null;
    int preemptions = 0;
    for (int step = 0; step < MOST_STEPS; step++, steps++) {
      List<Actor> ready = new ArrayList<>();
      if (current != null && current.canRun()) {
        ready.add(current);
      }
      for (Actor each : program.actors()) {
        if (each != current && each.canRun()) {
          ready.add(each);
        }
      }
      if (ready.isEmpty()) {
        if (!program.timePasses()) {
          return program.verdict();
        }
        continue;
      }
      boolean forced = ready.getFirst() != current;
      boolean mayChoose = ready.size() > 1 && (forced || preemptions < mostPreemptions);
      int taken = mayChoose ? chooser.applyAsInt(ready.size()) : 0;
      preemptions += taken > 0 && !forced ? 1 : 0;
      current = ready.get(taken);
      current.run();
      if (program.wrong() != null) {
        return program.wrong();
      }
    }
    return "ENDLESS";
  }

  /** How many steps all runs together took. */
  public long steps() {
    return steps;
  }
}
