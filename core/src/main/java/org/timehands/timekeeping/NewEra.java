package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.EraClockSource;
import org.timehands.timeline.Counters;

/**
 * A counter whose cycles have lost their meaning, under a new id: one that began anew while the
 * machine slept, or that is too narrow to say how often it has come round.
 */
final class NewEra {
  private NewEra() {}

  /** The counter in an era that nobody knows yet, made known. */
  static ClockSource of(ClockSource counter, Counters counters) {
    ClockSource renewed = EraClockSource.after(counter);
    while (counters.find(renewed.id()) != null) {
      renewed = EraClockSource.after(renewed);
    }
    counters.add(renewed);
    return renewed;
  }
}
