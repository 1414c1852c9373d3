package org.timehands.stress.interleave;

import java.math.BigInteger;

/**
 * Follows the chain of published segments and computes each join anew with big integers: rule I3,
 * and that a horizon that is sealed stays where it is.
 */
final class Joins {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  private final Simulation simulation;
  private long checked;

  Joins(Simulation simulation) {
    this.simulation = simulation;
  }

  void check() {
    Layout layout = simulation.layout;
    long newest = layout.newest();
    // Slots of older segments may be in the making again.
    checked = Math.max(checked, newest - layout.slots + 3);
    for (; checked < newest; checked++) {
      if (layout.holds(checked) && layout.holds(checked + 1)) {
        join(layout, checked);
      }
    }
  }

  private void join(Layout layout, long k) {
    long promised = layout.horizonWord(k) >>> 1;
    same(k, "MONO", at(layout, k, promised, true), at(layout, k + 1, 0, true));
    same(k, "RAW", at(layout, k, promised, false), at(layout, k + 1, 0, false));
    boolean onOne = layout.word(k, Layout.CLOCKSOURCE) == layout.word(k + 1, Layout.CLOCKSOURCE);
    long start = layout.word(k + 1, Layout.START);
    if (onOne && start != layout.word(k, Layout.START) + promised) {
      simulation.broken("JOIN", "segment " + (k + 1) + " does not start at the sealed horizon");
    }
    if (simulation.plan.poisons) {
      SimCounter counter = simulation.counterOf(layout.word(k + 1, Layout.CLOCKSOURCE));
      long ahead = start - counter.peek();
      long gap = layout.word(k + 1, Layout.GAP);
      if (ahead > 100 * gap + 1_000_000) {
        simulation.broken(
            "POISON", "segment " + (k + 1) + " starts " + ahead + " cycles from now");
      }
    }
  }

  private void same(long k, String what, BigInteger end, BigInteger begin) {
    if (!end.equals(begin)) {
      simulation.broken(
          "JOIN",
          what + " of segment " + k + " ends at " + end + ", the next begins at " + begin
              + " (2^-64 ns)");
    }
  }

  /** The line of a segment at a cycle, in 2^-64 ns. */
  static BigInteger at(Layout layout, long k, long cycles, boolean mono) {
    BigInteger base = BigInteger.valueOf(
        layout.word(k, mono ? Layout.MONO_BASE : Layout.RAW_BASE));
    BigInteger slope =
        fixed(
            layout.word(k, mono ? Layout.SLOPE_INT : Layout.RAW_SLOPE_INT),
            layout.word(k, mono ? Layout.SLOPE_FRAC : Layout.RAW_SLOPE_FRAC));
    long fraction = layout.word(k, mono ? Layout.MONO_FRAC : Layout.RAW_FRAC);
    return base.multiply(TWO_64)
        .add(fixed(0, fraction))
        .add(slope.multiply(BigInteger.valueOf(cycles)));
  }

  /** Whole nanoseconds of such a value, rounded down. */
  static long whole(BigInteger value) {
    return value.shiftRight(64).longValueExact();
  }

  private static BigInteger fixed(long whole, long fraction) {
    BigInteger low = BigInteger.valueOf(fraction);
    return BigInteger.valueOf(whole)
        .multiply(TWO_64)
        .add(low.signum() < 0 ? low.add(TWO_64) : low);
  }
}
