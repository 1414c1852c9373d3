package org.timehands.app;

import java.util.UUID;
import jdk.jfr.consumer.RecordedEvent;

/**
 * An anchor in a recording: the recorder's tick, and what a timeline told before and after it.
 *
 * @param ticks the recorder's tick
 * @param pid the process
 * @param boot the machine's boot
 * @param clocksource whose cycles
 * @param before what it told before
 * @param after what it told after
 * @param realBoundNanos bound of REALTIME; the largest number if there is none
 * @param monoBoundNanos bound of MONOTONIC
 * @param setSeq how often the wall clock had been set
 */
record JfrAnchor(
    long ticks,
    long pid,
    UUID boot,
    long clocksource,
    Side before,
    Side after,
    long realBoundNanos,
    long monoBoundNanos,
    long setSeq) {

  /**
   * One reading of the timeline.
   *
   * @param cycles the counter
   * @param realNanos REALTIME
   * @param monoNanos MONOTONIC
   */
  record Side(long cycles, long realNanos, long monoNanos) {}

  /**
   * Reads an anchor.
   *
   * @throws IllegalArgumentException if the event has other fields: another version wrote it
   */
  static JfrAnchor of(RecordedEvent event) {
    return new JfrAnchor(
        event.getLong("startTime"),
        event.getLong("pid"),
        new UUID(event.getLong("bootHigh"), event.getLong("bootLow")),
        event.getLong("clocksource"),
        new Side(
            event.getLong("cyclesBefore"),
            event.getLong("realBefore"),
            event.getLong("monoBefore")),
        new Side(
            event.getLong("cyclesAfter"),
            event.getLong("realAfter"),
            event.getLong("monoAfter")),
        event.getLong("realBound"),
        event.getLong("monoBound"),
        event.getLong("setSeq"));
  }

  /** How many cycles lie between both readings. */
  long widthCycles() {
    return after.cycles - before.cycles;
  }
}
