package org.timehands.app;

import java.util.Optional;
import java.util.StringJoiner;
import org.timehands.app.text.Show;
import org.timehands.clockevent.ChosenDevice;
import org.timehands.clockevent.DeviceChoice;

/** Why a clock event device was chosen, in words. */
final class DeviceWords {
  private DeviceWords() {}

  static String of(Optional<DeviceChoice> choice) {
    return choice.map(DeviceWords::of).orElse("the first of those there are; none was chosen");
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
        + " (p50 of the first " + ChosenDevice.WAITS_EACH + " waits of each: " + figures + ")";
  }
}
