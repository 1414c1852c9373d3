package org.timehands.clocksource;

import java.util.List;

/**
 * One reading of a clock held between two readings of a counter: the clock showed {@code nanos} at
 * some cycle from {@code beforeCycles} to {@code afterCycles}.
 *
 * <p>That is all that software can know of two clocks at once (Cristian 1989); the narrower, the
 * better. A thread that is descheduled between the readings makes a wide bracket, never a wrong
 * one, so the narrowest of many is safe to choose.
 *
 * <p>Cycles are widened to 64 bits: differences of nearby brackets are true differences.
 *
 * @param beforeCycles the counter just before
 * @param nanos the clock in nanoseconds
 * @param afterCycles the counter just after
 */
public record Bracket(long beforeCycles, long nanos, long afterCycles) {
  /** How far the counter went meanwhile; negative if it ran back. */
  public long widthCycles() {
    return afterCycles - beforeCycles;
  }

  /** The cycle in the middle, rounded down. */
  public long middleCycles() {
    return beforeCycles + (widthCycles() >> 1);
  }

  /**
   * The narrowest of successive brackets.
   *
   * @param brackets in the order they were taken, not empty
   * @return the first of the narrowest
   * @throws CalibrationException if the counter ran back or the clock did, anywhere among them
   */
  public static Bracket narrowest(List<Bracket> brackets) throws CalibrationException {
    Bracket best = brackets.getFirst();
    Bracket last = null;
    for (Bracket bracket : brackets) {
      bracket.checkFollows(last);
      if (bracket.widthCycles() < best.widthCycles()) {
        best = bracket;
      }
      last = bracket;
    }
    return best;
  }

  /** Refuses a bracket that goes back in itself, or behind an earlier one, which may be null. */
  void checkFollows(Bracket earlier) throws CalibrationException {
    if (widthCycles() < 0) {
      throw ranBack(-widthCycles());
    }
    if (earlier == null) {
      return;
    }
    if (beforeCycles - earlier.afterCycles < 0) {
      throw ranBack(earlier.afterCycles - beforeCycles);
    }
    if (nanos - earlier.nanos < 0) {
      throw new CalibrationException(
          "the clock to calibrate against ran back by " + (earlier.nanos - nanos)
              + " ns: take one that is never set");
    }
  }

  private static CalibrationException ranBack(long cycles) {
    return new CalibrationException(
        "the counter ran back by " + cycles + " cycles: it cannot drive time");
  }
}
