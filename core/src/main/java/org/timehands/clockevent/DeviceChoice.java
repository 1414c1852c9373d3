package org.timehands.clockevent;

import java.util.List;

/**
 * Which of several devices is taken, and by which figures. Immutable.
 *
 * <p>The first stays, unless the median of another is less than half as late, and at least {@link
 * #WORTH_NANOS} less late; of several such the least late is taken. So chance chooses nothing:
 * devices mostly differ by less than the same one does from one look to the next.
 *
 * @param names of all devices, the one that stays if none is better first
 * @param medianNanos how late half of each device's waits were at most
 * @param chosen which of them it is
 */
public record DeviceChoice(List<String> names, List<Long> medianNanos, int chosen) {
  /** What another device has to gain at least, in nanoseconds. */
  public static final long WORTH_NANOS = 20_000;

  /** Checks that each name has its figure. */
  public DeviceChoice {
    names = List.copyOf(names);
    medianNanos = List.copyOf(medianNanos);
    if (names.size() != medianNanos.size() || chosen < 0 || chosen >= names.size()) {
      throw new IllegalArgumentException(
          "device " + chosen + " of " + names + " with the figures " + medianNanos);
    }
  }

  /** Chooses by the rule. */
  static DeviceChoice of(List<String> names, List<Long> medianNanos) {
    long first = medianNanos.getFirst();
    int best = 0;
    for (int i = 1; i < medianNanos.size(); i++) {
      long median = medianNanos.get(i);
      boolean isWorthIt = median * 2 < first && first - median >= WORTH_NANOS;
      if (isWorthIt && median < medianNanos.get(best)) {
        best = i;
      }
    }
    return new DeviceChoice(names, medianNanos, best);
  }

  /** The name of what was chosen. */
  public String name() {
    return names.get(chosen);
  }
}
