package org.timehands.stress.interleave;

import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.TimelineWriter;

/**
 * What a writer appends: slopes up and down, synchronisations, sets, leap seconds, changes of the
 * clocksource; each as an edit that depends on nothing but its argument and its constants.
 */
final class Updates {
  /** True wall time at true time zero. */
  static final long WALL_NANOS = 1_800_000_000_000_000_000L;

  private static final long NOBODY = Long.MAX_VALUE;
  private static final long[] SLOPES_PPM = {0, 500, -500, 100_000, -100_000, 1, -1};

  private final Simulation simulation;
  private final Owner owner;

  Updates(Simulation simulation, Owner owner) {
    this.simulation = simulation;
    this.owner = owner;
  }

  static TimelineWriter.Edit first(Simulation simulation) {
    SimCounter x = simulation.x;
    long fraction = simulation.rng.next();
    long rawFraction = simulation.rng.next();
    long start = x.peek();
    return next -> {
      on(next, simulation, x);
      next.startCycles = start;
      next.monoBaseNanos = 1_000_000_000L;
      next.monoFraction = fraction;
      next.rawFraction = rawFraction;
      next.setRate(x.nominal);
      next.rawErrorNanos = 2 + resolutionNanos(simulation);
      next.rawErrorRate = Fixed.ratePpb(SimCounter.DRIFT_PPB);
      next.errorNanos = 2 + resolutionNanos(simulation);
      next.errorRate = Fixed.ratePpb(SimCounter.DRIFT_PPB);
      next.realOffsetNanos = WALL_NANOS - next.monoBaseNanos;
      next.taiOffsetNanos = next.realOffsetNanos + 37_000_000_000L;
    };
  }

  private static void on(Segment next, Simulation simulation, SimCounter counter) {
    Plan plan = simulation.plan;
    next.clocksourceId = counter.id();
    next.setWidthBits(counter.widthBits());
    next.setRawRate(counter.nominal);
    next.stepCycles = scaled(simulation, counter, plan.step);
    next.gapCycles = scaled(simulation, counter, plan.gap);
  }

  /** A counter tells the time to one cycle. */
  private static long resolutionNanos(Simulation simulation) {
    Plan plan = simulation.plan;
    return 1_000_000_000L / Math.min(plan.hertzX, plan.hertzY) + 1;
  }

  private static long scaled(Simulation simulation, SimCounter counter, long cyclesOfX) {
    double ratio = (double) counter.frequencyHz() / simulation.x.frequencyHz();
    return Math.max(1, (long) (cyclesOfX * ratio));
  }

  /** Appends one update; the caller is alone with the writer. */
  long append(Actor actor) {
    Rng rng = simulation.rng;
    Plan plan = simulation.plan;
    int kind = rng.below(100);
    if (plan.changesClocksource && kind < 30) {
      TimelineWriter.Edit change = change(actor);
      if (change != null) {
        return owner.writer.append(change);
      }
    }
    if (kind < 65) {
      return owner.writer.append(slope(SLOPES_PPM[rng.below(SLOPES_PPM.length)]));
    }
    if (kind < 80) {
      return owner.writer.append(synchronise(actor));
    }
    if (kind < 90) {
      long to = WALL_NANOS + rng.belowLong(1L << 50) - (1L << 49);
      return owner.writer.append(next -> set(next, to));
    }
    if (kind < 96) {
      long in = rng.belowLong(scaledNanos(plan.step) * 4 + 1);
      int sign = rng.permille(500) ? 1 : -1;
      return owner.writer.append(
          next -> {
            next.setLeap(next.monoBaseNanos + in, sign);
            next.referenceErrorNanos = NOBODY;
          });
    }
    return owner.writer.append(next -> {});
  }

  private long scaledNanos(long cyclesOfX) {
    return simulation.x.picosOf(cyclesOfX) / 1000 + 1;
  }

  private TimelineWriter.Edit slope(long ppm) {
    return next -> {
      SimCounter counter = simulation.counterOf(next.clocksourceId);
      next.setRate(counter.nominal.plusPpt(ppm * 1_000_000));
      next.errorRate = Fixed.ratePpb(Math.abs(ppm) * 1200 + SimCounter.DRIFT_PPB);
    };
  }

  private static void set(Segment next, long wallNanos) {
    next.realOffsetNanos = wallNanos - next.monoBaseNanos;
    next.setLeap(0, 0);
    next.referenceErrorNanos = NOBODY;
    next.status = TimeStatus.FREERUNNING;
    next.reason = StatusReason.SET_BY_HAND;
    next.clockWasSetSeq++;
  }

