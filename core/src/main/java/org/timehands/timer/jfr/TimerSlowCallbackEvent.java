package org.timehands.timer.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A callback took longer than the timers' options allow. Made by {@link TimerEvents}. */
@Name(TimerEvents.SLOW_CALLBACK)
@Label("Slow Timer Callback")
@Description("The callback of a Timehands timer took longer than its options allow")
@Category({"Timehands", "Timers"})
@Enabled(false)
@StackTrace(false)
final class TimerSlowCallbackEvent extends Event {
  /** Which timers. */
  @Label("Timers")
  String timers;

  /** The callback's class. */
  @Label("Callback")
  String callback;

  /** Whether an executor ran it. */
  @Label("Soft")
  boolean soft;

  /** How long it took. */
  @Label("Took")
  @Timespan(Timespan.NANOSECONDS)
  long took;

  TimerSlowCallbackEvent() {}
}
