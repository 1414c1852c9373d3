package org.timehands.stress.interleave;

import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;

/**
 * A counter of the simulation: a function of true time that is a little off its nominal rate, and
 * shows only its low bits.
 */
final class SimCounter implements ClockSource {
  /** How far the true rate may be off the nominal one. */
  static final long DRIFT_PPB = 100_000;

  private final Simulation simulation;
  private final long id;
  private final int width;
  private final long hertz;
  private final long cyclesPerPico;
  private final long origin;
  /** Nanoseconds per cycle as the writer believes. */
  final Slope nominal;

  /** The true rate is off by a rate in ppb; the origin is the cycle at time zero. */
  SimCounter(
      Simulation simulation, long id, int width, long hertz, long offPpb, long origin) {
    this.simulation = simulation;
    this.id = id;
    this.width = width;
    this.hertz = hertz;
    this.origin = origin;
    this.nominal = Slope.ofFrequency(hertz);
    double perPico = hertz * (1 + offPpb * 1e-9) / 1e12;
    this.cyclesPerPico = (long) Math.scalb(perPico, 64 - 1) * 2;
  }

  /** The cycle at a true time, with the bits that do not show. */
  long wideAt(long picos) {
    return origin + Math.unsignedMultiplyHigh(picos, cyclesPerPico);
  }

  /** Cycles since time zero. */
  long sinceOrigin(long cycle) {
    return cycle - origin;
  }

  /** How long so many cycles take, about. */
  long picosOf(long cycles) {
    return (long) (cycles * (1e12 / hertz));
  }

  /** Reads without being an actor's step. */
  long peek() {
    return wideAt(simulation.picos());
  }

  @Override
  public long read() {
    simulation.counter();
    long wide = peek();
    simulation.sampled(this, wide);
    return width == 64 ? wide : wide & ((1L << width) - 1);
  }

  @Override
  public String name() {
    return "sim" + (id & 0xFFFF);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return width;
  }

  @Override
  public long frequencyHz() {
    return hertz;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "simulated";
  }

  @Override
  public long readCostNanos() {
    return 1;
  }

  @Override
  public long driftBoundPpb() {
    return DRIFT_PPB;
  }

  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.RUNS_ON;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }
}
