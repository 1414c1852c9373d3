package org.timehands.trace.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/**
 * An event that says what a timeline told at the recorder's own tick: the tick, which is the
 * event's start, lies between two readings of the timeline. Not thread-safe; made by
 * {@link JfrAnchors}.
 */
@Name(JfrAnchors.EVENT)
@Label("Timehands Anchor")
@Description("Two readings of a Timehands timeline, between which this event starts")
@Category("Timehands")
@StackTrace(false)
@Period("100 ms")
final class AnchorEvent extends Event {
  /** The process, so that recordings that were joined can be told apart. */
  @Label("Process")
  long pid;

  /** The machine's boot, whose cycles these are: the upper half of its id. */
  @Label("Boot Id, Upper Half")
  long bootHigh;

  /** The lower half of it. */
  @Label("Boot Id, Lower Half")
  long bootLow;

  /** Whose cycles. */
  @Label("Clocksource")
  long clocksource;

  /** How far that counter's rate may be off, in parts per billion. */
  @Label("Drift Bound")
  long driftPpb;

  /** The cycle before the event's start. */
  @Label("Cycles Before")
  long cyclesBefore;

  /** The cycle after it. */
  @Label("Cycles After")
  long cyclesAfter;

  /** REALTIME at the former, nanoseconds. */
  @Label("Realtime Before")
  long realBefore;

  /** REALTIME at the latter, nanoseconds. */
  @Label("Realtime After")
  long realAfter;

  /** Bound of REALTIME, nanoseconds; the largest number if there is none. */
  @Label("Realtime Bound")
  long realBound;

  /** MONOTONIC at the former, nanoseconds. */
  @Label("Monotonic Before")
  long monoBefore;

  /** MONOTONIC at the latter, nanoseconds. */
  @Label("Monotonic After")
  long monoAfter;

  /** Bound of MONOTONIC, nanoseconds. */
  @Label("Monotonic Bound")
  long monoBound;

  /** How often the wall clock had been set. */
  @Label("Clock Was Set")
  long setSeq;

  /** The timeline's status. */
  @Label("Status")
  String status;

  AnchorEvent() {}
}
