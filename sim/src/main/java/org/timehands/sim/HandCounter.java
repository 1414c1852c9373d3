package org.timehands.sim;

import org.timehands.clocksource.ClockSource;

/**
 * A counter that stands until it is pushed: 8 cycles a nanosecond of true time, more or less by a
 * rate error. Counts exactly, to 2^-64 of a cycle, however small the pushes are. One thread at a
 * time.
 */
final class HandCounter implements ClockSource {
  /** Nominal frequency: cycles of an eighth of a nanosecond, so that both ways are exact. */
  static final long FREQUENCY_HZ = 8_000_000_000L;

  /** Largest rate error, of either sign. */
  static final double MAX_PPM = 50_000;

  private static final int CYCLES_PER_NANO = 8;
  private static final double PPM = 1e-6;
  private static final int FRACTION_BITS = 64;

  private long cycles;
  private long fraction;
  private long owed;
  private long rateWhole = CYCLES_PER_NANO;
  private long rateFraction;

  /** Sets its rate off the nominal one, from now on. */
  void setPpm(double ppm) {
    double more = ppm * PPM * CYCLES_PER_NANO;
    long scaled = (long) Math.scalb(Math.abs(more), FRACTION_BITS);
    boolean slow = more < 0 && scaled != 0;
    rateWhole = slow ? CYCLES_PER_NANO - 1 : CYCLES_PER_NANO;
    rateFraction = slow ? -scaled : scaled;
  }

  /** Cycles a nanosecond of true time, as near as a double can say. */
  double cyclesPerNano() {
    return rateWhole + unsigned(rateFraction);
  }

  static double unsigned(long fraction) {
    return ((fraction >>> 1) + (fraction & 1) * 0.5) * 0x1p-63;
  }

  /**
   * Lets true time pass: both numbers times the rate, 128 bits by 128.
   *
   * @param nanos whole nanoseconds, in [0, 2^59)
   * @param nanoFraction the rest, in units of 2^-64 ns, unsigned
   */
  void push(long nanos, long nanoFraction) {
    long whole =
        nanos * rateWhole
            + Math.unsignedMultiplyHigh(nanos, rateFraction)
            + Math.unsignedMultiplyHigh(nanoFraction, rateWhole);
    whole += addFraction(nanos * rateFraction);
    whole += addFraction(nanoFraction * rateWhole);
    whole += addFraction(Math.unsignedMultiplyHigh(nanoFraction, rateFraction));
    long paid = Math.min(owed, whole);
    owed -= paid;
    cycles += whole - paid;
  }

  private long addFraction(long more) {
    fraction += more;
    return Long.compareUnsigned(fraction, more) < 0 ? 1 : 0;
  }

  /** Counts one cycle ahead of true time, which later pushes are short of. */
  void creep() {
    cycles++;
    owed++;
  }

  @Override
  public String name() {
    return "simnode";
  }

  @Override
  public long id() {
    return SIMULATED;
  }

  @Override
  public int widthBits() {
    return Long.SIZE;
  }

  @Override
  public long frequencyHz() {
    return FREQUENCY_HZ;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "simulated, driven by hand";
  }

  @Override
  public long read() {
    return cycles;
  }

  @Override
  public long readCostNanos() {
    return 0;
  }

  /** What it may be set to: a simulation makes its clocks as bad as it likes. */
  @Override
  public long driftBoundPpb() {
    return (long) (MAX_PPM * 1000);
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
