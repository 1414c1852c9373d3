package org.timehands.timer.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Timers came due faster than their callbacks ran. Made by {@link TimerEvents}. */
@Name(TimerEvents.HANG)
@Label("Timer Hang")
@Description("Timers came due faster than their callbacks could run: the shard pauses")
@Category({"Timehands", "Timers"})
@Enabled(false)
@StackTrace(false)
final class TimerHangEvent extends Event {
  /** Which timers. */
  @Label("Timers")
  String timers;

  /** How long callbacks had run. */
  @Label("Spent")
  @Timespan(Timespan.NANOSECONDS)
  long spent;

  /** How long the pause is. */
  @Label("Pause")
  @Timespan(Timespan.NANOSECONDS)
  long pause;

  TimerHangEvent() {}
}
