package org.timehands.clockevent;

import java.io.IOException;
import java.util.List;
import org.timehands.linux.NativeAccess;

/**
 * The clock event devices of this machine, by name.
 *
 * <p>Which one is the default is a fixed order, not a race at each start: they are within some
 * percent of each other in lateness (the machine's way out of sleep is most of it), so a short
 * measurement would choose by chance. What decides is what they differ in for certain: {@code
 * timerfd} is programmed earlier without waking the waiter, and no timer slack delays it; {@code
 * futex} sleeps by one system call but is woken to be programmed earlier; {@code park} needs no
 * native access. {@code ./timehands doctor} measures them ({@link DeviceProbe}), {@code latency
 * --compare --device timerfd,futex,park} does so thoroughly. The default is the first of them with
 * {@code +lead}.
 */
public final class ClockEventDevices {
  private static final String SPIN = "+spin";
  private static final String LEAD = "+lead";

  private ClockEventDevices() {}

  /**
   * The names that {@link #open} takes here, the preferred one first. Each may be followed by
   * {@code +lead}, as the default is, or {@code +spin}.
   */
  public static List<String> names() {
    return NativeAccess.available() ? List.of("timerfd", "futex", "park") : List.of("park");
  }

  /** The name of what {@link #best} opens, if the system does not refuse. */
  public static String defaultName() {
    return names().getFirst() + LEAD;
  }

  /** A name without what follows it. */
  public static String plain(String name) {
    int plus = name.indexOf('+');
    return plus < 0 ? name : name.substring(0, plus);
  }

  /** Whether {@link #open} takes a name here. */
  public static boolean isName(String name) {
    String plain = plain(name);
    return names().contains(plain)
        && List.of("", LEAD, SPIN).contains(name.substring(plain.length()));
  }

  /**
   * Why a device is or is not the default, in words, for reports.
   *
   * @param name as in {@link #names}, without {@code +spin}
   */
  public static String why(String name) {
    return switch (name) {
      case "timerfd" -> "programmed earlier without waking who waits, and no timer slack";
      case "futex" -> "a system call less, but woken to be programmed earlier; timer slack";
      case "park" -> NativeAccess.available()
          ? "the one that needs no native access; subject to the timer slack"
          : "the only one without native access: " + NativeAccess.whyNot();
      default -> throw new IllegalArgumentException(
          "clock event device '" + name + "' must be one of " + names());
    };
  }

  /**
   * Opens the device that is preferred here: timerfd, whose re-programming wakes nobody and which
   * no slack delays; park where native access is denied or the system refuses a timerfd. Either is
   * programmed ahead of time by what it is late by always ({@link SpinTailDevice#leading}).
   */
  public static ClockEventDevice best() {
    return SpinTailDevice.leading(sleeping());
  }

  private static ClockEventDevice sleeping() {
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
   * Opens a device by its name. With {@code +spin}, for at most 200 microseconds at an expiry and 5
   * % of one processor ({@link SpinTailDevice}); with {@code +lead}, as {@link
   * SpinTailDevice#leading} says.
   *
   * @param name one of {@link #names}, with or without {@code +lead} or {@code +spin}
   * @throws IOException if the system refuses
   * @throws IllegalArgumentException if there is no such device here
   */
  public static ClockEventDevice open(String name) throws IOException {
    if (name.endsWith(SPIN) && isName(name)) {
      return new SpinTailDevice(
          open(name.substring(0, name.length() - SPIN.length())),
          SpinTailDevice.MAX_TAIL_NANOS / 5,
          SpinTailDevice.DEFAULT_BUDGET_PPM);
    }
    if (name.endsWith(LEAD) && isName(name)) {
      return SpinTailDevice.leading(open(name.substring(0, name.length() - LEAD.length())));
    }
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "clock event device '" + name + "' must be one of " + names() + ", with or without "
              + LEAD + " or " + SPIN
              + (NativeAccess.available() ? "" : ": " + NativeAccess.whyNot()));
    }
    return switch (name) {
      case "timerfd" -> TimerFdDevice.create();
      case "futex" -> new FutexDevice();
      default -> new ParkDevice();
    };
  }
}
