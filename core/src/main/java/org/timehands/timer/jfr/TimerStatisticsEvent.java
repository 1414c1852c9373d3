package org.timehands.timer.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** What timers have done in one tick mode so far. Made by {@link TimerEvents}. */
@Name(TimerEvents.STATISTICS)
@Label("Timer Statistics")
@Description("What Timehands timers have done in one tick mode since they were started")
@Category({"Timehands", "Timers"})
@Enabled(false)
@StackTrace(false)
@Period("10 s")
final class TimerStatisticsEvent extends Event {
  /** Which timers. */
  @Label("Timers")
  String timers;

  /** In which mode. */
  @Label("Tick Mode")
  String tickMode;

  /** Whether that mode is in force. */
  @Label("Present Mode")
  boolean present;

  /** Armed now; 0 for a mode that is not in force. */
  @Label("Armed")
  long armed;

  /** Wake-ups of the shards. */
  @Label("Wake-ups")
  long wakeups;

  /** Of these, those with nothing due. */
  @Label("Idle Wake-ups")
  long idleWakeups;

  /** Timers that expired. */
  @Label("Expired")
  long expired;

  /** Of these, those that shared a wake-up within their slack. */
  @Label("Merged")
  long merged;

  /** Of these, those that were late by more than a millisecond. */
  @Label("Late")
  long late;

  /** Passes that found more due. */
  @Label("Retries")
  long retries;

  /** Pauses because of that. */
  @Label("Hangs")
  long hangs;

  /** The longest time before such a pause. */
  @Label("Longest Hang")
  @Timespan(Timespan.NANOSECONDS)
  long maxHang;

  /** The latest timer. */
  @Label("Most Late")
  @Timespan(Timespan.NANOSECONDS)
  long maxLate;

  /** 99 of 100 timers were less late than this. */
  @Label("99 % Less Late Than")
  @Timespan(Timespan.NANOSECONDS)
  long late99;

  /** Ticks that passed without a look. */
  @Label("Missed Ticks")
  long missedTicks;

  TimerStatisticsEvent() {}
}
