package org.timehands.bench.timer;

import java.util.function.IntConsumer;

/**
 * Whose timers: one set that is armed far ahead, and one that is made to expire. Far ones are known
 * by their places in it.
 */
abstract class Peer implements AutoCloseable {
  private final String name;

  Peer(String name) {
    this.name = name;
  }

  final String name() {
    return name;
  }

  /** Arms so many far ahead. */
  abstract void fill(int count, Delays delays);

  /** Cancels far ones, in the order of the places given. */
  abstract void cancel(int[] order, int from, int count);

  /** Arms far ones that are not armed. */
  abstract void arm(int[] order, int from, int count, Delays delays);

  /** Arms far ones that are armed for another instant. */
  abstract void rearm(int[] order, int from, int count, Delays delays);

  /** Arms one far ahead and cancels it at once, so many times, beside what is armed. */
  abstract void armAndCancel(int count, Delays delays);

  /** Makes timers that will expire, as far as they are made before they are armed. */
  abstract void prepare(int count, IntConsumer fired);

  /** Arms one of these. */
  abstract void armOnce(int index, long delayNanos);

  @Override
  public abstract void close();
}
