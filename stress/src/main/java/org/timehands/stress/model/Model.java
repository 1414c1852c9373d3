package org.timehands.stress.model;

/** A protocol as step functions over a vector of integers. Stateless but for its settings. */
interface Model {
  /** What tables and traces call it. */
  String name();

  /** Its variables. */
  Layout layout();

  /** Adds the states it may start in. */
  void initial(Steps out);

  /** Adds every step that some actor can take from {@code state}. */
  void steps(int[] state, Steps out);

  /** How many readers it has. */
  int readerCount();

  /** Adds every step that this reader can take. */
  void readerSteps(int[] state, int reader, Steps out);

  /** Whether this reader is between two reads. */
  boolean idle(int[] state, int reader);

  /** Clears in {@code state} all that cannot matter to this reader while it runs alone. */
  void keepOnly(int[] state, int reader);

  /** How many own steps a reader that is left alone may need to end a read. */
  int soloStepLimit();

  /**
   * Whether an answer is fresh enough, given that the reader did the whole read alone in {@code
   * state}.
   */
  boolean fresh(int[] state, int reader, int segment, int cycle, int time);

  /** Exchanges readers that are alike, so that their numbers make no difference. */
  void exchangeAlike(int[] state);
}
