package org.timehands.app;

import java.util.StringJoiner;
import org.timehands.app.text.Show;
import org.timehands.clockevent.ChosenDevice;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.DeviceChoice;

/** Why a clock event device was chosen, in words. */
final class DeviceWords {
  private DeviceWords() {}

  static String of(ClockEventDevice device) {
    if (!(device instanceof ChosenDevice choosing)) {
      return "the only one there is";
    }
    return choosing.choice().map(DeviceWords::of).orElse(
        "none is chosen yet: too many waits were disturbed");
  }

  static String of(DeviceChoice choice) {
    String first = choice.names().getFirst();
    String rule =
        "less than half as late and " + Show.nanos(DeviceChoice.WORTH_NANOS) + " less late";
    StringJoiner figures = new StringJoiner(", ");
    for (int i = 0; i < choice.names().size(); i++) {
      figures.add(choice.names().get(i) + " " + Show.nanos(choice.medianNanos().get(i)));
    }
    return (choice.chosen() == 0
            ? first + " stays, since no other is " + rule
            : choice.name() + " in place of " + first + ", since it is " + rule)
        + " (p50 of its first " + ChosenDevice.WAITS_EACH + " waits each: " + figures + ")";
  }
}
