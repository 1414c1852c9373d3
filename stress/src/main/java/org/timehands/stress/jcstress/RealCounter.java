package org.timehands.stress.jcstress;

import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.NativeClockSource;
import org.timehands.linux.Counter;

/** The processor's counter, or a fake one where it cannot be read. */
final class RealCounter {
  private RealCounter() {}

  static ClockSource here() {
    return Counter.available()
        ? NativeClockSource.unexamined(0, 1_000_000_000)
        : FakeCounter.stepping(SmallPage.START, 1);
  }
}
