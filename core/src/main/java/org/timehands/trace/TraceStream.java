package org.timehands.trace;

/**
 * The events of one thread in their order: what {@link TraceMerge} merges.
 *
 * <p>Read it when nobody writes to it any more, after something that orders the two.
 */
public interface TraceStream {
  /** Whose events these are, for people. */
  String name();

  /** How many events. */
  int size();

  /** Whose cycles event i is stamped with. */
  long clocksourceId(int i);

  /** The cycle of event i, widened to 64 bits. */
  long cycles(int i);

  /** What event i is. */
  TraceKind kind(int i);

  /**
   * What was said with event i: for sends and receives the number of the message, the same for both
   * and for no other.
   */
  long message(int i);
}
