package org.timehands.bench.alternatives.queues;

/**
 * What any timer carries besides its links, so that the queues' objects compare: as much as {@code
 * ClockTimer} has.
 */
abstract class Payload {
  /** Its number. */
  long number;

  /** When it is due. */
  long key;

  Object callback;
  Object deferral;
  Object shard;
  Object runner;
  byte state;
  byte clock;
  boolean stopping;
  boolean stopped;

  Payload() {}
}
