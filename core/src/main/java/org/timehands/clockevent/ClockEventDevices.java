package org.timehands.clockevent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.timehands.linux.NativeAccess;

/**
 * The clock event devices of this machine, by name.
 *
 * <p>They differ in what they do for certain: {@code timerfd} is programmed earlier without waking
 * the waiter, and no timer slack delays it; {@code futex} sleeps by one system call but is woken to
 * be programmed earlier; {@code park} needs no native access. How late they are mostly differs by
 * some percent, since the machine's way out of sleep is most of it. So the default is {@code
 * timerfd+lead}, unless the first waits of the program itself show that another one is much less
 * late here ({@link ChosenDevice}). {@code ./timehands doctor} shows what is chosen, {@code latency
 * --compare --device timerfd,futex,park} measures them thoroughly.
 */
public final class ClockEventDevices {
  /** The name of what {@link #best} opens. */
  public static final String DEFAULT = "default";

  private static final String SPIN = "+spin";
  private static final String LEAD = "+lead";

  private ClockEventDevices() {}

  /**
   * The names that {@link #open} takes here, the preferred one first. Each may be followed by
   * {@code +lead} or {@code +spin}.
   */
  public static List<String> names() {
    return NativeAccess.available() ? List.of("timerfd", "futex", "park") : List.of("park");
  }

  /** A name without what follows it; of {@link #DEFAULT}, that of the preferred one. */
  public static String plain(String name) {
    return name.equals(DEFAULT) ? names().getFirst() : stem(name);
  }

  private static String stem(String name) {
    int plus = name.indexOf('+');
    return plus < 0 ? name : name.substring(0, plus);
  }

  /** Whether {@link #open} takes a name here. */
  public static boolean isName(String name) {
    if (name.equals(DEFAULT)) {
      return true;
    }
    String stem = stem(name);
    return names().contains(stem)
        && List.of("", LEAD, SPIN).contains(name.substring(stem.length()));
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
   * Opens the default: of those of {@link #names} that the system grants, the one that the first
   * waits choose ({@link ChosenDevice}), programmed ahead of time by what it is late by always
   * ({@link SpinTailDevice#leading}).
   */
  public static ClockEventDevice best() {
    List<ClockEventDevice> granted = new ArrayList<>();
    for (String name : names()) {
      try {
        granted.add(open(name));
      } catch (IOException refused) {
        System.getLogger(ClockEventDevices.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "Timers wait without {0}, which the system refuses: {1}",
                name,
                refused.getMessage());
      }
    }
    return SpinTailDevice.leading(
        granted.size() == 1 ? granted.getFirst() : new ChosenDevice(granted));
  }

  /**
   * Opens a device by its name. With {@code +spin}, for at most 200 microseconds at an expiry and 5
   * % of one processor ({@link SpinTailDevice}); with {@code +lead}, as {@link
   * SpinTailDevice#leading} says.
   *
   * @param name one of {@link #names}, with or without {@code +lead} or {@code +spin}; or {@link
   *     #DEFAULT}
   * @throws IOException if the system refuses
   * @throws IllegalArgumentException if there is no such device here
   */
  public static ClockEventDevice open(String name) throws IOException {
    if (name.equals(DEFAULT)) {
      return best();
    }
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
          "clock event device '" + name + "' must be " + DEFAULT + " or one of " + names()
              + ", with or without " + LEAD + " or " + SPIN
              + (NativeAccess.available() ? "" : ": " + NativeAccess.whyNot()));
    }
    return switch (name) {
      case "timerfd" -> TimerFdDevice.create();
      case "futex" -> new FutexDevice();
      default -> new ParkDevice();
    };
  }
}