  /** The wall clock made right by a bracketed look at the truth. */
  private TimelineWriter.Edit synchronise(Actor actor) {
    SimCounter[] on = new SimCounter[1];
    simulation.quietly(
        () -> {
          long k = simulation.layout.newest();
          on[0] = simulation.counterOf(simulation.layout.word(k, Layout.CLOCKSOURCE));
        });
    SimCounter counter = on[0];
    counter.read();
    long low = actor.lastWide;
    long wall = wallAt(simulation.picos());
    long offNanos = simulation.rng.belowLong(2001) - 1000;
    counter.read();
    long high = actor.lastWide;
    return next -> {
      long start = next.startCycles;
      long sinceLow = nanos(counter.nominal, start - low);
      long sinceHigh = nanos(counter.nominal, start - high);
      long drift = nanos(counter.nominal, Math.abs(start - low)) / 10_000;
      next.realOffsetNanos = wall + offNanos + sinceLow - next.monoBaseNanos;
      next.taiOffsetNanos = next.realOffsetNanos + 37_000_000_000L;
      next.setLeap(0, 0);
      next.errorNanos = sinceLow - sinceHigh + drift + 3 + resolutionNanos(simulation);
      next.referenceErrorNanos = 1001;
      next.status = TimeStatus.SYNCHRONIZED;
      next.reason = StatusReason.FOLLOWING;
    };
  }

  static long wallAt(long picos) {
    return WALL_NANOS + picos / 1000;
  }

  /** Nanoseconds of a signed count of cycles, rounded down. */
  static long nanos(CounterRate rate, long cycles) {
    Slope slope = Slope.of(rate);
    return cycles >= 0
        ? Fixed.wholeNanos(cycles, slope.whole(), slope.fraction(), 0)
        : -Fixed.wholeNanos(-cycles, slope.whole(), slope.fraction(), 0) - 1;
  }

  /**
   * A change from one counter to the other, as timekeeping does it: both are read in a bracket, and
   * the new line starts at the upper bound of the new counter at the old one's sealed horizon (A9).
   * Null if the bracket is so wide that a narrow counter may have come round in it.
   */
  private TimelineWriter.Edit change(Actor actor) {
    SimCounter[] pair = new SimCounter[2];
    simulation.quietly(
        () -> {
          long k = simulation.layout.newest();
          pair[0] = simulation.counterOf(simulation.layout.word(k, Layout.CLOCKSOURCE));
        });
    SimCounter from = pair[0];
    SimCounter to = from == simulation.x ? simulation.y : simulation.x;
    from.read();
    long before = actor.lastWide;
    to.read();
    long middle = actor.lastWide;
    from.read();
    long after = actor.lastWide;
    long fastest = Math.max(from.frequencyHz(), to.frequencyHz());
    double bracketCycles = (double) (after - before) * fastest / from.frequencyHz();
    if (to.widthBits() < Long.SIZE && bracketCycles > 1L << (to.widthBits() - 5)) {
      return null;
    }
    boolean low = simulation.variant == Variant.ANCHOR_LOW;
    boolean inside = simulation.variant == Variant.INSIDE_PROMISE;
    return next -> {
      long horizon = next.startCycles;
      long upper = inside ? middle + 1 : middle + 1 + ahead(from, to, horizon - before, true);
      long lower = middle + ahead(from, to, horizon - after - 1, false);
      long doubtNanos = nanos(to.nominal, upper - lower) + 2;
      on(next, simulation, to);
      next.startCycles = low ? lower : upper;
      next.setRate(to.nominal);
      next.errorNanos = Fixed.addBound(next.errorNanos, doubtNanos);
      next.rawErrorNanos = Fixed.addBound(next.rawErrorNanos, doubtNanos);
      next.errorRate = Fixed.ratePpb(SimCounter.DRIFT_PPB);
      next.holdoverAfterCycles = Long.MAX_VALUE;
      next.freerunAfterCycles = Long.MAX_VALUE;
      next.clocksourceChangedSeq++;
    };
  }

  /** Cycles of another counter in so many cycles of one, at most or at least; both may drift. */
  private static long ahead(SimCounter from, SimCounter to, long cycles, boolean most) {
    double ratio = (double) to.frequencyHz() / from.frequencyHz();
    double doubt = 2.0 * SimCounter.DRIFT_PPB * 1e-9;
    boolean stretch = most == cycles >= 0;
    double bound = cycles * ratio * (stretch ? 1 + doubt : 1 - doubt);
    return (long) (most ? Math.ceil(bound) + 1 : Math.floor(bound) - 1);
  }

  /** Bridges the time in which the machine slept: MONOTONIC stands, BOOTTIME and REALTIME go on. */
  static long bridge(
      Simulation simulation, TimelineWriter writer, long sequence, long endCycles) {
    CounterRate[] steady = new CounterRate[2];
    long[] passed = new long[1];
    return writer.tryAppendBridge(
        sequence,
        next -> {
          steady[0] = next.rate();
          steady[1] = next.rawRate();
          passed[0] = nanos(next.rawRate(), Math.max(endCycles - next.startCycles, 0));
          next.setRate(new Slope(0, 0));
          next.setRawRate(new Slope(0, 0));
          next.errorNanos = Fixed.addBound(next.errorNanos, passed[0] + passed[0] / 10_000 + 1);
          next.rawErrorNanos = NOBODY;
        },
        endCycles,
        next -> {
          next.setRate(steady[0]);
          next.setRawRate(steady[1]);
          next.realOffsetNanos += passed[0];
          next.taiOffsetNanos += passed[0];
          next.bootOffsetNanos += passed[0];
          next.clockWasSetSeq++;
        });
  }
}
