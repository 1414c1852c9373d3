package org.timehands.clockevent;

import java.io.IOException;
import java.util.List;
import org.timehands.linux.NativeAccess;

/** The clock event devices of this machine, by name. */
public final class ClockEventDevices {
  private static final String SPIN = "+spin";

  private ClockEventDevices() {}

  /**
   * The names that {@link #open} takes here, the preferred one first. Each may be followed by
   * {@code +spin}.
   */
  public static List<String> names() {
    return NativeAccess.available() ? List.of("timerfd", "futex", "park") : List.of("park");
  }

  /**
   * Opens the device that is preferred here: timerfd, whose re-programming wakes nobody and which
   * no slack delays; park where native access is denied or the system refuses a timerfd.
   */
  public static ClockEventDevice best() {
    if (NativeAccess.available()) {
      try {
        return TimerFdDevice.create();
      } catch (IOException refused) {
        System.getLogger(ClockEventDevices.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "Timers wait by parking, because the system refuses a timerfd: {0}",
                refused.getMessage());
      }
    }
    return new ParkDevice();
  }

  /**
   * Opens a device by its name.
   *
   * @param name one of {@link #names}, with or without {@code +spin}
   * @throws IOException if the system refuses
   * @throws IllegalArgumentException if there is no such device here
   */
  public static ClockEventDevice open(String name) throws IOException {
    if (name.endsWith(SPIN)) {
      return new SpinTailDevice(
          open(name.substring(0, name.length() - SPIN.length())),
          SpinTailDevice.MAX_TAIL_NANOS / 5,
          SpinTailDevice.DEFAULT_BUDGET_PPM);
    }
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "clock event device '" + name + "' must be one of " + names() + ", with or without "
              + SPIN + (NativeAccess.available() ? "" : ": " + NativeAccess.whyNot()));
    }
    return switch (name) {
      case "timerfd" -> TimerFdDevice.create();
      case "futex" -> new FutexDevice();
      default -> new ParkDevice();
    };
  }
}
